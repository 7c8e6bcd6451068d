package facts

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"rubric/engine/message"
	"rubric/engine/number"
)

// maxPlaces bounds the tree that a schema expands to, which references can
// make much larger than its file.
const maxPlaces = 100_000

// ParseSchema reads the schema of the facts: the subset of JSON Schema 2020-12
// that the keywords method names, and nothing else. An object is closed: it has
// the properties listed and no others. The error is a message.Problems, whose
// pointers are into the schema's file.
func ParseSchema(file string, data []byte) (*Schema, error) {
	doc, err := Parse(file, data)
	if err != nil {
		return nil, err
	}
	r := &schemaReader{report: report{file: file, source: data}, doc: doc}
	r.findDefinitions()
	root := r.place(doc.Root, nil, "")
	r.readUnused()
	if len(r.found) == 0 {
		r.checkRoot(root)
		number := 0
		root.order(&number)
		r.checkReferences(root)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	whole := slotOf(root)
	root.slot = &whole
	return root, nil
}

// schemaReader expands a schema's file into a tree of places.
type schemaReader struct {
	report
	doc    *Document
	defs   []*Node       // members of $defs
	used   []bool        // of defs
	active []*Node       // definitions being expanded, outermost first
	places int           // made so far
	checks []memberCheck // to be done when the tree stands
	lines  map[*Node]int // of identities, as far as they were asked for
}

// memberCheck is an x-count or x-key: keyword is where it stands.
type memberCheck struct {
	list    *Schema
	keyword *Node
}

func (r *schemaReader) problem(at *Node, m message.Message) { r.add(int(at.Offset), at.Pointer(), m) }

func (r *schemaReader) findDefinitions() {
	defs := r.doc.Root.Member("$defs")
	if defs == nil {
		return
	}
	if defs.Kind != Object {
		r.wrongForm(defs, Object)
		return
	}
	r.defs = defs.Members()
	r.used = make([]bool, len(r.defs))
}

// readUnused looks over the definitions that nothing refers to: they are part
// of the file, and their mistakes too.
func (r *schemaReader) readUnused() {
	for i, def := range r.defs {
		if !r.used[i] {
			r.place(def, nil, "")
		}
	}
}

// place expands site, and what it refers to, into the place name of parent. It
// is never nil, so that reading can go on after a problem.
func (r *schemaReader) place(site *Node, parent *Schema, name string) *Schema {
	s := &Schema{Parent: parent, Name: name, MaxItems: -1}
	if r.places++; r.places > maxPlaces {
		if r.places == maxPlaces+1 {
			r.problem(site, message.New("facts.schema_too_large", "limit", maxPlaces))
		}
		return s
	}
	depth := len(r.active)
	if k, ok := r.keywords(site); ok {
		r.read(s, k, site)
	}
	r.active = r.active[:depth]
	return s
}

// keywords are the keywords that hold at a place: its own, and below them
// those of the definition it refers to.
type keywords []*Node

func (k keywords) get(name string) *Node {
	for _, node := range k {
		if node.Key == name {
			return node
		}
	}
	return nil
}

// keywords collects the keywords at site, and puts the definitions they come
// from on r.active. It is not ok if some of them cannot be known, which is then
// the one problem to report.
func (r *schemaReader) keywords(site *Node) (k keywords, ok bool) {
	for {
		if site.Kind != Object {
			r.wrongForm(site, Object)
			return nil, false
		}
		for _, keyword := range site.Members() {
			if r.supported(keyword) && k.get(keyword.Key) == nil {
				k = append(k, keyword)
			}
		}
		ref := site.Member("$ref")
		if ref == nil {
			return k, true
		}
		if site = r.follow(ref); site == nil {
			return nil, false
		}
	}
}

// follow is the definition that ref refers to, nil if there is none.
func (r *schemaReader) follow(ref *Node) *Node {
	name, ok := strings.CutPrefix(ref.Text, "#/$defs/")
	i := slices.IndexFunc(r.defs, func(def *Node) bool { return EscapePointer(def.Key) == name })
	switch {
	case !ok || i < 0:
		r.problem(ref, message.New("facts.schema_ref", "ref", clip(ref.Text)))
		return nil
	case slices.Contains(r.active, r.defs[i]):
		r.problem(ref, message.New("facts.schema_recursion", "ref", clip(ref.Text)))
		return nil
	}
	r.used[i] = true
	r.active = append(r.active, r.defs[i])
	return r.defs[i]
}

func anywhereKeywords() []string {
	return []string{"type", "title", "description", "x-unit", "x-optional", "x-year", "$ref", "$comment", "examples", "enum", "const"}
}

// rootKeywords are for the outermost object alone.
func rootKeywords() []string { return []string{"$schema", "$id", "$defs"} }

// kindKeywords are for places of that kind alone.
func kindKeywords(kind Kind) []string {
	switch kind {
	case Object:
		return []string{"properties", "required", "additionalProperties", "x-table", "x-survey"}
	case List:
		return []string{"items", "minItems", "maxItems", "x-count", "x-key", "x-table"}
	case Num:
		return []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
	case Text:
		return []string{"format", "pattern", "minLength"}
	}
	return nil
}

// allKeywords are those that are understood anywhere.
var allKeywords = sync.OnceValue(func() []string {
	all := slices.Concat(anywhereKeywords(), kindKeywords(Object), kindKeywords(List), kindKeywords(Num), kindKeywords(Text), rootKeywords())
	first := slices.Index(all, "x-table") // of objects; it is among the keywords of lists as well
	return append(all[:first], slices.Clone(all[first+1:])...)
})

// supported reports a keyword that is not understood: half a schema is worse
// than none.
func (r *schemaReader) supported(keyword *Node) bool {
	switch {
	case keyword.Key == "default":
		r.problem(keyword, message.New("facts.schema_default"))
		return false
	case !slices.Contains(allKeywords(), keyword.Key):
		r.problem(keyword, message.New("facts.schema_keyword", "keyword", clip(keyword.Key), "supported", allKeywords()))
		return false
	case keyword.Parent != r.doc.Root && slices.Contains(rootKeywords(), keyword.Key):
		r.problem(keyword, message.New("facts.schema_root_keyword", "keyword", keyword.Key))
		return false
	}
	return true
}

// read fills s in from its keywords.
func (r *schemaReader) read(s *Schema, k keywords, site *Node) {
	if !r.readType(s, k, site) {
		return
	}
	r.checkApplies(s, k)
	s.Title = r.text(k.get("title"))
	s.Description = r.text(k.get("description"))
	s.Unit = r.text(k.get("x-unit"))
	s.Optional = r.flag(k.get("x-optional"))
	r.readYear(s, k)
	r.checkHead(k)
	switch s.Kind {
	case Object:
		r.readObject(s, k, site)
	case List:
		r.readList(s, k, site)
	case Num:
		r.readNumber(s, k)
	case Text:
		r.readText(s, k)
	}
	r.readEnum(s, k)
	s.fromZero = len(s.Enum) == 0 && s.Maximum == nil && s.ExclusiveMinimum == nil && s.ExclusiveMaximum == nil &&
		(s.Minimum == nil || s.Minimum.Sign() <= 0)
	s.anyText = len(s.Enum) == 0 && s.Format == "" && s.pattern == nil && s.MinLength <= 1
}

// readType reads "type": a name, or a name and "null".
func (r *schemaReader) readType(s *Schema, k keywords, site *Node) bool {
	node := k.get("type")
	if node == nil {
		r.problem(site, message.New("facts.schema_no_type"))
		return false
	}
	name := node.Text
	if node.Kind == List && node.Len() == 2 {
		first, second := node.children()[0].Text, node.children()[1].Text
		s.Nullable = first == "null" || second == "null"
		name = first
		if first == "null" {
			name = second
		}
	}
	kind, ok := kindNamed(name)
	if !ok || node.Kind == List && !s.Nullable {
		r.problem(node, message.New("facts.schema_type"))
		return false
	}
	s.Kind, s.Integer = kind, name == "integer"
	return true
}

func kindNamed(name string) (Kind, bool) {
	switch name {
	case "object":
		return Object, true
	case "array":
		return List, true
	case "string":
		return Text, true
	case "number", "integer":
		return Num, true
	case "boolean":
		return Bool, true
	}
	return Null, false
}

// checkApplies reports keywords that say nothing about the place's type: JSON
// Schema passes over them, and so over the author's intention.
func (r *schemaReader) checkApplies(s *Schema, k keywords) {
	for _, other := range []Kind{Object, List, Num, Text} {
		for _, name := range kindKeywords(other) {
			if keyword := k.get(name); keyword != nil && !slices.Contains(kindKeywords(s.Kind), name) {
				r.problem(keyword, message.New("facts.schema_not_for_type", "keyword", name))
			}
		}
	}
}

// checkHead looks at keywords that are for readers and other tools.
func (r *schemaReader) checkHead(k keywords) {
	const draft = "https://json-schema.org/draft/2020-12/schema"
	if node := k.get("$schema"); node != nil && node.Text != draft {
		r.problem(node, message.New("facts.schema_draft", "draft", draft))
	}
	r.text(k.get("$id"))
	r.text(k.get("$comment"))
	r.list(k.get("examples"))
}

func (r *schemaReader) readObject(s *Schema, k keywords, site *Node) {
	if node := k.get("additionalProperties"); node != nil && (node.Kind != Bool || node.Flag) {
		r.problem(node, message.New("facts.schema_open"))
	}
	properties := k.get("properties")
	if properties == nil || properties.Kind != Object || properties.Len() == 0 {
		r.problem(site, message.New("facts.schema_no_properties"))
		return
	}
	for _, node := range properties.Members() {
		if !validName(node.Key) {
			r.problem(node, message.New("facts.schema_name", "name", clip(node.Key)))
		}
		p := r.place(node, s, node.Key)
		p.quoted, p.index = `"`+p.Name+`"`, len(s.Properties)
		s.Properties = append(s.Properties, p)
	}
	s.byName = slices.Clone(s.Properties)
	slices.SortFunc(s.byName, func(a, b *Schema) int { return strings.Compare(a.Name, b.Name) })
	r.readRequired(s, k)
	r.readTable(s, k)
	r.readSurvey(s, k)
	if !s.Optional && s.Parent != nil && !slices.ContainsFunc(s.Properties, func(p *Schema) bool { return !p.Optional }) {
		r.problem(site, message.New("facts.schema_all_optional"))
	}
}

// validName tells [a-z][a-z0-9_]*, the names that Rego and CEL can write
// without quotes.
func validName(name string) bool {
	for i := 0; i < len(name); i++ {
		c := name[i]
		if !('a' <= c && c <= 'z' || i > 0 && ('0' <= c && c <= '9' || c == '_')) {
			return false
		}
	}
	return name != ""
}

func (r *schemaReader) readRequired(s *Schema, k keywords) {
	for _, node := range r.list(k.get("required")) {
		p := s.Property(node.Text)
		switch {
		case p == nil:
			r.problem(node, message.New("facts.schema_required_unknown", "name", clip(node.Text)))
		case p.Optional:
			r.problem(node, message.New("facts.schema_required_optional", "name", node.Text))
		default:
			p.Required = true
		}
	}
}

func (r *schemaReader) readList(s *Schema, k keywords, site *Node) {
	items := k.get("items")
	if items == nil {
		r.problem(site, message.New("facts.schema_no_items"))
		return
	}
	s.Items = r.place(items, s, "*")
	if s.Items.Optional {
		r.problem(items, message.New("facts.schema_optional_items"))
	}
	s.MinItems = r.size(k.get("minItems"), 0)
	s.MaxItems = r.size(k.get("maxItems"), -1)
	s.Count = r.text(k.get("x-count"))
	s.Unique = r.text(k.get("x-key"))
	for _, name := range []string{"x-count", "x-key"} {
		if keyword := k.get(name); keyword != nil {
			r.checks = append(r.checks, memberCheck{s, keyword})
		}
	}
	r.readTable(s, k)
}

func (r *schemaReader) readNumber(s *Schema, k keywords) {
	s.Minimum = r.bound(k.get("minimum"))
	s.Maximum = r.bound(k.get("maximum"))
	s.ExclusiveMinimum = r.bound(k.get("exclusiveMinimum"))
	s.ExclusiveMaximum = r.bound(k.get("exclusiveMaximum"))
}

func (r *schemaReader) readText(s *Schema, k keywords) {
	s.MinLength = r.size(k.get("minLength"), 0)
	if node := k.get("format"); node != nil {
		if s.Format = r.text(node); s.Format != "date" {
			r.problem(node, message.New("facts.schema_format", "format", clip(s.Format)))
		}
	}
	if node := k.get("pattern"); node != nil {
		s.Pattern = r.text(node)
		pattern, err := regexp.Compile(s.Pattern)
		if err != nil {
			r.problem(node, message.New("facts.schema_pattern", "detail", clip(err.Error())))
		}
		s.pattern = pattern
	}
	if all := r.list(k.get("examples")); len(all) > 0 && all[0].Kind == Text {
		s.example = all[0].Text
	}
}

// readEnum reads "enum" and "const" of a text or number. A null among them
// says no more than the type does.
func (r *schemaReader) readEnum(s *Schema, k keywords) {
	values := r.list(k.get("enum"))
	if node := k.get("const"); node != nil {
		values = append(values, node)
	}
	for _, node := range values {
		switch {
		case node.Kind == Null && s.Nullable:
		case node.Kind == s.Kind && (s.Kind == Text || s.Kind == Num):
			s.Enum = append(s.Enum, node.Text)
			s.numbers = append(s.numbers, node.Number())
		default:
			r.problem(node, message.New("facts.schema_enum"))
		}
	}
}

func (r *schemaReader) text(node *Node) string {
	if node != nil && node.Kind != Text {
		r.wrongForm(node, Text)
	}
	if node == nil {
		return ""
	}
	return node.Text
}

func (r *schemaReader) flag(node *Node) bool {
	if node != nil && node.Kind != Bool {
		r.wrongForm(node, Bool)
	}
	return node != nil && node.Flag
}

func (r *schemaReader) list(node *Node) []*Node {
	if node == nil {
		return nil
	}
	if node.Kind != List || node.Len() == 0 {
		r.wrongForm(node, List)
	}
	return slices.Clone(node.Elements())
}

func (r *schemaReader) bound(node *Node) *number.Number {
	if node == nil {
		return nil
	}
	if node.Kind != Num {
		r.wrongForm(node, Num)
	}
	value := node.Number()
	return &value
}

// size reads a whole number from 0 up to what a file can hold.
func (r *schemaReader) size(node *Node, otherwise int) int {
	if node == nil {
		return otherwise
	}
	size, ok := node.Number().Int64()
	if node.Kind != Num || !ok || size < 0 || size > MaxBytes {
		r.problem(node, message.New("facts.schema_size", "keyword", node.Key))
	}
	return int(size)
}

func (r *schemaReader) wrongForm(node *Node, want Kind) {
	r.problem(node, message.New("facts.schema_form", "keyword", node.Key, "kind", kindName(want)))
}
