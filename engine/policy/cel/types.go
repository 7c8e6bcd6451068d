package cel

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"rubric/engine/facts"
	"rubric/engine/message"
)

// Names of types that cannot be written in an expression.
const (
	numberName    = "@number"
	variablesName = "@variables"
)

var (
	numberType = types.NewOpaqueType(numberName)
	objectKind = types.NewObjectType("@object") // the run-time type of every object of the facts
)

// object is the type of all objects of the facts that have one shape: the same
// member names with the same types. It need not be the same place: the four
// quarters of a year are of one type, and can stand in one list.
type object struct {
	name   string
	sample *facts.Schema // one of the places, for names and suggestions
	typ    *types.Type
	fields map[string]*types.Type
}

// provider tells cel-go the types of the facts and of the variables of the
// policy that is being compiled.
type provider struct {
	places    map[*facts.Schema]*object
	written   map[*facts.Schema]string // shapes
	shapes    map[string]*object       // by shape
	objects   map[string]*object       // by name
	variables map[string]*types.Type
}

func newProvider() *provider {
	return &provider{places: map[*facts.Schema]*object{}, written: map[*facts.Schema]string{}, shapes: map[string]*object{}, objects: map[string]*object{}}
}

// typeOf is the type of the facts at s.
func (p *provider) typeOf(s *facts.Schema) *types.Type {
	switch s.Kind {
	case facts.Bool:
		return nullable(s, types.BoolType)
	case facts.Text:
		return nullable(s, types.StringType)
	case facts.List:
		return types.NewListType(p.typeOf(s.Items))
	case facts.Object:
		return p.object(s).typ
	}
	return numberType // cel-go lets any such type be compared with null
}

func nullable(s *facts.Schema, t *types.Type) *types.Type {
	if s.Nullable {
		return types.NewNullableType(t)
	}
	return t
}

func (p *provider) object(s *facts.Schema) *object {
	if p.places[s] == nil {
		p.places[s] = p.shaped(s, p.shape(s))
	}
	return p.places[s]
}

func (p *provider) shaped(s *facts.Schema, key string) *object {
	if o := p.shapes[key]; o != nil {
		return o
	}
	name := fmt.Sprintf("@object%d", len(p.shapes))
	o := &object{name, s, types.NewObjectType(name), map[string]*types.Type{}}
	p.shapes[key], p.objects[name] = o, o
	for _, property := range s.Properties {
		o.fields[property.Name] = p.typeOf(property)
	}
	return o
}

// shape is the same text for places whose values are used in the same way.
func (p *provider) shape(s *facts.Schema) string {
	if _, known := p.written[s]; !known {
		p.written[s] = p.write(s)
	}
	return p.written[s]
}

func (p *provider) write(s *facts.Schema) string {
	mark := ""
	if s.Optional {
		mark += "?"
	}
	if s.Nullable {
		mark += "0"
	}
	switch s.Kind {
	case facts.List:
		return mark + "[" + p.shape(s.Items) + "]"
	case facts.Object:
		members := make([]string, len(s.Properties))
		for i, property := range s.Properties {
			members[i] = property.Name + ":" + p.shape(property)
		}
		slices.Sort(members)
		return mark + "{" + strings.Join(members, ",") + "}"
	}
	return mark + strconv.Itoa(int(s.Kind))
}

// objectOf is the object with that type, nil for other types.
func (p *provider) objectOf(t *types.Type) *object { return p.objects[t.TypeName()] }

// FindStructType implements types.Provider.
func (p *provider) FindStructType(name string) (*types.Type, bool) {
	if o := p.objects[name]; o != nil {
		return types.NewTypeTypeWithParam(o.typ), true
	}
	if name == variablesName {
		return types.NewTypeTypeWithParam(variablesType()), true
	}
	return nil, false
}

func variablesType() *types.Type { return types.NewObjectType(variablesName) }

// FindStructFieldType implements types.Provider.
func (p *provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	t := p.variables[field]
	if o := p.objects[name]; o != nil {
		t = o.fields[field]
	}
	if t == nil {
		return nil, false
	}
	return &types.FieldType{Type: t}, true
}

// FindStructFieldNames implements types.Provider.
func (p *provider) FindStructFieldNames(name string) ([]string, bool) {
	if o := p.objects[name]; o != nil {
		return propertyNames(o.sample), true
	}
	return nil, false
}

func propertyNames(s *facts.Schema) []string {
	names := make([]string, len(s.Properties))
	for i, property := range s.Properties {
		names[i] = property.Name
	}
	return names
}

// FindIdent implements types.Provider: no names besides the declared ones.
func (p *provider) FindIdent(string) (ref.Val, bool) { return nil, false }

// EnumValue implements types.Provider: there are no enumerations.
func (p *provider) EnumValue(name string) ref.Val { return types.NewErr("no enum %s", name) }

// NewValue implements types.Provider: facts cannot be made up.
func (p *provider) NewValue(name string, _ map[string]ref.Val) ref.Val {
	return types.NewErr("no such type: %s", name)
}

// typeWord is what people call a type.
func typeWord(t *types.Type) message.Message {
	switch t.Kind() {
	case types.BoolKind:
		return message.New("cel.type_bool")
	case types.StringKind:
		return message.New("cel.type_text")
	case types.ListKind:
		return message.New("cel.type_list", "elements", typeWord(t.Parameters()[0]))
	case types.NullTypeKind:
		return message.New("cel.type_null")
	case types.StructKind:
		return message.New("cel.type_object")
	case types.OpaqueKind:
		return message.New("cel.type_number")
	}
	return message.New("cel.type_other", "type", t.String())
}
