package cel

import (
	"maps"
	"regexp"
	"slices"

	"cel.dev/cel-go/checker"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/containers"
	"cel.dev/cel-go/common/decls"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/interpreter"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
)

// expression is a compiled expression. It is safe for concurrent use.
type expression struct {
	line int // in the file
	step interpreter.InterpretableV2
	*said
}

// said is what an expression says, for who does not run it.
type said struct {
	tree    *ast.AST
	numbers map[int64]number.Number // literals, by node
}

// names are what an expression may name besides the facts and variables: each
// with its type and the places in the facts it may stand for.
type names []name

type name struct {
	name  string
	typ   *types.Type
	place *place
}

// subject is one expression on its way through the compiler.
type subject struct {
	*builder
	scalar  scalar
	scope   names
	source  common.Source
	tree    *ast.AST
	numbers map[int64]number.Number
	regexes map[int64]*regex
}

// compile compiles s and returns its type and what it stands for; the
// expression is nil when there was a problem. Reasons tend to say the same in
// many places: an expression is compiled once for all in which it means the same.
func (b *builder) compile(s scalar, scope names) (*expression, *types.Type, *place) {
	if !s.present() {
		return nil, nil, nil
	}
	key := saying{s.text, len(b.variables)}
	c, known := b.compiled[key]
	if alone := len(scope) > 0 || b.probes != nil; !known || alone {
		before := len(b.text.problems)
		c = b.compileAlone(s, scope)
		if len(b.text.problems) == before && !alone {
			b.compiled[key] = c
		}
	}
	maps.Copy(b.reads, c.reads)
	if c.step == nil {
		return nil, nil, nil
	}
	line, _ := b.text.position(s, leadingSpace(s.text))
	return &expression{line, c.step, c.said}, c.typ, c.place
}

// saying is an expression as written, and how many variables it may name.
type saying struct {
	text      string
	variables int
}

// meaning is what became of an expression, wherever it stands; the step is nil
// when there was a problem.
type meaning struct {
	step interpreter.InterpretableV2
	*said
	typ   *types.Type
	place *place
	reads map[*facts.Schema]bool
}

// compileAlone compiles s and finds what it reads.
func (b *builder) compileAlone(s scalar, scope names) meaning {
	around := b.reads
	b.reads = map[*facts.Schema]bool{}
	defer func() { b.reads = around }()
	var m meaning
	m.step, m.said, m.typ, m.place = b.compileNew(s, scope)
	m.reads = b.reads
	return m
}

func (b *builder) compileNew(s scalar, scope names) (interpreter.InterpretableV2, *said, *types.Type, *place) {
	x := &subject{builder: b, scalar: s, scope: scope, source: common.NewTextSource(s.text),
		numbers: map[int64]number.Number{}, regexes: map[int64]*regex{}}
	before := len(b.text.problems)
	tree, errs := b.parser.Parse(x.source)
	if found := errs.GetErrors(); len(found) > 0 {
		x.syntaxErrors(found)
		return nil, nil, nil, nil
	}
	x.tree = tree
	x.rewrite()
	env, err := x.environment()
	if err != nil {
		x.wrong(0, message.New("cel.crashed", "detail", err))
		return nil, nil, nil, nil
	}
	checked, errs := checker.Check(tree, x.source, env)
	x.tree = checked
	x.checkErrors(errs.GetErrors())
	if len(b.text.problems) == before {
		x.restrict()
	}
	if len(b.text.problems) > before {
		return nil, nil, nil, nil
	}
	step, err := planned(&plan{numbers: x.numbers, regexes: x.regexes, target: b.interpreter, tree: checked, probes: b.innerProbes(s, checked)})
	if err != nil {
		x.wrong(0, message.New("cel.crashed", "detail", err))
		return nil, nil, nil, nil
	}
	if !b.keeps {
		step.plan = nil
	}
	walker := &walker{builder: b, tree: checked, local: placesOf(scope)}
	return step, &said{checked, x.numbers}, checked.GetType(checked.Expr().ID()), walker.walk(checked.Expr())
}

