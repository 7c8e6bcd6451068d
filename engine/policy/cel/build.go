package cel

import (
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/common/types"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/policy"
)

// program is a compiled policy. It is safe for concurrent use: all that
// changes belongs to a run.
type program struct {
	file          string
	scale         []string      // marks, best first; empty for shares and points
	limits        policy.Limits // effective
	variables     []*variable
	deductions    []*deduction
	earnedLine    int
	bands         []band // nil for a policy of deductions
	verdicts      []verdict
	cutoff        *clause
	notApplicable *clause
}

type variable struct {
	name  string
	value *expression

	typ   *types.Type
	place *place
	reads map[*facts.Schema]bool
}

// deduction is one entry of deductions.
type deduction struct {
	line          int
	each          *each
	item, reason  *template
	condition     *expression
	amount        amount
	contradiction *contradiction // of a reconciliation check, which has no amount

	// clashes are the entries, maybe with itself, that could yield an item of
	// this one. What they read can then turn a deduction into a failure.
	clashes []int
	// ends are those of all items that this one may yield; see builder.endsOf.
	ends []itemEnds
}

// each is over what an entry is repeated.
type each struct {
	path    []string // of the list or object in the facts
	as, key string   // key is "" where it has no name
}

type band struct {
	line      int
	condition *expression // nil for always
	amount    amount
	grade     *template // of a verdict
	reason    *template
}

// amount is how much is lost or earned: one of the three.
type amount struct {
	share, points *expression
	mark          *template
}

type clause struct {
	line      int
	condition *expression
	reason    *template
}

// template is literal text and expressions in turn.
type template struct {
	line  int
	parts []piece
}

// piece is an expression, or literal text where that is nil.
type piece struct {
	literal string
	value   *expression
	code    string // of the expression, as written
}

// builder compiles one policy file; what it finds wrong goes to text.
type builder struct {
	*compiler
	text      *text
	indicator *facts.Schema // what `indicator` stands for, nil where there is none
	variables []*variable
	reads     map[*facts.Schema]bool
	probes    *probing           // nil for none
	compiled  map[saying]meaning // expressions, by what they say
	keeps     bool               // plans of expressions are asked for afterwards
}

func (b *builder) build(doc *document) *program {
	p := &program{file: b.text.file, scale: b.text.scale}
	b.buildVariables(doc.variables)
	p.variables = b.variables
	for _, d := range doc.deductions {
		p.deductions = append(p.deductions, b.buildDeduction(d))
	}
	b.findClashes(doc.deductions, p.deductions)
	if doc.earned != nil {
		p.earnedLine = doc.earned.line
		b.inBands(true)
		for _, s := range doc.earned.bands {
			p.bands = append(p.bands, b.buildBand(s))
		}
	}
	b.inBands(false)
	for _, s := range doc.verdicts {
		p.verdicts = append(p.verdicts, b.buildVerdict(s))
	}
	p.cutoff = b.buildClause(doc.cutoff)
	p.notApplicable = b.buildClause(doc.notApplicable)
	return p
}

