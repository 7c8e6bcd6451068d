package report

import (
	"io"

	"github.com/go-json-experiment/json"

	"rubric/engine"
)

// JSON writes an assessment in the published form.
func JSON(w io.Writer, a *engine.Assessment) error {
	p := published{out: make([]byte, 0, perIndicator*(1+len(a.Indicators)))}
	p.assessment(a)
	return p.to(w)
}

// JSONArray writes several assessments as one array.
func JSONArray(w io.Writer, assessments []*engine.Assessment) error {
	p := published{}
	p.open('[')
	for _, a := range assessments {
		p.line()
		p.assessment(a)
	}
	p.shut(']')
	return p.to(w)
}

// perIndicator is how many bytes of the published form most indicators take.
const perIndicator = 2048

func (p *published) to(w io.Writer) error {
	if p.err != nil {
		return p.err
	}
	_, err := w.Write(append(p.out, '\n'))
	return err
}

// IndicatorsJSON writes the indicators with those ids as they stand in the
// published form: one document for one, else one array.
func IndicatorsJSON(w io.Writer, a *engine.Assessment, ids []string) error {
	return document(w, oneOrAll(chosen(a, ids)))
}

// chosenOf is some indicators of one of several cases.
type chosenOf struct {
	Case       engine.CaseRef      `json:"case"`
	Indicators []*engine.Indicator `json:"indicators"`
}

// IndicatorsJSONArray writes, as one array, for each assessment its case and
// the indicators with those ids.
func IndicatorsJSONArray(w io.Writer, assessments []*engine.Assessment, ids []string) error {
	all := []chosenOf{}
	for _, a := range assessments {
		all = append(all, chosenOf{a.Case, chosen(a, ids)})
	}
	return document(w, all)
}

func oneOrAll(list []*engine.Indicator) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}

// document writes v as one JSON document. Empty lists are [], never null, and
// a cited value is kept whatever it is, the empty text included.
func document(w io.Writer, v any) error {
	data, err := json.Marshal(v, options)
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}
