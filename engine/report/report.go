// Package report renders an assessment for people and for other programs:
// JSON (the published form), a table for a terminal, Markdown, and the
// explanation of each point lost. It only writes; it computes no score.
//
// Our own words follow the language asked for; the framework's and the case's
// texts stay as they are. Numbers are printed as the assessment has them.
package report

import (
	"bytes"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"rubric/engine"
	"rubric/engine/message"
	"rubric/engine/number"
)

// MinWidth and DefaultWidth are the narrowest and the usual width of a text,
// in columns of a terminal; a Chinese character takes two.
const (
	MinWidth     = 60
	DefaultWidth = 80
)

// Words are our own words in one language.
type Words struct {
	Lang      message.Lang
	Catalogue *message.Catalogue
}

// say is a sentence of the catalogue with its arguments, texts among them made
// one line.
func (w Words) say(id string, pairs ...any) string {
	for i, value := range pairs {
		if text, ok := value.(string); ok && message.Steers(text) {
			pairs[i] = clean(text)
		}
	}
	return w.Catalogue.Say(w.Lang, id, pairs...)
}

// score is a score, or the word for one that is not known.
func (w Words) score(score *string, outcome engine.Outcome) string {
	switch {
	case score != nil:
		return *score
	case outcome == engine.Failed:
		return w.say("report.broken")
	default:
		return w.say("report.open")
	}
}

// notes say why an indicator's scores are what they are, a line each.
func (w Words) notes(i *engine.Indicator) []string {
	var notes []string
	for _, d := range counted(i) {
		notes = append(notes, w.lost(d))
	}
	for _, s := range i.Ledger {
		if s.Step == "floor" {
			notes = append(notes, w.say("report.floor_note", "points", w.rough(s.Points)))
		}
	}
	if i.Cutoff != nil {
		notes = append(notes, w.say("report.cutoff_note", "reason", i.Cutoff.Reason))
	}
	if i.NotApplicable != nil {
		notes = append(notes, w.say("report.not_applicable_note", "reason", i.NotApplicable.Reason))
	}
	for _, f := range missing(i) {
		notes = append(notes, w.missingFact(f))
	}
	if i.Failure != nil {
		notes = append(notes, w.failure(i.Failure))
	}
	notes = append(notes, w.scope(i)...)
	if i.Review != nil {
		notes = append(notes, w.review(i.Review))
		notes = append(notes, w.outside(i.Review)...)
	}
	return notes
}

// outside says that a review's score is none that the rule can give, if so.
func (w Words) outside(r *engine.Review) []string {
	if len(r.Outside) == 0 {
		return nil
	}
	return []string{w.say("report.outside", "score", r.Given(), "yields", engine.Listed(r.Outside))}
}

// scope is what an open score can become, if it is open.
func (w Words) scope(i *engine.Indicator) []string {
	if i.Score != nil || i.Mark != nil || i.MarkRange == nil && i.Outcome == engine.NotApplicable {
		return nil
	}
	if i.MarkRange != nil {
		return []string{w.markScope(i.MarkRange)}
	}
	return []string{w.say("report.range_note", "min", i.Range.Min, "max", i.Range.Max)}
}

// lost is one deduction in a sentence. Its item is left out where the reason
// begins with it.
func (w Words) lost(d engine.Deduction) string {
	if d.Mark != nil {
		return w.lostMark(d)
	}
	points := w.rough(d.Points)
	if strings.HasPrefix(d.Reason, d.Item) {
		return w.say("report.lost", "points", points, "reason", d.Reason)
	}
	return w.say("report.lost_item", "points", points, "item", d.Item, "reason", d.Reason)
}

func (w Words) missingFact(f engine.Fact) string {
	if f.Miscount != nil {
		return w.say("report.miscount_note", "miscount", w.miscount(f.Miscount), "pointer", f.Pointer)
	}
	if f.Label == "" {
		return w.say("report.missing_pointer", "pointer", f.Pointer)
	}
	return w.say("report.missing_note", "label", f.Label, "pointer", f.Pointer)
}

func (w Words) failure(f *engine.Failure) string {
	return w.say("report.failure_note", "message", w.broken(f), "file", f.File, "line", f.Line)
}

// broken is how a policy broke, in our language.
func (w Words) broken(f *engine.Failure) string {
	if f.Words.ID == "" {
		return f.Message
	}
	return w.Catalogue.Text(w.Lang, f.Words)
}

// miscount is what a list and the fact that counts it say of its length.
func (w Words) miscount(m *engine.Miscount) string {
	return w.say("report.miscount", "label", m.Label, "value", m.Value, "length", m.Len)
}

// review is a review's mark and its reason, where it has one.
func (w Words) review(r *engine.Review) string {
	if r.Reason == "" {
		return w.reviewTitle(r)
	}
	if r.Mark != nil {
		return w.say("report.review_mark", "mark", *r.Mark, "reason", r.Reason, "by", r.By)
	}
	if r.By == "" {
		return w.say("report.review_note", "score", r.Given(), "reason", r.Reason)
	}
	return w.say("report.review_note_by", "score", r.Given(), "reason", r.Reason, "by", r.By)
}

