package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"rubric/engine"
	"rubric/engine/lint"
	"rubric/engine/message"
	"rubric/engine/panel"
)

// convene lets the expert panel of a case mark it: the ballots are held to what
// the rules alone give.
func (d *desk) convene(ctx context.Context, e *evaluated) (*panel.Outcome, error) {
	if e.Panel == nil {
		return nil, nil
	}
	p, err := panel.Parse(e.PanelFile, e.Panel)
	if err != nil {
		return nil, err
	}
	byRules := e.input
	byRules.Marks = nil
	a, err := e.rules.Evaluate(ctx, byRules)
	if err != nil {
		return nil, err
	}
	yields, err := lint.Yields(e.rules.Framework, p.Indicators(a), d.compiledBefore())
	if err != nil {
		return nil, err
	}
	out, err := p.Combine(e.rules.Framework, a, yields)
	if err != nil {
		return nil, err
	}
	marks := out.Marks(p, func(m message.Message) string { return d.catalogue.Text(languageOf(e.rules), m) })
	if err := markedTwice(e.input.Marks, marks); err != nil {
		return nil, err
	}
	e.input.Marks = append(e.input.Marks, marks...)
	digest := sha256.Sum256(append(append([]byte(nil), e.Review...), e.Panel...))
	named := "sha256:" + hex.EncodeToString(digest[:])
	e.input.ReviewDigest = &named
	return out, nil
}

// hold tells of the reviews whose score is none that the rule can give.
func (d *desk) hold(e *evaluated) error {
	reviewed := e.assessment.Unyielding()
	if len(reviewed) == 0 {
		return nil
	}
	yields, err := lint.Yields(e.rules.Framework, reviewed, d.compiledBefore())
	if err == nil {
		e.assessment.Hold(yields, e.rules.Framework.Digits)
	}
	return err
}

// languageOf is the language of a framework's texts, in which the assessment is
// worded whoever reads it.
func languageOf(r *engine.Rules) message.Lang { return languageOfText(r.Framework.Language) }

func languageOfText(name string) message.Lang {
	if lang, ok := message.ParseLang(name); ok {
		return lang
	}
	return message.English
}

// markedTwice complains of indicators that both the review and the panel mark.
func markedTwice(review, panel []engine.Mark) error {
	var problems message.Problems
	for _, m := range panel {
		for _, other := range review {
			if other.Indicator == m.Indicator {
				problems.Add(message.Problem{File: m.File, Line: m.Line, Message: message.New("panel.marked_twice", "indicator", m.Indicator, "file", other.File)})
			}
		}
	}
	return problems.Err()
}
