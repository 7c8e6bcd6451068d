package lint

import (
	"go.yaml.in/yaml/v3"

	"rubric/engine/facts/yamlfile"
	"rubric/engine/message"
	"rubric/engine/policy/script"
)

// treeFile is the framework's own file.
const treeFile = "framework.yaml"

// tree is framework.yaml as YAML, nil if it cannot be read.
func (c *checker) tree() *yaml.Node { return yamlfile.Open(treeFile, c.fw.Bundle.File(treeFile)).Root }

func nodePlace(n *yaml.Node) script.Place {
	return script.Place{File: treeFile, Line: n.Line, Column: n.Column}
}

// member is the value of a key of a mapping, nil if there is none.
func member(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// expired: the framework is not valid on the day in question.
func (c *checker) expired() {
	day := c.options.Date
	if day == "" {
		return
	}
	if n := member(c.tree(), "valid_to"); n != nil && c.fw.ValidTo < day {
		c.report(nodePlace(n), message.New("lint.expired", "last", c.fw.ValidTo, "day", day))
	}
	if n := member(c.tree(), "valid_from"); n != nil && day < c.fw.ValidFrom {
		c.report(nodePlace(n), message.New("lint.not_yet_valid", "first", c.fw.ValidFrom, "day", day))
	}
}

// zeroWeights: an indicator that counts for nothing.
func (c *checker) zeroWeights() {
	none := map[string]bool{}
	for _, in := range c.fw.Indicators() {
		none[in.ID] = in.Weight.Sign() == 0
	}
	c.leaves(member(c.tree(), "tree"), func(n *yaml.Node) {
		if id := member(n, "id"); id != nil && none[id.Value] && member(n, "weight") != nil {
			c.report(nodePlace(n), message.New("lint.zero_weight", "indicator", id.Value))
		}
	})
}

// leaves calls visit with the indicators below the groups of a level.
func (c *checker) leaves(level *yaml.Node, visit func(n *yaml.Node)) {
	if level == nil {
		return
	}
	for _, group := range level.Content {
		c.leaves(member(group, "groups"), visit)
		if list := member(group, "indicators"); list != nil {
			for _, n := range list.Content {
				visit(n)
			}
		}
	}
}

// duplicateTitles: two indicators that people cannot tell apart, or two groups
// side by side.
func (c *checker) duplicateTitles() {
	titled := map[string]*script.Policy{}
	for _, in := range c.fw.Indicators() {
		for i := range c.policies {
			p := &c.policies[i]
			if p.Indicator != in.ID {
				continue
			}
			if other := titled[p.Meta.Title]; other != nil {
				c.report(p.Title, message.New("lint.duplicate_title", "title", p.Meta.Title, "other", other.Indicator))
			} else {
				titled[p.Meta.Title] = p
			}
		}
	}
	c.groupTitles(member(c.tree(), "tree"))
}

func (c *checker) groupTitles(level *yaml.Node) {
	if level == nil {
		return
	}
	seen := map[string]string{}
	for _, group := range level.Content {
		title, id := member(group, "title"), member(group, "id")
		if title != nil && id != nil {
			if other, twice := seen[title.Value]; twice {
				c.report(nodePlace(title), message.New("lint.duplicate_title", "title", title.Value, "other", other))
			}
			seen[title.Value] = id.Value
		}
		c.groupTitles(member(group, "groups"))
	}
}
