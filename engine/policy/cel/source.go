package cel

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"go.yaml.in/yaml/v3"

	"rubric/engine/message"
	"rubric/engine/policy"
	"rubric/engine/typo"
)

// maxSource is the largest policy file, in bytes.
const maxSource = 1 << 20

// document is a policy file taken apart, nothing compiled yet.
type document struct {
	meta          policy.Meta
	variables     []variableSource
	deductions    []deductionSource
	earned        *earnedSource
	verdicts      []verdictSource // of a policy of aggregation
	cutoff        *clauseSource
	notApplicable *clauseSource
}

type variableSource struct {
	name       scalar
	expression scalar
}

type deductionSource struct {
	line                    int
	each                    *eachSource
	item, condition, reason scalar
	amount                  amountSource
	contradiction           *contradictionSource // of a reconciliation check, which has no amount
}

// amountSource is how much is lost or earned; one of the three is present.
type amountSource struct{ share, points, mark scalar }

type eachSource struct{ over, as, key scalar }

// earnedSource has one band without a condition where the file has no bands.
type earnedSource struct {
	line  int
	bands []bandSource
}

type bandSource struct {
	line              int
	condition, reason scalar // condition may be absent
	amount            amountSource
	grade             scalar // of a verdict
}

type clauseSource struct {
	line              int
	condition, reason scalar
}

// scalar is a text in the file, or a part of one. It is absent when node is
// nil.
type scalar struct {
	node   *yaml.Node
	text   string
	offset int // where text begins in node.Value, in characters
}

func (s scalar) present() bool { return s.node != nil }

// text reads one policy file and gathers what is wrong with it.
type text struct {
	file     string
	source   []byte
	scale    []string // the framework's marks, best first; empty for shares and points
	check    bool     // see policy.Source
	verdicts bool     // see policy.Unit.Aggregates
	problems message.Problems

	lines [][]rune // of source, filled when first needed
}

func (t *text) wrong(n *yaml.Node, m message.Message) {
	t.problems.Add(message.Problem{File: t.file, Line: n.Line, Column: n.Column, Message: m})
}

// wrongAt reports a problem of the character at offset in s.
func (t *text) wrongAt(s scalar, offset int, m message.Message) {
	line, column := t.position(s, offset)
	t.problems.Add(message.Problem{File: t.file, Line: line, Column: column, Message: m})
}

// newText is a policy of a unit, not yet read.
func newText(unit policy.Unit, s policy.Source) *text {
	return &text{file: s.File, source: s.Text, scale: unit.Scale, check: s.Check, verdicts: unit.Aggregates}
}

// read takes the file apart; look at t.problems afterwards.
func (t *text) read() *document {
	doc := &document{}
	root := t.parse()
	if root == nil {
		return doc
	}
	switch {
	case t.check:
		t.readCheck(root, doc)
		return doc
	case t.verdicts:
		t.readAggregation(root, doc)
		return doc
	}
	m := t.mapping(root, "title", "description", "custom", "variables", "deductions", "earned", "cutoff", "not_applicable")
	if m == nil {
		return doc
	}
	t.readHead(m, doc)
	doc.deductions = t.readDeductions(m.at["deductions"])
	doc.earned = t.readEarned(m.at["earned"])
	if n := m.key["cutoff"]; n != nil && len(t.scale) > 0 {
		t.wrong(n, message.New("cel.cutoff_mark"))
	}
	doc.cutoff = t.readClause(m.at["cutoff"])
	doc.notApplicable = t.readClause(m.at["not_applicable"])
	switch hasDeductions, hasEarned := m.at["deductions"] != nil, m.at["earned"] != nil; {
	case hasDeductions && hasEarned:
		t.wrong(m.key["earned"], message.New("cel.both_kinds"))
	case !hasDeductions && !hasEarned:
		t.wrong(root, message.New("cel.no_kind"))
	}
	return doc
}