func leadingSpace(text string) int {
	for i, r := range []rune(text) {
		if r != ' ' && r != '\n' && r != '\t' {
			return i
		}
	}
	return 0
}

// environment is what the expression may name.
func (x *subject) environment() (*checker.Env, error) {
	env, err := checker.NewEnv(containers.DefaultContainer, x.types, checker.ValidatedDeclarations(x.checker))
	if err != nil {
		return nil, err
	}
	known := []*decls.VariableDecl{
		decls.NewVariable("facts", x.types.typeOf(x.schema)),
		decls.NewVariable("variables", variablesType()),
	}
	if x.indicator != nil {
		known = append(known, decls.NewVariable(indicatorName, x.types.typeOf(x.indicator)))
	}
	for _, n := range x.scope {
		known = append(known, decls.NewVariable(n.name, n.typ))
	}
	return env, env.AddIdents(known...)
}

// wrong reports a problem of the character at offset in the expression.
func (x *subject) wrong(offset int, m message.Message) { x.text.wrongAt(x.scalar, offset, m) }

// offset is where a node stands in the expression, in characters.
func (x *subject) offset(id int64) int {
	at, _ := x.tree.SourceInfo().GetOffsetRange(id)
	return int(at.Start)
}

var literalDigits = regexp.MustCompile(`^-?\s*((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[a-zA-Z0-9]*)`)

// rewrite puts our functions in the place of what cel-go would do with
// numbers: literals are taken from the source text, never by way of a float.
func (x *subject) rewrite() {
	factory := ast.NewExprFactory()
	next := ast.MaxID(x.tree) + 1
	ast.PostOrderVisit(x.tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.LiteralKind:
			if n, ok := x.literal(e); ok {
				x.numbers[e.ID()] = n
				e.SetKindCase(factory.NewCall(e.ID(), numberFunction))
			}
		case ast.CallKind:
			call := e.AsCall()
			switch name := call.FunctionName(); {
			case name == operators.Index:
				e.SetKindCase(factory.NewCall(e.ID(), indexFunction, call.Args()...))
			case (name == "min" || name == "max") && !call.IsMemberFunction() && len(call.Args()) > 1:
				list := factory.NewList(next, call.Args(), nil)
				x.tree.SourceInfo().SetOffsetRange(next, ast.OffsetRange{Start: int32(x.offset(e.ID())), Stop: int32(x.offset(e.ID()))})
				next++
				e.SetKindCase(factory.NewCall(e.ID(), name, list))
			}
		}
	}))
}

// literal is the number a literal stands for. An int may be a macro's own and
// not stand in the source; it is exact as it is.
func (x *subject) literal(e ast.Expr) (number.Number, bool) {
	written := x.written(e.ID())
	switch v := e.AsLiteral().(type) {
	case types.Int:
		if written != "" {
			if _, err := number.Parse(written); err != nil {
				x.wrong(x.offset(e.ID()), message.New("cel.bad_number", "text", written))
			}
		}
		return number.Int(int64(v)), true
	case types.Double:
		n, err := number.Parse(written)
		if err != nil {
			x.wrong(x.offset(e.ID()), message.New("cel.bad_number", "text", written))
		}
		if x.negative(e.ID()) {
			n = n.Neg()
		}
		return n, true
	case types.Uint:
		x.wrong(x.offset(e.ID()), message.New("cel.bad_number", "text", written))
		return number.Number{}, true
	}
	return number.Number{}, false
}

// written are the digits of the literal at a node, "" if there is none.
func (x *subject) written(id int64) string {
	found := literalDigits.FindStringSubmatch(x.from(id))
	if found == nil {
		return ""
	}
	return found[1]
}

func (x *subject) negative(id int64) bool {
	rest := x.from(id)
	return rest != "" && rest[0] == '-'
}

