package lint

import (
	"errors"
	"io/fs"
	"slices"
	"strings"

	"rubric/engine/cases"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy/script"
)

// noCases: an indicator without cases beside its policy.
func (c *checker) noCases() {
	for i := range c.policies {
		p := &c.policies[i]
		if p.Indicator != "" && c.casesOf(p.Indicator) == "" {
			c.report(script.Place{File: p.File, Line: 1, Column: 1}, message.New("lint.no_cases", "indicator", p.Indicator, "file", casesFile(p)))
		}
	}
}

// casesFile is where the cases of a policy belong.
func casesFile(p *script.Policy) string {
	return p.File[:strings.LastIndex(p.File, "/")+1] + p.Indicator + ".cases.yaml"
}

// casesOf is the cases file of an indicator, "" if it has none.
func (c *checker) casesOf(indicator string) string {
	for _, s := range c.fw.Cases {
		if s.Indicator == indicator {
			return s.File
		}
	}
	return ""
}

// badCases: a cases file that cannot be read, or facts in it that the schema does
// not have.
func (c *checker) badCases() {
	for _, s := range c.fw.Cases {
		suite, err := cases.Parse(s.File, s.Indicator, s.Text)
		var wrong message.Problems
		if !errors.As(err, &wrong) && s.File != framework.AggregatorCases { // those hold outcomes, which rubric test looks at
			wrong = suite.Ready(c.fw.Schema, c.bases).Troubles()
		}
		for _, p := range wrong {
			c.report(script.Place{File: s.File, Line: p.Line, Column: p.Column}, p.Message)
		}
	}
}

// bases gives the facts of a case folder, where there is somebody to ask.
func (c *checker) bases(id string) ([]byte, error) {
	if c.options.Bases == nil {
		return nil, fs.ErrNotExist
	}
	return c.options.Bases(id)
}

// noBoundaryCases: a threshold whose exact value no case has. Cases that build
// on a case folder that is not at hand are left out.
func (c *checker) noBoundaryCases() {
	for i := range c.policies {
		p := &c.policies[i]
		documents := c.documents(p.Indicator)
		if len(documents) == 0 {
			continue
		}
		for _, r := range p.Rules {
			for _, k := range r.Clauses {
				for _, condition := range k.Conditions {
					c.walk(condition, func(e *script.Expr) {
						if isOrder(e) && e.File == p.File {
							c.boundary(e, documents)
						}
					})
				}
			}
		}
	}
}

func (c *checker) documents(indicator string) (all []*facts.Document) {
	for _, s := range c.fw.Cases {
		if s.Indicator != indicator || indicator == "" {
			continue
		}
		suite, err := cases.Parse(s.File, s.Indicator, s.Text)
		if err != nil {
			continue // badCases says so
		}
		for _, doc := range suite.Ready(c.fw.Schema, c.bases).Facts() {
			if doc != nil {
				all = append(all, doc)
			}
		}
	}
	return all
}

// boundary reports a comparison whose two sides are equal in no case, where that
// can be worked out and could be.
func (c *checker) boundary(e *script.Expr, documents []*facts.Document) {
	l := &logic{}
	l.read(e)
	if len(l.subjects) == 1 && l.subjects[0].kind == facts.Num && !slices.ContainsFunc(l.subjects[0].cuts, l.subjects[0].span.has) {
		return
	}
	left, right := e.Args[0], e.Args[1]
	met := map[string]bool{}
	wanted := map[string]bool{}
	known := false
	for _, doc := range documents {
		a, okA := valuesOf(left, doc)
		b, okB := valuesOf(right, doc)
		if !okA || !okB {
			continue
		}
		for _, n := range b {
			known = known || len(a) > 0
			wanted[n.String()] = true
			met[n.String()] = met[n.String()] || slices.ContainsFunc(a, n.Equal)
		}
	}
	if _, constant := spanOf(right).constant(); !constant && right.Resolve().Form != script.Choice {
		for n := range met {
			if met[n] {
				return
			}
		}
		if known {
			c.report(e.Place, message.New("lint.no_boundary_case", "left", formula(left), "right", formula(right)))
		}
		return
	}
	var missing []string
	for n := range wanted {
		if !met[n] {
			missing = append(missing, n)
		}
	}
	slices.Sort(missing)
	if known && len(missing) > 0 {
		c.report(e.Place, message.New("lint.no_boundary_case", "left", formula(left), "right", strings.Join(missing, ", ")))
	}
}

// maxValues bounds the values that are followed.
const maxValues = 200

// valuesOf are the numbers that an expression may have in a document; not ok
// where that cannot be told.
func valuesOf(e *script.Expr, doc *facts.Document) (all []number.Number, ok bool) {
	e = e.Resolve()
	if e == nil {
		return nil, false
	}
	if n, constant := spanOf(e).constant(); constant {
		return []number.Number{n}, true
	}
	switch e.Form {
	case script.Fact:
		return factValues(e.Facts, doc)
	case script.Choice:
		for _, a := range e.Args {
			more, ok := valuesOf(a, doc)
			if !ok {
				return nil, false
			}
			all = append(all, more...)
		}
		return all, true
	case script.Call:
		return callValues(e, doc)
	}
	return nil, false
}

// factValues are the numbers at some places of the schema; absent ones are none.
func factValues(places []*facts.Schema, doc *facts.Document) (all []number.Number, ok bool) {
	for _, f := range places {
		if f.Kind != facts.Num {
			return nil, false
		}
		for _, n := range nodesAt(f, doc.Root) {
			if n.Kind == facts.Num {
				all = append(all, n.Number())
			}
		}
	}
	return all, len(all) <= maxValues
}

func nodesAt(f *facts.Schema, root *facts.Node) []*facts.Node {
	if f.Parent == nil {
		return []*facts.Node{root}
	}
	var all []*facts.Node
	for _, parent := range nodesAt(f.Parent, root) {
		switch {
		case f.Name == "*":
			all = append(all, parent.Elements()...)
		default:
			if n := parent.Member(f.Name); n != nil {
				all = append(all, n)
			}
		}
	}
	return all
}

func callValues(e *script.Expr, doc *facts.Document) (all []number.Number, ok bool) {
	operations := map[string]func(a, b number.Number) (number.Number, error){
		"+": func(a, b number.Number) (number.Number, error) { return a.Add(b), nil },
		"-": func(a, b number.Number) (number.Number, error) { return a.Sub(b), nil },
		"*": func(a, b number.Number) (number.Number, error) { return a.Mul(b), nil },
		"/": number.Number.Div,
	}
	operation := operations[e.Op]
	if operation == nil || len(e.Args) != 2 {
		return nil, false
	}
	left, okA := valuesOf(e.Args[0], doc)
	right, okB := valuesOf(e.Args[1], doc)
	if !okA || !okB || len(left)*len(right) > maxValues {
		return nil, false
	}
	for _, a := range left {
		for _, b := range right {
			if n, err := operation(a, b); err == nil {
				all = append(all, n)
			}
		}
	}
	return all, true
}
