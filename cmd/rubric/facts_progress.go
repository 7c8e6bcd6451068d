package main

import (
	"strings"

	"rubric/engine/casefolder"
	"rubric/engine/message"
	"rubric/engine/progress"
)

// progressText says how many indicators have all of their facts, and what hangs
// on the others; nothing if none lacks any.
func (a *app) progressText(p *progress.Progress) string {
	if p == nil || len(p.Open) == 0 {
		return ""
	}
	id, line := "cmd.facts_progress", "cmd.indicator_progress"
	if p.Points == "0" { // in marks
		id, line = "cmd.facts_progress_marks", "cmd.indicator_progress_mark"
	}
	text := a.catalogue.Text(a.lang, message.Message{ID: id, Args: []message.Arg{{Name: "total", Value: p.Indicators},
		{Name: "ready", Value: p.Ready}, {Name: "open", Value: len(p.Open)}, {Name: "points", Value: p.Points}}}) + "\n"
	for _, o := range p.Open {
		text += "  " + a.catalogue.Text(a.lang, message.Message{ID: line, Args: []message.Arg{{Name: "title", Value: o.Title},
			{Name: "there", Value: o.There}, {Name: "missing", Value: len(o.Missing)}, {Name: "min", Value: o.Range.Min},
			{Name: "max", Value: o.Range.Max}, {Name: "points", Value: o.Points}}}) + "\n"
	}
	return text
}

// toAsk lists the missing facts by subject, with what is expected and what for.
func (a *app) toAsk(v validated) string {
	text, last := a.say("cmd.facts_to_ask")+"\n", ""
	for _, m := range v.Missing {
		subject, rest, nested := strings.Cut(m.Label, " › ")
		if nested && subject != last {
			text += "  " + subject + "\n"
		}
		indent := "  "
		if nested {
			m.Label, indent = rest, "    "
		}
		last = subject
		text += indent + a.asking(v, m) + "\n"
	}
	return text
}

// mostAsked is how many missing facts are listed one by one where nobody asks for
// all of them.
const mostAsked = 60

// toAskInShort says how many facts are missing of each subject: those first that
// scores wait for.
func (a *app) toAskInShort(v validated) string {
	var needed, others []string
	for _, m := range v.Missing {
		if v.Progress != nil && len(v.Progress.Serves(m.Pointer)) > 0 {
			needed = append(needed, m.Label)
		} else {
			others = append(others, m.Label)
		}
	}
	return a.subjects("cmd.facts_needed", needed) + a.subjects("cmd.facts_not_needed", others) + a.say("cmd.facts_all") + "\n"
}

// subjects counts labels by what they begin with: by the table within a subject
// that has many of them.
func (a *app) subjects(id string, labels []string) string {
	if len(labels) == 0 {
		return ""
	}
	const many = 20
	wide, count := map[string]int{}, map[string]int{}
	for _, l := range labels {
		wide[begin(l, 1)]++
	}
	var order []string
	for _, l := range labels {
		subject := begin(l, 1)
		if wide[subject] > many {
			subject = begin(l, 2)
		}
		if count[subject]++; count[subject] == 1 {
			order = append(order, subject)
		}
	}
	text := a.catalogue.Text(a.lang, message.Message{ID: id, Args: []message.Arg{{Name: "count", Value: len(labels)}}}) + "\n"
	for _, subject := range order {
		text += "  " + a.say("cmd.facts_of_subject", "subject", subject, "count", count[subject]) + "\n"
	}
	return text
}

// begin is the first parts of a label, but not all of them.
func begin(label string, parts int) string {
	all := strings.Split(label, " › ")
	return strings.Join(all[:max(1, min(parts, len(all)-1))], " › ")
}

// asking is one missing fact: its label and pointer, what must stand there, and
// the indicators that wait for it.
func (a *app) asking(v validated, m missingFact) string {
	text := a.lacking(m)
	if m.miscount == nil && m.place != nil {
		text = a.say("cmd.fact_to_ask", "fact", text, "expected", expected(m.place))
	}
	if v.Progress == nil {
		return text
	}
	if titles := v.Progress.Serves(m.Pointer); len(titles) > 0 {
		text = a.say("cmd.fact_serves", "fact", text, "titles", titles)
	}
	return text
}

// speakAsFramework takes on the language of the first case's framework, where the
// user has named none: neither by flag, setting nor locale.
func (d *desk) speakAsFramework(path string) {
	if d.langNamed() {
		return
	}
	name := d.framework
	if name == "" {
		c, err := casefolder.Head(d.path(path))
		if err != nil {
			return
		}
		name = c.Framework
	}
	if fw, err := d.load(d.frameworkNamed(name)); err == nil {
		if lang, ok := message.ParseLang(fw.Language); ok {
			d.lang = lang
		}
	}
}