var identifier = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]*$`)

// reserved cannot be names.
var reserved = []string{"facts", "variables", "indicator", "true", "false", "null", "in", "as", "break", "const",
	"continue", "else", "for", "function", "if", "import", "let", "loop", "package", "namespace", "return", "var",
	"void", "while"}

func (b *builder) goodName(s scalar) bool {
	if !s.present() {
		return false
	}
	if !identifier.MatchString(s.text) || slices.Contains(reserved, s.text) {
		b.text.wrongAt(s, 0, message.New("cel.bad_name", "name", s.text))
		return false
	}
	return true
}

// buildVariables compiles the variables; each may use those before it.
func (b *builder) buildVariables(sources []variableSource) {
	b.types.variables = map[string]*types.Type{}
	all := b.reads
	defer func() { b.reads = all }()
	for _, s := range sources {
		if !b.goodName(s.name) {
			if s.name.present() {
				b.types.variables[s.name.text] = types.DynType
			}
			continue
		}
		if b.types.variables[s.name.text] != nil {
			b.text.wrongAt(s.name, 0, message.New("cel.variable_twice", "name", s.name.text))
			continue
		}
		v := &variable{name: s.name.text, reads: map[*facts.Schema]bool{}}
		b.reads = v.reads
		v.value, v.typ, v.place = b.deciding(s.expression, nil, false)
		if v.typ == nil {
			v.typ = types.DynType // already reported; what uses it is not to blame
		}
		b.types.variables[v.name] = v.typ
		b.variables = append(b.variables, v)
	}
}

func (b *builder) variableNames() []string {
	var all []string
	for _, v := range b.variables {
		all = append(all, v.name)
	}
	return all
}

// typed compiles an expression that must have a type.
func (b *builder) typed(s scalar, scope names, wanted *types.Type) *expression {
	x, found, _ := b.deciding(s, scope, wanted == types.BoolType)
	b.expect(s, found, wanted)
	return x
}

// template compiles a template; its expressions must be texts.
func (b *builder) template(s scalar, scope names) *template {
	if !s.present() {
		return nil
	}
	line, _ := b.text.position(s, leadingSpace(s.text))
	t := &template{line: line}
	for _, part := range b.text.parts(s) {
		if !part.expression.present() {
			t.parts = append(t.parts, piece{literal: part.literal})
			continue
		}
		x, found, _ := b.compile(part.expression, scope)
		if !b.untyped(found) && found.Kind() != types.StringKind {
			b.notText(part.expression, found)
		}
		t.parts = append(t.parts, piece{value: x, code: strings.TrimSpace(part.expression.text)})
	}
	return t
}

func (b *builder) notText(s scalar, found *types.Type) {
	m := message.New("cel.braces_not_text", "found", typeWord(found))
	if found.TypeName() == numberName {
		m = message.New("cel.braces_number", "code", strings.TrimSpace(s.text))
	}
	b.text.wrongAt(s, leadingSpace(s.text), m)
}

// buildAmount compiles an amount. A mark is a template, and where it is literal
// text it must be on the scale.
func (b *builder) buildAmount(s amountSource, scope names) amount {
	a := amount{
		share: b.typed(s.share, scope, numberType), points: b.typed(s.points, scope, numberType), mark: b.template(s.mark, scope),
	}
	if a.mark != nil && a.mark.constant() && !slices.Contains(b.text.scale, a.mark.parts[0].literal) {
		b.text.wrongAt(s.mark, 0, message.New("cel.mark_form", "mark", a.mark.parts[0].literal, "scale", b.text.scale))
	}
	return a
}

func (b *builder) buildClause(s *clauseSource) *clause {
	if s == nil {
		return nil
	}
	return &clause{s.line, b.typed(s.condition, nil, types.BoolType), b.template(s.reason, nil)}
}

func (b *builder) buildDeduction(s deductionSource) *deduction {
	d := &deduction{line: s.line}
	var scope names
	if s.each != nil {
		if d.each, scope = b.buildEach(s.each); d.each == nil {
			return d
		}
	}
	d.condition = b.typed(s.condition, scope, types.BoolType)
	if s.contradiction != nil {
		d.contradiction = b.buildContradiction(s.contradiction, scope)
	} else {
		d.amount = b.buildAmount(s.amount, scope)
	}
	d.item = b.template(s.item, scope)
	d.reason = b.template(s.reason, scope)
	return d
}

// buildEach finds what an entry is repeated over, nil if there was a problem.
func (b *builder) buildEach(s *eachSource) (*each, names) {
	if !s.over.present() || !b.goodName(s.as) || s.key.present() && !b.goodName(s.key) {
		return nil, nil
	}
	if s.key.text == s.as.text {
		b.text.wrongAt(s.key, 0, message.New("cel.same_names", "name", s.as.text))
		return nil, nil
	}
	over := b.overPlace(s.over)
	if over == nil {
		return nil, nil
	}
	path, _ := facts.ParsePointer(s.over.text)
	element, ok := b.elementOf(over, s.over)
	if !ok {
		return nil, nil
	}
	scope := names{{s.as.text, b.types.typeOf(element.nodes[0]), element}}
	if s.key.present() {
		scope = append(scope, name{s.key.text, types.StringType, nil})
	}
	return &each{path, s.as.text, s.key.text}, scope
}

// overPlace is the place in the schema that over points to.
func (b *builder) overPlace(over scalar) *facts.Schema {
	path, err := facts.ParsePointer(over.text)
	if err != nil || len(path) == 0 || over.text == "/" {
		b.text.wrongAt(over, 0, message.New("cel.over_not_pointer", "over", over.text))
		return nil
	}
	at := b.schema
	for _, member := range path {
		next := at.Property(member)
		if next == nil {
			m := message.New("cel.unknown_over", "over", over.text, "name", member)
			if near := at.Suggest(member); near != "" {
				m = message.New("cel.unknown_over_near", "over", over.text, "name", member, "suggestion", near)
			}
			b.text.wrongAt(over, 0, m)
			return nil
		}
		at = next
	}
	return at
}

// elementOf is what the elements of over may be; they are of one type.
func (b *builder) elementOf(over *facts.Schema, s scalar) (*place, bool) {
	element := &place{nodes: over.Properties}
	switch {
	case over.Kind == facts.List:
		b.reads[over] = true
		element.nodes = []*facts.Schema{over.Items}
	case over.Kind != facts.Object || len(over.Properties) == 0:
		b.text.wrongAt(s, 0, message.New("cel.over_scalar", "over", s.text))
		return nil, false
	}
	for _, n := range element.nodes {
		if !b.types.typeOf(n).IsExactType(b.types.typeOf(element.nodes[0])) {
			b.text.wrongAt(s, 0, message.New("cel.over_mixed", "over", s.text))
			return nil, false
		}
		(&walker{builder: b}).look(n)
	}
	return element, true
}
