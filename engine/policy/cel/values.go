package cel

import (
	"errors"
	"reflect"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"

	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// errHole is that a missing fact was looked for: the expression has no value.
var errHole = errors.New("a fact is missing")

// broken is how an expression broke.
type broken struct{ message message.Message }

func (b broken) Error() string { return b.message.ID }

func fail(m message.Message) ref.Val { return types.WrapErr(broken{m}) }

// inert is the part of ref.Val that policies cannot reach.
type inert struct{}

func (inert) ConvertToNative(reflect.Type) (any, error) { return nil, errors.ErrUnsupported }
func (inert) ConvertToType(ref.Type) ref.Val            { return types.WrapErr(errors.ErrUnsupported) }
func (inert) Equal(ref.Val) ref.Val                     { return types.WrapErr(errors.ErrUnsupported) }

// numeral is a number in an expression.
type numeral struct {
	inert
	n number.Number
}

func numeralOf(n number.Number) ref.Val { return numeral{n: n} }

func (numeral) Type() ref.Type { return numberType }
func (x numeral) Value() any   { return x.n }

// adapter makes values of what cel-go resolves: it is here that an element of
// a list that an iteration stands at is looked at, and not when the iteration
// merely comes to it.
type adapter struct{}

// pending is an element that an iteration stands at.
type pending struct {
	run  *run
	node *facts.Node
}

// NativeToValue implements types.Adapter.
func (adapter) NativeToValue(v any) ref.Val {
	switch v := v.(type) {
	case pending:
		return v.run.value(v.node)
	case ref.Val:
		return v
	}
	return types.DefaultTypeAdapter.NativeToValue(v)
}

// value is n in an expression; a scalar is read, an object or list noted to be
// there.
func (r *run) value(n *facts.Node) ref.Val {
	if v := r.spend(1); v != nil {
		return v
	}
	switch n.Kind {
	case facts.Object:
		r.trail.Read(n, policy.Existence)
		return &objectValue{run: r, node: n}
	case facts.List:
		r.trail.Read(n, policy.Existence)
		return &listValue{run: r, node: n}
	}
	r.trail.Read(n, r.role)
	switch n.Kind {
	case facts.Bool:
		return types.Bool(n.Flag)
	case facts.Num:
		return numeralOf(n.Number())
	case facts.Text:
		return types.String(n.Text)
	}
	return types.NullValue
}

// objectValue is an object of the facts.
type objectValue struct {
	inert
	run  *run
	node *facts.Node
}

func (o *objectValue) Type() ref.Type { return objectKind }
func (o *objectValue) Value() any     { return o.node }

// Get implements traits.Indexer.
func (o *objectValue) Get(key ref.Val) ref.Val {
	name := string(key.(types.String))
	if member := o.node.Member(name); member != nil {
		return o.run.value(member)
	}
	if o.run.gone(o.node, name) == policy.Hole {
		return types.WrapErr(errHole)
	}
	return fail(message.New("cel.absent", "pointer", o.node.Pointer()+"/"+facts.EscapePointer(name)))
}

// IsSet implements traits.FieldTester.
func (o *objectValue) IsSet(key ref.Val) ref.Val {
	name := string(key.(types.String))
	if member := o.node.Member(name); member != nil {
		o.run.trail.Read(member, policy.Existence)
		return types.True
	}
	if o.run.gone(o.node, name) == policy.Hole {
		return types.WrapErr(errHole)
	}
	return types.False
}

// gone notes that the member name of n is not there, and tells whether that is
// Absent or a Hole.
func (r *run) gone(n *facts.Node, name string) policy.Role {
	schema := n.Schema.Property(name)
	role := policy.Absent
	if !schema.Optional {
		role = policy.Hole
		r.missing = append(r.missing, schema)
	}
	r.trail.Gone(n, name, role)
	return role
}

// listValue is a list of the facts.
type listValue struct {
	inert
	run  *run
	node *facts.Node
}

var _ traits.Lister = (*listValue)(nil)

func (l *listValue) Type() ref.Type { return types.ListType }
func (l *listValue) Value() any     { return l.node }

// Fold implements traits.Foldable, how a comprehension walks the list. Its
// totality matters only when the walk comes to its end.
func (l *listValue) Fold(f traits.Folder) {
	for i, element := range l.node.Elements() {
		if l.run.stopped != nil || !f.FoldEntry(i, pending{l.run, element}) {
			l.run.ended = -1
			return
		}
	}
	l.run.trail.Read(l.node, policy.Collection)
	l.run.ended = l.run.trail.Mark()
}

// Size implements traits.Sizer. A comprehension asks it whether there is
// anything to walk; that there is nothing is the list's totality.
func (l *listValue) Size() ref.Val {
	if l.node.Len() == 0 {
		l.run.trail.Read(l.node, policy.Collection)
	}
	return types.Int(l.node.Len())
}

// Get implements traits.Indexer; index is cel-go's own count.
func (l *listValue) Get(index ref.Val) ref.Val {
	return l.run.value(l.node.Elements()[int(index.(types.Int))])
}

// Add, Contains and Iterator complete traits.Lister: our own functions stand
// in their place.
func (l *listValue) Add(ref.Val) ref.Val      { return types.WrapErr(errors.ErrUnsupported) }
func (l *listValue) Contains(ref.Val) ref.Val { return types.WrapErr(errors.ErrUnsupported) }
func (l *listValue) Iterator() traits.Iterator {
	return types.NewRefValList(adapter{}, l.run.elements(l)).Iterator()
}

// elements are the values of a list, all of it looked at.
func (r *run) elements(list traits.Lister) []ref.Val {
	if facts, ok := list.(*listValue); ok {
		var values []ref.Val
		for _, element := range facts.node.Elements() {
			values = append(values, r.value(element))
		}
		r.trail.Read(facts.node, policy.Collection)
		return values
	}
	values := make([]ref.Val, int(list.Size().(types.Int)))
	for i := range values {
		values[i] = list.Get(types.Int(i))
	}
	return values
}

// variablesValue is "variables": each is evaluated when first asked for.
type variablesValue struct {
	inert
	run *run
}

func (v *variablesValue) Type() ref.Type { return objectKind }
func (v *variablesValue) Value() any     { return nil }

// Get implements traits.Indexer.
func (v *variablesValue) Get(key ref.Val) ref.Val { return v.run.variable(string(key.(types.String))) }
