package cel

import (
	"cmp"
	"slices"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"

	"rubric/engine/facts"
)

// place is what an expression may stand for in the facts; nil where it cannot
// stand for any.
type place struct {
	nodes     []*facts.Schema // the value may be any of these
	elements  *place          // of a list or map that was made: what its elements may be
	variables bool            // it is "variables"
}

func union(a, b *place) *place {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	}
	u := &place{nodes: slices.Clone(a.nodes), elements: union(a.elements, b.elements), variables: a.variables || b.variables}
	for _, n := range b.nodes {
		if !slices.Contains(u.nodes, n) {
			u.nodes = append(u.nodes, n)
		}
	}
	return u
}

// walker finds what a checked expression may read, whatever the facts are, and
// notes it in the builder's reads: leaves of the schema, and lists whose length
// or totality may matter.
type walker struct {
	*builder
	tree  *ast.AST
	local map[string]*place
}

func placesOf(scope names) map[string]*place {
	local := map[string]*place{}
	for _, n := range scope {
		local[n.name] = n.place
	}
	return local
}

func (b *builder) sortedReads() []*facts.Schema {
	all := make([]*facts.Schema, 0, len(b.reads))
	for s := range b.reads {
		all = append(all, s)
	}
	slices.SortFunc(all, func(x, y *facts.Schema) int { return cmp.Compare(x.Ordinal, y.Ordinal) })
	return all
}

// look notes s if it is a scalar.
func (w *walker) look(s *facts.Schema) {
	if s.Kind != facts.Object && s.Kind != facts.List {
		w.reads[s] = true
	}
}

// use notes all of p: it is compared, summed or the like as a whole.
func (w *walker) use(p *place) {
	if p == nil {
		return
	}
	for _, n := range p.nodes {
		w.whole(n)
	}
	w.use(p.elements)
}

func (w *walker) whole(s *facts.Schema) {
	switch s.Kind {
	case facts.Object:
		for _, property := range s.Properties {
			w.whole(property)
		}
	case facts.List:
		w.reads[s] = true
		w.whole(s.Items)
	default:
		w.reads[s] = true
	}
}

// into notes the lists of p, and is what their elements may be.
func (w *walker) into(p *place) *place {
	if p == nil {
		return nil
	}
	elements := p.elements
	for _, n := range p.nodes {
		if n.Kind == facts.List {
			w.reads[n] = true
			w.look(n.Items)
			elements = union(elements, &place{nodes: []*facts.Schema{n.Items}})
		}
	}
	return elements
}

func (w *walker) walk(e ast.Expr) *place {
	switch e.Kind() {
	case ast.IdentKind:
		return w.ident(e.AsIdent())
	case ast.SelectKind:
		return w.selected(e.AsSelect())
	case ast.CallKind:
		return w.call(e.AsCall())
	case ast.ListKind:
		var elements *place
		for _, element := range e.AsList().Elements() {
			elements = union(elements, w.walk(element))
		}
		return made(elements)
	case ast.MapKind:
		var values *place
		for _, entry := range e.AsMap().Entries() {
			w.use(w.walk(entry.AsMapEntry().Key()))
			values = union(values, w.walk(entry.AsMapEntry().Value()))
		}
		return made(values)
	case ast.ComprehensionKind:
		return w.comprehension(e.AsComprehension())
	}
	return nil
}

// made is a list or map with such elements.
func made(elements *place) *place {
	if elements == nil {
		return nil
	}
	return &place{elements: elements}
}

func (w *walker) ident(name string) *place {
	if p, ok := w.local[name]; ok {
		return p
	}
	switch name {
	case "facts":
		return &place{nodes: []*facts.Schema{w.schema}}
	case "variables":
		return &place{variables: true}
	case indicatorName:
		return &place{nodes: []*facts.Schema{w.indicator}}
	}
	return nil
}

func (w *walker) selected(s ast.SelectExpr) *place {
	operand := w.walk(s.Operand())
	if operand == nil {
		return nil
	}
	if operand.variables {
		return w.variable(s.FieldName())
	}
	found := &place{}
	for _, n := range operand.nodes {
		property := n.Property(s.FieldName())
		if property == nil {
			continue
		}
		w.look(property)
		if s.IsTestOnly() && property.Kind == facts.List {
			w.reads[property] = true
		}
		found.nodes = append(found.nodes, property)
	}
	if s.IsTestOnly() {
		return nil
	}
	return found
}

// variable takes over what a variable may read.
func (w *walker) variable(name string) *place {
	for _, v := range w.variables {
		if v.name == name {
			for s := range v.reads {
				w.reads[s] = true
			}
			return v.place
		}
	}
	return nil
}

func (w *walker) call(c ast.CallExpr) *place {
	args := c.Args()
	if c.IsMemberFunction() {
		args = append([]ast.Expr{c.Target()}, args...)
	}
	places := make([]*place, len(args))
	for i, arg := range args {
		places[i] = w.walk(arg)
	}
	switch c.FunctionName() {
	case operators.Conditional:
		return union(places[1], places[2])
	case indexFunction:
		w.use(places[1])
		return w.into(places[0])
	case operators.Add:
		return made(union(w.into(places[0]), w.into(places[1])))
	case "size":
		w.into(places[0])
		return nil
	}
	for _, p := range places {
		w.use(p)
	}
	return nil
}

func (w *walker) comprehension(c ast.ComprehensionExpr) *place {
	element := w.into(w.walk(c.IterRange()))
	accumulated := w.walk(c.AccuInit())
	defer w.bind(c.AccuVar(), accumulated)()
	func() {
		defer w.bind(c.IterVar(), element)()
		w.walk(c.LoopCondition())
		accumulated = union(accumulated, w.walk(c.LoopStep()))
	}()
	w.local[c.AccuVar()] = accumulated
	return w.walk(c.Result())
}

// bind makes name stand for p until the function it returns is called.
func (w *walker) bind(name string, p *place) (restore func()) {
	old, had := w.local[name]
	w.local[name] = p
	return func() {
		delete(w.local, name)
		if had {
			w.local[name] = old
		}
	}
}