// from is the expression from a node on.
func (x *subject) from(id int64) string {
	runes := []rune(x.scalar.text)
	if at := x.offset(id); at >= 0 && at < len(runes) {
		return string(runes[at:])
	}
	return ""
}

// restrict finds what is well typed and yet refused.
func (x *subject) restrict() {
	x.restrictNames()
	ast.PostOrderVisit(x.tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.SelectKind:
			x.restrictPresence(e)
		case ast.ListKind:
			if x.tree.GetType(e.ID()).Parameters()[0].Kind() == types.DynKind && x.known(e.AsList().Elements()...) {
				x.wrong(x.offset(e.ID()), message.New("cel.mixed_list"))
			}
		case ast.MapKind:
			x.restrictMap(e)
		case ast.CallKind:
			if e.AsCall().FunctionName() == "matches" {
				x.restrictPattern(e)
			}
		}
	}))
}

// known is whether there are expressions, and all have a type: not what an
// earlier mistake left without one.
func (x *subject) known(all ...ast.Expr) bool {
	for _, e := range all {
		if x.tree.GetType(e.ID()).Kind() == types.DynKind {
			return false
		}
	}
	return len(all) > 0
}

func (x *subject) restrictMap(e ast.Expr) {
	var keys, values []ast.Expr
	for _, entry := range e.AsMap().Entries() {
		keys = append(keys, entry.AsMapEntry().Key())
		values = append(values, entry.AsMapEntry().Value())
	}
	t := x.tree.GetType(e.ID()).Parameters()
	if t[0].Kind() != types.StringKind && x.known(keys...) || t[1].Kind() == types.DynKind && x.known(values...) {
		x.wrong(x.offset(e.ID()), message.New("cel.mixed_map"))
	}
}

// restrictNames refuses facts and variables as values, and not just what a
// path begins with: what depended on them would cite every fact.
func (x *subject) restrictNames() {
	roots, hidden := map[int64]bool{}, map[string]bool{}
	ast.PreOrderVisit(x.tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) {
		switch e.Kind() {
		case ast.SelectKind:
			roots[e.AsSelect().Operand().ID()] = true
		case ast.IdentKind:
			if name := e.AsIdent(); slices.Contains(bareNames, name) && !roots[e.ID()] && !hidden[name] {
				x.wrong(x.offset(e.ID()), message.New("cel.bare_"+name))
			}
		case ast.ComprehensionKind:
			if name := e.AsComprehension().IterVar(); slices.Contains(bareNames, name) {
				hidden[name] = true
				x.wrong(x.offset(e.ID()), message.New("cel.bad_name", "name", name))
			}
		}
	}))
}

// indicatorName is what the element of a list is called that is decided.
const indicatorName = "indicator"

var bareNames = []string{"facts", "variables"}

// restrictPresence refuses has() where the fact must be there: its absence
// would mean that it is missing, which has() must not turn into a no.
func (x *subject) restrictPresence(e ast.Expr) {
	s := e.AsSelect()
	if !s.IsTestOnly() {
		return
	}
	if !x.known(s.Operand()) {
		return
	}
	o := x.types.objectOf(x.tree.GetType(s.Operand().ID()))
	if o == nil || !o.sample.Property(s.FieldName()).Optional {
		at := x.offset(e.ID())
		x.wrong(at+x.fieldOffset(at, "."+s.FieldName())+1, message.New("cel.has_of_required", "name", s.FieldName()))
	}
}

func (x *subject) restrictPattern(e ast.Expr) {
	args := e.AsCall().Args()
	last := args[len(args)-1]
	pattern, ok := types.String(""), false
	if last.Kind() == ast.LiteralKind {
		pattern, ok = last.AsLiteral().(types.String)
	}
	if !ok {
		x.wrong(x.offset(last.ID()), message.New("cel.pattern_not_literal"))
		return
	}
	re, problem, ok := compileRegex(string(pattern))
	if !ok {
		x.wrong(x.offset(last.ID()), problem)
		return
	}
	x.regexes[e.ID()] = re
}