// verdict is the result of the case in a sentence.
func (w Words) verdict(t engine.Total) string {
	grade := ""
	if t.Grade != nil {
		grade = w.say("report.verdict_grade", "grade", *t.Grade)
	}
	switch {
	case t.Failure != nil:
		return w.say("report.verdict_failed", "failure", w.failure(t.Failure))
	case t.Score == nil && (t.MarkRange != nil || t.Mark != nil || t.Weight == "0"):
		return w.markVerdict(t)
	case t.Score == nil && t.Grade == nil:
		return w.say("report.verdict_open_grade", "weight", t.Weight, "min", t.Range.Min, "max", t.Range.Max)
	case t.Score == nil:
		return w.say("report.verdict_open", "weight", t.Weight, "min", t.Range.Min, "max", t.Range.Max, "grade", grade)
	case t.RuleScore == nil:
		return w.say("report.verdict_rule_open", "score", *t.Score, "weight", t.Weight, "grade", grade)
	}
	return w.say("report.verdict", "score", *t.Score, "weight", t.Weight, "grade", grade, "rule", *t.RuleScore)
}

// missing are the missing facts of an indicator, with labels where they are
// known.
func missing(i *engine.Indicator) []engine.Fact {
	if len(i.MissingFact) > 0 {
		return i.MissingFact
	}
	facts := make([]engine.Fact, 0, len(i.Missing))
	for _, pointer := range i.Missing {
		facts = append(facts, engine.Fact{Pointer: pointer})
	}
	return facts
}

// rough is a number of points for a summary, without its sign: a decimal or a
// short fraction as it stands, a long fraction as the decimal nearest to it.
// Explanations print it exactly.
func (w Words) rough(points string) string {
	points = strings.TrimPrefix(points, "-")
	if near, ok := nearby(points); ok {
		return w.say("report.rough_points", "number", near)
	}
	return w.say("report.exact_points", "number", points)
}

// about is what stands behind points that are a long fraction: the decimal
// nearest to it; "" behind any others.
func (w Words) about(points string) string {
	near, ok := nearby(points)
	if !ok {
		return ""
	}
	return w.say("report.about", "number", near)
}

// plain tells whether points can be taken in as they are: a short number, or a
// part of one, such as 1/3 or 5/12.
func plain(points string) bool {
	const short, finest = len("10/12"), 12
	over, under, fraction := strings.Cut(points, "/")
	if !fraction {
		return len(points) <= short
	}
	a, errA := strconv.Atoi(over)
	b, errB := strconv.Atoi(under)
	return errA == nil && errB == nil && a < b && b <= finest
}

// nearby is the decimal nearest to a fraction that is too long to be taken in.
func nearby(points string) (decimal string, ok bool) {
	const decimals = 4
	if plain(strings.TrimPrefix(points, "-")) {
		return "", false
	}
	n, err := number.ParseFraction(points)
	if err != nil {
		return "", false
	}
	rounded := n
	for digits := decimals; digits < 2*decimals; digits++ {
		if rounded = n.Round(digits, number.RoundHalfUp); rounded.Sign() != 0 {
			break
		}
	}
	return rounded.String(), !rounded.Equal(n)
}

// indicators is the index of an assessment's indicators by id.
func indicators(a *engine.Assessment) map[string]*engine.Indicator {
	index := make(map[string]*engine.Indicator, len(a.Indicators))
	for i := range a.Indicators {
		index[a.Indicators[i].ID] = &a.Indicators[i]
	}
	return index
}

// chosen are the indicators with those ids, in the assessment's order; all of
// them when ids is empty.
func chosen(a *engine.Assessment, ids []string) []*engine.Indicator {
	var list []*engine.Indicator
	for i := range a.Indicators {
		if len(ids) == 0 || slices.Contains(ids, a.Indicators[i].ID) {
			list = append(list, &a.Indicators[i])
		}
	}
	return list
}

// value is what a cited fact held, in words: digits as the document has them.
func (w Words) value(f engine.Fact) string {
	switch {
	case f.Count != nil:
		return w.say("report.count", "count", *f.Count)
	case len(f.Value) == 0:
		return w.say("report.not_there")
	}
	return strings.TrimSpace(w.literal(f.Value) + " " + f.Unit)
}

func (w Words) literal(value json.RawMessage) string {
	switch value = bytes.TrimSpace(value); {
	case bytes.Equal(value, []byte("true")):
		return w.say("report.true")
	case bytes.Equal(value, []byte("false")):
		return w.say("report.false")
	case bytes.Equal(value, []byte("null")):
		return w.say("report.null")
	case len(value) > 0 && value[0] == '"':
		var text string
		if json.Unmarshal(value, &text) == nil {
			return w.say("report.quoted", "text", text)
		}
	}
	return string(value)
}

// role is why a fact is cited, in words.
func (w Words) role(role string) string {
	switch role {
	case "value":
		return w.say("report.role_value")
	case "condition":
		return w.say("report.role_condition")
	case "collection":
		return w.say("report.role_collection")
	case "absent":
		return w.say("report.role_absent")
	case readOnly:
		return w.say("report.role_read")
	}
	return role
}

func write(w io.Writer, text string) error {
	_, err := io.WriteString(w, text)
	return err
}
