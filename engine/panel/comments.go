package panel

import (
	"go.yaml.in/yaml/v3"

	"rubric/engine/number"
)

// keep puts the comments of a node into the one that takes its place, and those of
// all that is in both.
func keep(old, now *yaml.Node) {
	now.HeadComment, now.LineComment, now.FootComment = old.HeadComment, old.LineComment, old.FootComment
	if old.Kind != now.Kind {
		return
	}
	switch now.Kind {
	case yaml.DocumentNode:
		keep(old.Content[0], now.Content[0])
	case yaml.MappingNode:
		keepMembers(old, now)
	case yaml.SequenceNode:
		keepElements(old, now)
	case yaml.ScalarNode:
		keepDigits(old, now)
	}
}

func keepMembers(old, now *yaml.Node) {
	if old.Style&yaml.FlowStyle == 0 { // a comment within braces needs lines of its own
		now.Style = old.Style
	}
	for i := 0; i+1 < len(now.Content); i += 2 {
		for j := 0; j+1 < len(old.Content); j += 2 {
			if old.Content[j].Value == now.Content[i].Value {
				keep(old.Content[j], now.Content[i])
				keep(old.Content[j+1], now.Content[i+1])
			}
		}
	}
}

// keepElements finds elements again by their id.
func keepElements(old, now *yaml.Node) {
	for _, n := range now.Content {
		for _, o := range old.Content {
			if id := idOf(o); id != "" && id == idOf(n) {
				keep(o, n)
			}
		}
	}
}

func idOf(n *yaml.Node) string {
	for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
		if n.Content[i].Value == "id" {
			return n.Content[i+1].Value
		}
	}
	return ""
}

// keepDigits leaves a number as it was written, if it is the same one.
func keepDigits(old, now *yaml.Node) {
	a, errA := number.Parse(old.Value)
	b, errB := number.Parse(now.Value)
	if errA == nil && errB == nil && a.Equal(b) && old.Style == now.Style {
		now.Value = old.Value
	}
}
