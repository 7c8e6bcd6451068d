package cel

import (
	"encoding/json"
	"slices"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"go.yaml.in/yaml/v3"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy"
)

// contradictionSource is what an entry of contradictions has in place of a
// share: see policy.Contradiction.
type contradictionSource struct {
	severity scalar
	figures  []scalar
	adopt    []adoptSource
}

type adoptSource struct{ pointer, value scalar }

// contradiction is a contradictionSource compiled.
type contradiction struct {
	severity policy.Severity
	figures  []*expression
	adopt    []adoption
}

type adoption struct {
	pointer string
	value   *expression
}

// readCheck reads what a reconciliation check has in place of deductions and
// earned.
func (t *text) readCheck(root *yaml.Node, doc *document) {
	m := t.mapping(root, "title", "description", "custom", "variables", "contradictions")
	if m == nil {
		return
	}
	t.readHead(m, doc)
	if m.at["contradictions"] == nil {
		t.wrong(root, message.New("cel.no_contradictions"))
	}
	for _, entry := range t.list(m.at["contradictions"], "contradictions") {
		m := t.mapping(entry, "each", "item", "condition", "severity", "message", "figures", "adopt")
		if m == nil {
			continue
		}
		doc.deductions = append(doc.deductions, deductionSource{
			line: entry.Line, each: t.readEach(m.at["each"]),
			item: t.required(m, "item"), condition: t.required(m, "condition"), reason: t.required(m, "message"),
			contradiction: t.readContradiction(m),
		})
	}
}

func (t *text) readContradiction(m *fields) *contradictionSource {
	c := &contradictionSource{severity: t.required(m, "severity")}
	if s := c.severity; s.present() && !slices.Contains(policy.Severities(), s.text) {
		t.wrong(s.node, message.New("cel.severity", "severities", policy.Severities()))
	}
	if n := m.at["figures"]; n != nil {
		for _, figure := range t.list(n, "figures") {
			c.figures = append(c.figures, t.scalar(figure, "figures"))
		}
		if len(c.figures) != 2 {
			t.wrong(n, message.New("cel.figures_form"))
		}
	}
	c.adopt = t.readAdopt(m.at["adopt"])
	return c
}

func (t *text) readAdopt(n *yaml.Node) (adopt []adoptSource) {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		t.wrong(n, message.New("cel.adopt_form"))
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		adopt = append(adopt, adoptSource{t.scalar(n.Content[i], "adopt"), t.scalar(n.Content[i+1], "adopt")})
	}
	return adopt
}

// buildContradiction compiles what an entry of contradictions says.
func (b *builder) buildContradiction(s *contradictionSource, scope names) *contradiction {
	c := &contradiction{severity: policy.Severity(s.severity.text)}
	for _, figure := range s.figures {
		c.figures = append(c.figures, b.typed(figure, scope, numberType))
	}
	for _, a := range s.adopt {
		value, _, _ := b.compile(a.value, scope)
		if place := b.schema.At(a.pointer.text); place == nil || place.Kind == facts.Object || place.Kind == facts.List {
			b.text.wrongAt(a.pointer, 0, message.New("cel.adopt_pointer", "pointer", a.pointer.text))
		}
		c.adopt = append(c.adopt, adoption{a.pointer.text, value})
	}
	return c
}

// contradiction evaluates what an entry says of the facts.
func (r *run) contradiction(c *contradiction, s *scope) (*policy.Contradiction, error) {
	out := &policy.Contradiction{Severity: c.severity}
	for _, figure := range c.figures {
		v, err := r.eval(figure, s, policy.Value)
		if err != nil {
			return nil, err
		}
		n, ok := v.(numeral)
		if !ok {
			return nil, failure{figure.line, message.New("cel.null")}
		}
		out.Figures = append(out.Figures, n.n)
	}
	for _, a := range c.adopt {
		v, err := r.eval(a.value, s, policy.Value)
		if err != nil {
			return nil, err
		}
		text := adopted(v)
		if text == "" {
			return nil, failure{a.value.line, message.New("cel.adopt_form")}
		}
		out.Adopt = append(out.Adopt, policy.Adoption{Pointer: a.pointer, Value: text})
	}
	return out, nil
}

// adopted is a value as JSON, "" where a fact cannot be that value.
func adopted(v ref.Val) string {
	switch v := v.(type) {
	case numeral:
		return v.n.String()
	case types.Bool:
		if v {
			return "true"
		}
		return "false"
	case types.String:
		text, _ := json.Marshal(string(v)) // a text always has a JSON form
		return string(text)
	}
	return ""
}