// readHead reads what policies and checks have in common.
func (t *text) readHead(m *fields, doc *document) {
	doc.meta.Title = t.required(m, "title").text
	doc.meta.Rule = strings.TrimSpace(t.required(m, "description").text)
	t.readCustom(m.at["custom"], &doc.meta)
	doc.variables = t.readVariables(m.at["variables"])
}

// parse is the file's one YAML document, nil if there is a problem.
func (t *text) parse() *yaml.Node {
	if len(t.source) > maxSource {
		t.problems.Add(message.Problem{File: t.file, Line: 1, Message: message.New("cel.file_too_large", "limit", maxSource)})
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(t.source))
	var root, second yaml.Node
	if err := decoder.Decode(&root); err != nil {
		t.malformed(err)
		return nil
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		t.wrong(&second, message.New("cel.two_documents"))
		return nil
	}
	return root.Content[0]
}

func (t *text) malformed(err error) {
	p := message.Problem{File: t.file, Line: 1}
	if errors.Is(err, io.EOF) {
		p.Message = message.New("cel.empty_file")
		t.problems.Add(p)
		return
	}
	at, m := typo.YAML(t.source, err)
	p.Line, p.Column, p.Message = at.Line, at.Column, m
	t.problems.Add(p)
}

func (t *text) readCustom(n *yaml.Node, meta *policy.Meta) {
	if n == nil {
		return
	}
	m := t.mapping(n, "interpretation", "evidence")
	if m == nil {
		return
	}
	meta.Interpretation = strings.TrimSpace(t.optional(m, "interpretation").text)
	for _, entry := range t.list(m.at["evidence"], "evidence") {
		meta.Evidence = append(meta.Evidence, t.scalar(entry, "evidence").text)
	}
}

func (t *text) readVariables(n *yaml.Node) (variables []variableSource) {
	for _, entry := range t.list(n, "variables") {
		if m := t.mapping(entry, "name", "expression"); m != nil {
			variables = append(variables, variableSource{t.required(m, "name"), t.required(m, "expression")})
		}
	}
	return variables
}

func (t *text) readDeductions(n *yaml.Node) (deductions []deductionSource) {
	for _, entry := range t.list(n, "deductions") {
		m := t.mapping(entry, "each", "item", "condition", "share", "reason", "points", "mark")
		if m == nil {
			continue
		}
		deductions = append(deductions, deductionSource{
			line: entry.Line, each: t.readEach(m.at["each"]),
			item: t.required(m, "item"), condition: t.required(m, "condition"),
			amount: t.amount(m), reason: t.required(m, "reason"),
		})
	}
	return deductions
}

func (t *text) readEach(n *yaml.Node) *eachSource {
	if n == nil {
		return nil
	}
	m := t.mapping(n, "over", "as", "key")
	if m == nil {
		return nil
	}
	return &eachSource{t.required(m, "over"), t.required(m, "as"), t.optional(m, "key")}
}

func (t *text) readEarned(n *yaml.Node) *earnedSource {
	if n == nil {
		return nil
	}
	m := t.mapping(n, "share", "reason", "bands", "points", "mark")
	if m == nil {
		return nil
	}
	earned := &earnedSource{line: n.Line}
	if m.at["bands"] == nil {
		earned.bands = []bandSource{{line: n.Line, amount: t.amount(m), reason: t.required(m, "reason")}}
		return earned
	}
	if len(m.at) > 1 {
		t.wrong(m.key["bands"], message.New("cel.bands_and_share"))
	}
	for _, entry := range t.list(m.at["bands"], "bands") {
		if m := t.mapping(entry, "condition", "share", "reason", "points", "mark"); m != nil {
			earned.bands = append(earned.bands, bandSource{
				line: entry.Line, condition: t.required(m, "condition"), reason: t.required(m, "reason"), amount: t.amount(m),
			})
		}
	}
	return earned
}

