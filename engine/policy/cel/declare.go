package cel

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/checker"
	"cel.dev/cel-go/common/containers"
	"cel.dev/cel-go/common/decls"
	"cel.dev/cel-go/common/functions"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/stdlib"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/interpreter"
	"cel.dev/cel-go/parser"

	"rubric/engine/facts"
)

// Functions that the source cannot name: expressions are rewritten to them.
const (
	numberFunction = "@number" // a literal
	indexFunction  = "@index"  // [ ]
)

// standard are the functions of CEL's library that stay as they are: those
// without numbers, clocks or conversions.
var standard = []string{
	operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot, operators.Conditional,
	operators.Equals, operators.NotEquals, operators.NotStrictlyFalse,
}

// compiler holds what the policies of one unit share. It is not safe for
// concurrent use; what it makes is.
type compiler struct {
	schema      *facts.Schema
	types       *provider
	parser      *parser.Parser
	checker     *checker.Env
	interpreter interpreter.Interpreter
}

func newCompiler(schema *facts.Schema) (*compiler, error) {
	c := &compiler{schema: schema, types: newProvider()}
	c.types.typeOf(schema)
	var err error
	c.parser, err = parser.NewParser(
		parser.EnablePrattParser(true), // exact positions, and no warm-up
		parser.Macros(parser.AllMacros...),
		parser.ExpressionSizeCodePointLimit(maxExpression),
		parser.MaxRecursionDepth(maxDepth),
		parser.MaxExpressionNodeCount(maxNodes),
	)
	if err != nil {
		return nil, err
	}
	if c.checker, err = checker.NewEnv(containers.DefaultContainer, c.types); err != nil {
		return nil, err
	}
	if err := c.declare(); err != nil {
		return nil, err
	}
	c.interpreter, err = newPlanning(c.types)
	return c, err
}

// newPlanning is what expressions are planned with once they are checked.
func newPlanning(known *provider) (interpreter.Interpreter, error) {
	dispatcher := interpreter.NewDispatcher()
	for _, f := range standardFunctions() {
		bindings, err := f.Bindings()
		if err != nil {
			return nil, err
		}
		if err := dispatcher.Add(bindings...); err != nil {
			return nil, err
		}
	}
	// The planner asks for an implementation; none is ever called.
	err := dispatcher.Add(&functions.Overload{Operator: numberFunction, Function: func(...ref.Val) ref.Val {
		return types.NewErr("a number was not put in place")
	}})
	attributes := interpreter.NewAttributeFactory(containers.DefaultContainer, adapter{}, known)
	return interpreter.NewInterpreter(dispatcher, containers.DefaultContainer, known, adapter{}, attributes), err
}

// standardFunctions are the functions that stay as they are, in the order of
// standard.
func standardFunctions() []*decls.FunctionDecl {
	all := make([]*decls.FunctionDecl, len(standard))
	for _, f := range stdlib.Functions() {
		if i := slices.Index(standard, f.Name()); i >= 0 {
			all[i] = f
		}
	}
	return all
}

// Limits of one expression, in characters, levels and nodes.
const (
	maxExpression = 20_000
	maxDepth      = 100
	maxNodes      = 20_000
)

func (c *compiler) declare() error {
	for _, f := range standardFunctions() {
		if err := c.checker.AddFunctions(f); err != nil {
			return err
		}
	}
	for _, s := range signatures() {
		if err := s.declare(c.checker); err != nil {
			return err
		}
	}
	return nil
}

// signature is a function of ours: its forms by argument and result types. A
// member form is written x.name(…).
type signature struct {
	name   string
	member bool
	forms  [][]*types.Type // arguments, then the result
}

func signatures() []signature {
	number, text, boolean := numberType, types.StringType, types.BoolType
	a, k := types.NewTypeParamType("A"), types.NewTypeParamType("K")
	list, numbers := types.NewListType(a), types.NewListType(number)
	binary := [][]*types.Type{{number, number, number}}
	order := [][]*types.Type{{number, number, boolean}, {text, text, boolean}}
	one := [][]*types.Type{{number, number}}
	aggregate := [][]*types.Type{{numbers, number}}
	test := [][]*types.Type{{text, text, boolean}}
	format := [][]*types.Type{{number, number, text}}
	return []signature{
		{numberFunction, false, [][]*types.Type{{number}}},
		{indexFunction, false, [][]*types.Type{{list, number, a}, {types.NewMapType(k, a), k, a}}},
		{operators.Add, false, [][]*types.Type{{number, number, number}, {text, text, text}, {list, list, list}}},
		{operators.Subtract, false, binary},
		{operators.Multiply, false, binary},
		{operators.Divide, false, binary},
		{operators.Modulo, false, binary},
		{operators.Negate, false, one},
		{operators.Less, false, order},
		{operators.LessEquals, false, order},
		{operators.Greater, false, order},
		{operators.GreaterEquals, false, order},
		{operators.In, false, [][]*types.Type{{a, list, boolean}, {k, types.NewMapType(k, a), boolean}}},
		{"size", false, [][]*types.Type{{list, number}, {text, number}}},
		{"size", true, [][]*types.Type{{list, number}, {text, number}}},
		{"startsWith", true, test},
		{"endsWith", true, test},
		{"contains", true, test},
		{"matches", true, test},
		{"matches", false, test},
		{"min", false, aggregate},
		{"max", false, aggregate},
		{"sum", false, aggregate},
		{"abs", false, one},
		{"floor", false, one},
		{"ceil", false, one},
		{"round", false, binary},
		{"pow", false, binary},
		{"growth_rate", false, [][]*types.Type{{number, number, number, number, number}}},
		{"days_between", false, [][]*types.Type{{text, text, number}}},
		{"decimal", false, format},
		{"percent", false, format},
		{"exact", false, [][]*types.Type{{number, text}}},
	}
}

func (s signature) declare(env *checker.Env) error {
	var options []decls.FunctionOpt
	for i, form := range s.forms {
		id := fmt.Sprintf("%s_%d", s.name, i)
		arguments, result := form[:len(form)-1], form[len(form)-1]
		if s.member {
			options = append(options, decls.MemberOverload("member_"+id, arguments, result))
		} else {
			options = append(options, decls.Overload(strings.TrimSuffix(id, "_0"), arguments, result))
		}
	}
	f, err := decls.NewFunction(s.name, options...)
	if err != nil {
		return err
	}
	return env.AddFunctions(f)
}

// functionNames are the functions and macros an expression can name, for
// suggestions.
func functionNames() []string {
	names := []string{"has", "all", "exists", "exists_one", "map", "filter"}
	for _, s := range signatures() {
		if s.name[0] >= 'a' && !slices.Contains(names, s.name) {
			names = append(names, s.name)
		}
	}
	return names
}
