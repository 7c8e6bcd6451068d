package facts

import (
	"slices"

	"rubric/engine/message"
	"rubric/engine/number"
)

// Survey is what x-survey declares of an object: that its members are the counts
// of a survey. Each name is a member of the object, with slashes for those
// further down, "" for what the survey does not tell.
//
//	"x-survey": {"population": "pupils", "issued": "issued", "returned": "returned",
//	  "valid": "valid", "invalid": "invalid", "date": "closed_on",
//	  "questions": ["satisfaction", {"options": "wishes", "valid": "wishes_valid", "multiple": true}],
//	  "confidence": 95, "margin": 5}
//
// A question is an object whose members are the options with how many chose each.
// Its options add up to the valid forms, or to those that are valid for it; where
// several may be chosen, none is chosen by more. Forms valid and invalid are those
// returned; no more are returned than issued, and no more issued than there are
// people. The identities are the Table's.
type Survey struct {
	Valid      string
	Issued     string
	Returned   string
	Invalid    string
	Population string
	Date       string
	Confidence int           // in percent: 90, 95 or 99
	Margin     number.Number // of error, in percent
	Line       int           // in the schema's file
}

// surveyNames are the keywords of an x-survey that name a member.
func surveyNames() []string {
	return []string{"population", "issued", "returned", "valid", "invalid", "date"}
}

// confidences are how sure one may want to be, in percent.
func confidences() []int { return []int{90, 95, 99} }

// readSurvey reads "x-survey" once the places below s are known.
func (r *schemaReader) readSurvey(s *Schema, k keywords) {
	node := k.get("x-survey")
	if node == nil {
		return
	}
	if node.Kind != Object {
		r.wrongForm(node, Object)
		return
	}
	known := append(surveyNames(), "questions", "confidence", "margin", "$comment")
	for _, m := range node.Members() {
		if !slices.Contains(known, m.Key) {
			r.problem(m, message.New("facts.survey_keyword", "keyword", clip(m.Key), "supported", known))
		}
	}
	v := &Survey{Confidence: 95, Margin: number.Int(5), Line: r.line(node)}
	for i, to := range []*string{&v.Population, &v.Issued, &v.Returned, &v.Valid, &v.Invalid} {
		*to = r.surveyCount(s, node.Member(surveyNames()[i]))
	}
	v.Date = r.surveyDate(s, node.Member("date"))
	if v.Valid == "" || node.Member("questions") == nil {
		r.problem(node, message.New("facts.survey_needs"))
		return
	}
	r.surveyPrecision(node, v)
	if s.Table == nil {
		s.Table = &Table{Digits: -1}
	}
	s.Survey = v
	r.formIdentities(s, v)
	for _, q := range r.list(node.Member("questions")) {
		r.question(s, v, q)
	}
}

// surveyCount reads the name of a whole number, "" for none.
func (r *schemaReader) surveyCount(s *Schema, node *Node) string {
	place := r.surveyPlace(s, node)
	if place == nil {
		return ""
	}
	if !place.Integer || place.Minimum == nil || place.Minimum.Sign() < 0 {
		r.problem(node, message.New("facts.survey_count", "name", clip(node.Text)))
	}
	return node.Text
}

func (r *schemaReader) surveyDate(s *Schema, node *Node) string {
	place := r.surveyPlace(s, node)
	if place == nil {
		return ""
	}
	if place.Kind != Text || place.Format != "date" {
		r.problem(node, message.New("facts.survey_date", "name", clip(node.Text)))
	}
	return node.Text
}

// surveyPlace is the place of a name below s; nil for none, or for one that is
// reported.
func (r *schemaReader) surveyPlace(s *Schema, node *Node) *Schema {
	if node == nil {
		return nil
	}
	if node.Kind != Text {
		r.wrongForm(node, Text)
		return nil
	}
	place, rest := s.follow(splitName(node.Text))
	switch {
	case len(rest) == 0:
		return place
	case place.Suggest(rest[0]) != "":
		r.problem(node, message.New("facts.survey_name_near", "name", clip(node.Text), "suggestion", place.Suggest(rest[0])))
	default:
		r.problem(node, message.New("facts.survey_name", "name", clip(node.Text)))
	}
	return nil
}

// surveyPrecision reads how sure and how exact the survey is to be.
func (r *schemaReader) surveyPrecision(node *Node, v *Survey) {
	if n := node.Member("confidence"); n != nil {
		percent, ok := n.Number().Int64()
		if n.Kind != Num || !ok || !slices.Contains(confidences(), int(percent)) {
			r.problem(n, message.New("facts.survey_confidence"))
		}
		v.Confidence = int(percent)
	}
	if n := node.Member("margin"); n != nil {
		if n.Kind != Num || n.Number().Sign() <= 0 || n.Number().Cmp(number.Int(50)) > 0 {
			r.problem(n, message.New("facts.survey_margin"))
			return
		}
		v.Margin = n.Number()
	}
}

// formIdentities are what must hold of the numbers of forms.
func (r *schemaReader) formIdentities(s *Schema, v *Survey) {
	if v.Returned != "" && v.Invalid != "" {
		s.counts(v, Sum, v.Returned, v.Valid, v.Invalid)
	}
	least := v.Valid
	for _, more := range []string{v.Returned, v.Issued, v.Population} {
		if more == "" {
			continue
		}
		if more != v.Returned || v.Invalid == "" { // else the sum says so
			s.counts(v, AtMost, least, more)
		}
		least = more
	}
}

// counts declares an identity of counts.
func (s *Schema) counts(v *Survey, kind IdentityKind, is string, of ...string) {
	s.Table.Identities = append(s.Table.Identities, Identity{Kind: kind, Is: is, Of: of, Digits: -1, Survey: true, Line: v.Line})
}

// question reads one question: the name of its options, or an object with what
// more is to be said of it.
func (r *schemaReader) question(s *Schema, v *Survey, node *Node) {
	options, valid, multiple := node, v.Valid, false
	if node.Kind == Object {
		options = node.Member("options")
		multiple = r.flag(node.Member("multiple"))
		if own := r.surveyCount(s, node.Member("valid")); own != "" {
			s.counts(v, AtMost, own, v.Valid)
			valid = own
		}
		for _, m := range node.Members() {
			if !slices.Contains([]string{"options", "valid", "multiple"}, m.Key) {
				r.problem(m, message.New("facts.survey_keyword", "keyword", clip(m.Key), "supported", []string{"options", "valid", "multiple"}))
			}
		}
	}
	if options == nil {
		r.problem(node, message.New("facts.survey_options"))
		return
	}
	place := r.surveyPlace(s, options)
	if place == nil {
		return
	}
	names := optionNames(place, options.Text)
	if names == nil {
		r.problem(options, message.New("facts.survey_options"))
		return
	}
	if !multiple {
		s.counts(v, Sum, valid, names...)
		return
	}
	for _, name := range names {
		s.counts(v, AtMost, name, valid)
	}
}

// optionNames are the options of a question, nil if they are no counts.
func optionNames(place *Schema, name string) (names []string) {
	for _, p := range place.Properties {
		if !p.Integer || p.Minimum == nil || p.Minimum.Sign() < 0 {
			return nil
		}
		names = append(names, name+"/"+p.Name)
	}
	return names
}
