package evidence

import (
	"slices"

	"github.com/agnivade/levenshtein"

	"rubric/engine/facts"
	"rubric/engine/message"
)

// servings works out which document is what an indicator asks for: the one that
// says so, and the one that attests a fact of it and is called like that. The
// error is a message.Problems.
func (b *builder) servings() error {
	if b.c.Evidence == nil {
		return nil
	}
	var problems message.Problems
	for _, s := range b.c.Evidence.Servings {
		at := slices.IndexFunc(b.leaves, func(l leaf) bool { return l.id == s.Indicator })
		if at < 0 {
			problems.Add(b.wrong(s, b.unknownIndicator(s)))
			continue
		}
		text, wrong := asked(b.leaves[at].policy.Meta.Evidence, s)
		if wrong != nil {
			problems.Add(b.wrong(s, *wrong))
			continue
		}
		b.assign(at, text, s.Document)
	}
	for i, l := range b.leaves {
		for _, d := range b.c.Evidence.Documents {
			if b.sourced[i][d.ID] && slices.Contains(l.policy.Meta.Evidence, d.Title) {
				b.assign(i, d.Title, d.ID)
			}
		}
	}
	return problems.Err()
}

func (b *builder) assign(leaf int, text, document string) {
	if slices.Contains(b.assigned[leaf][text], document) {
		return
	}
	b.assigned[leaf][text] = append(b.assigned[leaf][text], document)
	b.serves[document] = append(b.serves[document], Served{b.leaves[leaf].id, text})
}

func (b *builder) wrong(s facts.Serving, m message.Message) message.Problem {
	return message.Problem{File: b.c.Evidence.File, Line: s.Line, Column: s.Column, Message: m}
}

func (b *builder) unknownIndicator(s facts.Serving) message.Message {
	if near := b.rules.Framework.Nearest(s.Indicator); near != "" {
		return message.New("evidence.unknown_indicator_near", "document", s.Document, "indicator", s.Indicator, "suggestion", near)
	}
	return message.New("evidence.unknown_indicator", "document", s.Document, "indicator", s.Indicator)
}

// asked is the text that a serving names; an indicator that asks for one thing
// only needs no text.
func asked(texts []string, s facts.Serving) (string, *message.Message) {
	switch {
	case slices.Contains(texts, s.Asked):
		return s.Asked, nil
	case s.Asked == "" && len(texts) == 1:
		return texts[0], nil
	case s.Asked == "":
		m := message.New("evidence.serves_which", "document", s.Document, "indicator", s.Indicator, "asked", texts)
		return "", &m
	}
	if near := nearest(s.Asked, texts); near != "" {
		m := message.New("evidence.not_asked_near", "document", s.Document, "indicator", s.Indicator, "text", s.Asked, "suggestion", near)
		return "", &m
	}
	m := message.New("evidence.not_asked", "document", s.Document, "indicator", s.Indicator, "text", s.Asked, "asked", texts)
	return "", &m
}

// nearest is the text that is likely to be meant, "" if none is.
func nearest(text string, among []string) (near string) {
	best := len([]rune(text))/2 + 1
	for _, other := range among {
		if distance := levenshtein.ComputeDistance(text, other); distance < best {
			near, best = other, distance
		}
	}
	return near
}
