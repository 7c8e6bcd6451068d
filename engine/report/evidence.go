package report

import (
	"io"
	"strconv"

	"rubric/engine/evidence"
	"rubric/engine/message"
)

// Evidence writes the index of a case's evidence: the documents with what they
// attest, then what is lacking or not as recorded, and the counts.
func Evidence(w io.Writer, x *evidence.Index, words Words, width int) error {
	p := newPage(width)
	p.hang(0, "", titleOf(x.Case), 0)
	p.hang(0, "", words.say("report.framework", "id", x.Framework.ID, "version", x.Framework.Version), 0)
	p.blank()
	words.documentGrid(x.Documents).write(p)
	p.rule()
	p.blank()
	words.shortcomings(x).write(p)
	p.blank()
	p.block(0, words.filing(x))
	return write(w, p.text.String())
}

// EvidenceJSON writes one index, or several as an array.
func EvidenceJSON(w io.Writer, all []*evidence.Index, many bool) error {
	if !many && len(all) == 1 {
		return document(w, all[0])
	}
	return document(w, all)
}

func (w Words) documentGrid(documents []evidence.Document) *grid {
	g := &grid{heads: []string{w.say("evidence.document"), w.say("evidence.index"), w.say("evidence.date"), w.say("evidence.state")}}
	for i, d := range documents {
		g.add([]string{strconv.Itoa(i+1) + ". " + d.Title, d.Index, d.Date, w.fileState(d.State)}, func(p *page) {
			for _, line := range w.documentNotes(d) {
				p.block(4, line)
			}
		})
	}
	return g
}

// fileState is what became of a document's file, in a word.
func (w Words) fileState(s evidence.State) string {
	switch s {
	case evidence.NoFile:
		return w.say("evidence.state_no_file")
	case evidence.Unrecorded:
		return w.say("evidence.state_unrecorded")
	case evidence.Same:
		return w.say("evidence.state_same")
	case evidence.Changed:
		return w.say("evidence.state_changed")
	case evidence.Absent:
		return w.say("evidence.state_absent")
	}
	return w.say("evidence.state_unreadable")
}

// documentNotes are the lines beneath a document.
func (w Words) documentNotes(d evidence.Document) (lines []string) {
	switch {
	case d.File != "" && d.Digest != "":
		lines = append(lines, w.say("evidence.file_digest", "file", d.File, "digest", shortDigest(d.Digest)))
	case d.File != "":
		lines = append(lines, w.say("evidence.file", "file", d.File))
	}
	if d.SuppliedBy != "" {
		lines = append(lines, w.say("evidence.supplied", "by", d.SuppliedBy))
	}
	if d.Confidentiality != "" {
		lines = append(lines, w.say("evidence.confidential", "level", d.Confidentiality))
	}
	for _, c := range d.Facts {
		lines = append(lines, w.citedIn(c))
	}
	if len(d.Facts) == 0 {
		lines = append(lines, w.say("evidence.attests_nothing"))
	}
	if len(d.Indicators) > 0 {
		var titles []message.Message
		for _, in := range d.Indicators {
			titles = append(titles, plainText(in.Title))
		}
		lines = append(lines, w.say("evidence.used_by", "indicators", titles))
	}
	return lines
}

// plainText is a text as a message, so that the language enumerates it.
func plainText(text string) message.Message { return message.New("evidence.text", "text", clean(text)) }

// shortDigest is enough of a digest to tell files apart by eye.
func shortDigest(digest string) string {
	const shown = len("sha256:") + 12
	return digest[:min(len(digest), shown)] + "…"
}

func (w Words) citedIn(c evidence.Cited) string {
	label := c.Label
	if label == "" {
		label = w.say("evidence.whole_case")
	}
	switch {
	case c.Role == evidence.Another:
		return w.say("evidence.attests_other", "label", label, "value", c.Value, "locator", c.Locator)
	case c.Role == evidence.TypedOff:
		return w.say("evidence.typed_off", "label", label, "locator", c.Locator)
	case c.Index != "":
		return w.say("evidence.attests_index", "label", label, "locator", c.Locator, "index", c.Index)
	}
	return w.say("evidence.attests", "label", label, "locator", c.Locator)
}

// shortcomings are what is lacking, and what is not as recorded.
func (w Words) shortcomings(x *evidence.Index) outline {
	out := outline{w.askedFor(x)}
	if wrong := x.Wrong(); len(wrong) > 0 {
		s := section{title: w.say("evidence.wrong")}
		for _, d := range wrong {
			s.items = append(s.items, item{text: w.wrongFile(d)})
		}
		out = append(out, s)
	}
	if len(x.Unlisted) > 0 {
		out = append(out, section{title: w.say("evidence.unlisted"), items: points(x.Unlisted...)})
	}
	return out
}

func (w Words) wrongFile(d evidence.Document) string {
	switch d.State {
	case evidence.Changed:
		return w.say("evidence.wrong_changed", "title", d.Title, "id", d.ID, "file", d.File,
			"recorded", shortDigest(d.Recorded), "digest", shortDigest(d.Digest))
	case evidence.Absent:
		return w.say("evidence.wrong_absent", "title", d.Title, "id", d.ID, "file", d.File)
	}
	return w.say("evidence.wrong_unreadable", "title", d.Title, "id", d.ID, "file", d.File, "why", *d.Why)
}

// askedFor says what of the evidence that indicators ask for is not there.
func (w Words) askedFor(x *evidence.Index) section {
	asked, found := 0, 0
	s := section{title: w.say("evidence.asked")}
	var items []item
	for _, in := range x.Indicators {
		var open []string
		for _, a := range in.Asked {
			asked++
			if len(a.Documents) > 0 {
				found++
			} else {
				open = append(open, a.Text)
			}
		}
		switch in.Standing {
		case evidence.Missing:
			items = append(items, item{w.say("evidence.indicator_missing", "title", in.Title, "id", in.ID), points(open...)})
		case evidence.Unassigned:
			items = append(items, item{w.say("evidence.indicator_open", "title", in.Title, "id", in.ID), points(open...)})
		}
	}
	s.items = points(w.say("evidence.asked_all", "asked", asked))
	if asked > found {
		s.items = []item{{w.say("evidence.asked_some", "asked", asked, "found", found, "open", asked-found), items}}
	}
	return s
}

// filing counts the documents by what became of their files.
func (w Words) filing(x *evidence.Index) string {
	without := x.Count(evidence.NoFile)
	return w.say("evidence.summary", "total", len(x.Documents), "files", len(x.Documents)-without, "same", x.Count(evidence.Same),
		"unrecorded", x.Count(evidence.Unrecorded), "changed", x.Count(evidence.Changed),
		"lost", x.Count(evidence.Absent)+x.Count(evidence.Unreadable), "without", without)
}
