package cel

import (
	"cmp"
	"slices"
	"strings"

	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"

	"rubric/engine/message"
	"rubric/engine/typo"
)

// syntaxErrors reports the first of what the parser found: the others mostly
// follow from it.
func (x *subject) syntaxErrors(found []*common.Error) {
	if offset, m, known := typo.Expression(x.scalar.text, typo.CEL); known {
		x.wrong(offset, m)
		return
	}
	first := slices.MinFunc(found, func(a, b *common.Error) int { return cmp.Compare(x.located(a), x.located(b)) })
	x.wrong(x.located(first), syntaxMessage(strings.TrimPrefix(first.Message, "Syntax error: ")))
}

// syntaxMessage puts what the parser says most often into our words.
func syntaxMessage(detail string) message.Message {
	name, reserved := strings.CutPrefix(detail, "reserved identifier: ")
	switch {
	case strings.Contains(detail, "<EOF>"):
		return message.New("cel.syntax_end")
	case strings.Contains(detail, "after expression"):
		return message.New("cel.syntax_more")
	case reserved:
		return message.New("cel.syntax_reserved", "name", name)
	}
	return message.New("cel.syntax", "detail", detail)
}

// located is the offset of an error in the expression.
func (x *subject) located(e *common.Error) int {
	if offset, ok := x.source.LocationOffset(e.Location); ok {
		return int(offset)
	}
	return 0
}

// checkErrors reports what the checker found, in words for people.
func (x *subject) checkErrors(found []*common.Error) {
	nodes := map[int64]ast.Expr{}
	if len(found) > 0 {
		ast.PostOrderVisit(x.tree.Expr(), ast.NewExprVisitor(func(e ast.Expr) { nodes[e.ID()] = e }))
	}
	for _, e := range found {
		offset, m := x.explain(nodes[e.ExprID], e)
		x.wrong(offset, m)
	}
}

func (x *subject) explain(node ast.Expr, e *common.Error) (offset int, m message.Message) {
	offset = x.located(e)
	undeclared := strings.HasPrefix(e.Message, "undeclared reference")
	switch {
	case node == nil:
	case strings.Contains(e.Message, "cannot be range of a comprehension"):
		return offset, message.New("cel.not_a_range", "type", typeWord(x.tree.GetType(node.ID())))
	case node.Kind() == ast.SelectKind:
		s := node.AsSelect()
		return offset + x.fieldOffset(offset, s.FieldName()), x.unknownMember(s)
	case node.Kind() == ast.IdentKind && undeclared:
		return offset, x.unknownName(node.AsIdent())
	case node.Kind() == ast.CallKind && undeclared:
		return offset, unknownFunction(node.AsCall().FunctionName())
	case node.Kind() == ast.CallKind && strings.HasPrefix(e.Message, "found no matching overload"):
		return offset, x.misapplied(node.AsCall())
	}
	return offset, message.New("cel.syntax", "detail", e.Message)
}

// fieldOffset is how far behind offset a field's name stands: a select is
// located at its dot or before.
func (x *subject) fieldOffset(offset int, field string) int {
	runes := []rune(x.scalar.text)
	if offset > len(runes) {
		return 0
	}
	rest := string(runes[offset:])
	if at := strings.Index(rest, field); at >= 0 {
		return len([]rune(rest[:at]))
	}
	return 0
}

// unknownMember explains a select that failed: of a fact or variable that
// there is not, or of something that has no members.
func (x *subject) unknownMember(s ast.SelectExpr) message.Message {
	t := x.tree.GetType(s.Operand().ID())
	name := s.FieldName()
	if t.TypeName() == variablesName {
		if near := nearest(name, x.variableNames()); near != "" {
			return message.New("cel.unknown_variable_near", "name", name, "suggestion", near)
		}
		return message.New("cel.unknown_variable", "name", name)
	}
	o := x.types.objectOf(t)
	if o == nil {
		return message.New("cel.no_members", "name", name, "type", typeWord(t))
	}
	if near := o.sample.Suggest(name); near != "" {
		return message.New("cel.unknown_fact_near", "name", name, "suggestion", near)
	}
	return message.New("cel.unknown_fact", "name", name, "names", propertyNames(o.sample))
}

func (x *subject) unknownName(name string) message.Message {
	known := []string{"facts", "variables"}
	switch {
	case x.indicator != nil:
		known = append(known, indicatorName)
	case name == indicatorName:
		return message.New("cel.no_indicator")
	}
	for _, n := range x.scope {
		known = append(known, n.name)
	}
	if near := nearest(name, known); near != "" {
		return message.New("cel.unknown_name_near", "name", name, "suggestion", near)
	}
	return message.New("cel.unknown_name", "name", name, "names", known)
}

// ofSpreadsheets is how a function of spreadsheets is written in CEL, "" for any
// other.
func ofSpreadsheets(name string) string {
	switch strings.ToUpper(name) {
	case "IF", "IFS":
		return "condition ? a : b"
	case "AND":
		return "a && b"
	case "OR":
		return "a || b"
	case "NOT":
		return "!a"
	case "COUNT", "COUNTA", "LEN":
		return "size(list)"
	case "POWER":
		return "pow(x, n)"
	case "ROUNDDOWN", "INT", "TRUNC":
		return "floor(x)"
	case "ROUNDUP", "CEILING":
		return "ceil(x)"
	case "AVERAGE":
		return "sum(list) / size(list)"
	}
	return ""
}

func unknownFunction(name string) message.Message {
	if instead := ofSpreadsheets(name); instead != "" {
		return message.New("cel.spreadsheet_function", "name", name, "instead", instead)
	}
	if near := typo.Nearest(name, functionNames()); near != "" {
		return message.New("cel.unknown_function_near", "name", name, "suggestion", near)
	}
	return message.New("cel.unknown_function", "name", name, "names", functionNames())
}

// misapplied explains a call of a function or operator with the wrong types.
func (x *subject) misapplied(call ast.CallExpr) message.Message {
	var operands []message.Message
	if call.IsMemberFunction() {
		operands = append(operands, typeWord(x.tree.GetType(call.Target().ID())))
	}
	for _, arg := range call.Args() {
		operands = append(operands, typeWord(x.tree.GetType(arg.ID())))
	}
	name := call.FunctionName()
	if operator := strings.Trim(name, "_@"); operator != name {
		return message.New("cel.misapplied_operator", "operator", operatorWord(operator), "types", operands)
	}
	return message.New("cel.misapplied_function", "function", name, "types", operands)
}

func operatorWord(name string) string {
	switch name {
	case "index":
		return "[ ]"
	case "?_:":
		return "? :"
	}
	return strings.Trim(name, "_")
}

// untyped is whether an expression has no type because of a mistake that was
// already reported: what uses it is not to blame.
func (b *builder) untyped(found *types.Type) bool {
	return found == nil || found.Kind() == types.DynKind && len(b.text.problems) > 0
}

// expect reports that an expression is not of the type its place needs.
func (b *builder) expect(s scalar, found, wanted *types.Type) {
	if b.untyped(found) || found.Kind() == wanted.Kind() && found.TypeName() == wanted.TypeName() {
		return
	}
	b.text.wrongAt(s, leadingSpace(s.text), message.New("cel.wrong_type", "wanted", typeWord(wanted), "found", typeWord(found)))
}