// amount is the share, points or mark of m: one of them, and of those that the
// framework has.
func (t *text) amount(m *fields) (a amountSource) {
	keys := []string{"share", "points"}
	if len(t.scale) > 0 {
		keys = []string{"mark"}
	}
	present := 0
	for _, key := range []string{"share", "points", "mark"} {
		n := m.key[key]
		switch {
		case n == nil:
			continue
		case len(t.scale) > 0 && key != "mark":
			t.wrong(n, message.New("cel.no_mark", "scale", t.scale))
		case len(t.scale) == 0 && key == "mark":
			t.wrong(n, message.New("cel.no_scale"))
		case present > 0:
			t.wrong(n, message.New("cel.two_amounts"))
		}
		present++
	}
	if present == 0 {
		t.wrong(m.node, message.New("cel.missing_key", "key", keys[0]))
	}
	return amountSource{t.optional(m, "share"), t.optional(m, "points"), t.optional(m, "mark")}
}

func (t *text) readClause(n *yaml.Node) *clauseSource {
	if n == nil {
		return nil
	}
	m := t.mapping(n, "condition", "reason")
	if m == nil {
		return nil
	}
	return &clauseSource{n.Line, t.required(m, "condition"), t.required(m, "reason")}
}

// fields are a mapping's keys and values.
type fields struct {
	node    *yaml.Node
	key, at map[string]*yaml.Node
}

// mapping reads a mapping with no keys but those allowed, each once.
func (t *text) mapping(n *yaml.Node, allowed ...string) *fields {
	if n.Kind != yaml.MappingNode {
		t.wrong(n, message.New("cel.not_mapping", "keys", allowed))
		return nil
	}
	m := &fields{n, map[string]*yaml.Node{}, map[string]*yaml.Node{}}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch {
		case !slices.Contains(allowed, key.Value):
			t.wrong(key, unknownKey(key.Value, allowed))
		case m.key[key.Value] != nil:
			t.wrong(key, message.New("cel.key_twice", "key", key.Value))
		default:
			m.key[key.Value], m.at[key.Value] = key, value
		}
	}
	return m
}

func unknownKey(key string, allowed []string) message.Message {
	if near := nearest(key, allowed); near != "" {
		return message.New("cel.unknown_key_near", "key", key, "suggestion", near)
	}
	return message.New("cel.unknown_key", "key", key, "keys", allowed)
}

// list is the entries of a list; n may be nil, which is none.
func (t *text) list(n *yaml.Node, key string) []*yaml.Node {
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		t.wrong(n, message.New("cel.not_list", "key", key))
		return nil
	}
	if len(n.Content) == 0 {
		t.wrong(n, message.New("cel.empty_list", "key", key))
	}
	return n.Content
}

func (t *text) required(m *fields, key string) scalar {
	if m.at[key] == nil {
		t.wrong(m.node, message.New("cel.missing_key", "key", key))
		return scalar{}
	}
	return t.scalar(m.at[key], key)
}

func (t *text) optional(m *fields, key string) scalar {
	if m.at[key] == nil {
		return scalar{}
	}
	return t.scalar(m.at[key], key)
}

// scalar is the text of n as written: YAML's own ideas of numbers and
// booleans are not used.
func (t *text) scalar(n *yaml.Node, key string) scalar {
	switch {
	case n.Kind == yaml.AliasNode:
		t.wrong(n, message.New("cel.alias"))
	case n.Kind != yaml.ScalarNode:
		t.wrong(n, message.New("cel.not_text", "key", key))
	case strings.TrimSpace(n.Value) == "":
		t.wrong(n, message.New("cel.empty_text", "key", key))
	default:
		return scalar{node: n, text: n.Value}
	}
	return scalar{}
}

// nearest is the name closest to the one written, "" if none is close.
func nearest(written string, names []string) string {
	best, distance := "", 1+len([]rune(written))/3
	for _, name := range names {
		if d := levenshtein.ComputeDistance(written, name); d <= distance && (best == "" || d < distance) {
			best, distance = name, d
		}
	}
	return best
}
