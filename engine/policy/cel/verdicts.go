package cel

import (
	"cel.dev/cel-go/common/types"
	"go.yaml.in/yaml/v3"

	"rubric/engine/message"
	"rubric/engine/policy"
	"rubric/engine/policy/script"
)

// A policy of aggregation has groups, total and caps in place of deductions and
// earned. Each says a score, a mark or a grade, or bands of them, of which the
// first that holds counts; where none holds, nothing is said.

// verdictSource is an entry of groups or caps, or the total. The score of its
// bands stands where an amount has points.
type verdictSource struct {
	of    policy.VerdictOf
	name  scalar // of the group or cap
	line  int
	bands []bandSource
}

// verdict is a verdictSource compiled.
type verdict struct {
	of    policy.VerdictOf
	name  string
	bands []band
}

// The keys of a policy of aggregation, and of what is said.
var (
	verdictKeys = []string{"groups", "total", "caps"}
	saidKeys    = []string{"condition", "score", "mark", "grade", "reason"}
)

func (t *text) readAggregation(root *yaml.Node, doc *document) {
	m := t.mapping(root, append([]string{"title", "description", "custom", "variables"}, verdictKeys...)...)
	if m == nil {
		return
	}
	t.readHead(m, doc)
	if m.at["groups"] == nil && m.at["total"] == nil {
		t.wrong(root, message.New("cel.no_verdict"))
	}
	doc.verdicts = append(doc.verdicts, t.readNamed(m.at["groups"], "groups", "group", policy.OfGroup)...)
	if n := m.at["total"]; n != nil {
		if f := t.mapping(n, append([]string{"bands"}, saidKeys...)...); f != nil {
			doc.verdicts = append(doc.verdicts, verdictSource{of: policy.OfTotal, line: n.Line, bands: t.readSaid(n, f)})
		}
	}
	doc.verdicts = append(doc.verdicts, t.readNamed(m.at["caps"], "caps", "cap", policy.OfCap)...)
}

// readNamed reads groups or caps, each of which has a name of its own.
func (t *text) readNamed(n *yaml.Node, list, key string, of policy.VerdictOf) (all []verdictSource) {
	seen := map[string]bool{}
	for _, entry := range t.list(n, list) {
		m := t.mapping(entry, append([]string{key, "bands"}, saidKeys...)...)
		if m == nil {
			continue
		}
		name := t.required(m, key)
		if name.present() && seen[name.text] {
			t.wrong(name.node, message.New("cel.verdict_twice", "key", key, "name", name.text))
		}
		seen[name.text] = true
		all = append(all, verdictSource{of: of, name: name, line: entry.Line, bands: t.readSaid(entry, m)})
	}
	return all
}

// readSaid reads bands, or the one that an entry is itself.
func (t *text) readSaid(n *yaml.Node, m *fields) (bands []bandSource) {
	if m.at["bands"] == nil {
		return []bandSource{t.readBand(n, m)}
	}
	for _, key := range saidKeys {
		if m.key[key] != nil {
			t.wrong(m.key[key], message.New("cel.bands_and_verdict", "key", key))
		}
	}
	for _, entry := range t.list(m.at["bands"], "bands") {
		if f := t.mapping(entry, saidKeys...); f != nil {
			bands = append(bands, t.readBand(entry, f))
		}
	}
	return bands
}

func (t *text) readBand(n *yaml.Node, m *fields) bandSource {
	b := bandSource{line: n.Line, condition: t.optional(m, "condition"), reason: t.required(m, "reason"), grade: t.optional(m, "grade"),
		amount: amountSource{points: t.optional(m, "score"), mark: t.optional(m, "mark")}}
	switch {
	case m.key["score"] == nil && m.key["mark"] == nil && m.key["grade"] == nil:
		t.wrong(n, message.New("cel.verdict_empty"))
	case m.key["mark"] != nil && len(t.scale) == 0:
		t.wrong(m.key["mark"], message.New("cel.no_scale"))
	}
	return b
}

// allBands are the bands of what is earned and of verdicts.
func (d *document) allBands() (all []bandSource) {
	if d.earned != nil {
		all = append(all, d.earned.bands...)
	}
	for _, v := range d.verdicts {
		all = append(all, v.bands...)
	}
	return all
}

func (b *builder) buildVerdict(s verdictSource) verdict {
	v := verdict{of: s.of, name: s.name.text}
	b.inBands(true)
	for _, source := range s.bands {
		v.bands = append(v.bands, b.buildBand(source))
	}
	b.inBands(false)
	return v
}

func (b *builder) buildBand(s bandSource) band {
	return band{
		line: s.line, condition: b.typed(s.condition, nil, types.BoolType),
		amount: b.buildAmount(s.amount, nil), grade: b.template(s.grade, nil), reason: b.template(s.reason, nil),
	}
}

// verdicts are what the policy says of groups, the total and caps.
func (r *run) verdictsSaid() (all []policy.Verdict, err error) {
	for _, v := range r.verdicts {
		said, err := r.verdict(v)
		if err != nil {
			return nil, err
		}
		if said != nil {
			all = append(all, *said)
		}
	}
	return all, nil
}

// verdict is the first of the bands that holds, nil for none.
func (r *run) verdict(v verdict) (*policy.Verdict, error) {
	mark := r.trail.Mark()
	defer r.trail.Cut(mark)
	s := &scope{run: r}
	for _, b := range v.bands {
		holds, err := r.holds(b, s)
		if err != nil {
			return nil, unlessHole(err)
		}
		if !holds {
			continue
		}
		said, err := r.say(b, s)
		if err != nil {
			return nil, unlessHole(err)
		}
		said.Of, said.Name = v.of, v.name
		said.Causes, said.Unproven = policy.Settle(r.trail.Since(mark))
		return &said, nil
	}
	return nil, nil
}

// holds tells whether a band counts, unless an earlier one does.
func (r *run) holds(b band, s *scope) (bool, error) {
	if b.condition == nil {
		return true, nil
	}
	return r.condition(b.condition, s)
}

func (r *run) say(b band, s *scope) (said policy.Verdict, err error) {
	said.Line = b.line
	if b.amount.points != nil {
		n, err := r.number(b.amount.points, s)
		if err != nil {
			return said, err
		}
		said.Score = &n
	}
	if b.amount.mark != nil {
		a, err := r.mark(b.amount.mark, b.line, s)
		if err != nil {
			return said, err
		}
		said.Mark = a.Mark
	}
	if b.grade != nil {
		if said.Grade, err = r.text(b.grade, s); err != nil {
			return said, err
		}
	}
	said.Reason, err = r.text(b.reason, s)
	return said, err
}

// verdict is a verdict as a script: what is earned, or for a cap a cut-off.
func (i *inspection) verdict(v verdictSource) script.Rule {
	r := script.Rule{Kind: script.Earned, Name: verdictKeys[v.of], Ordered: true}
	if v.of == policy.OfCap {
		r.Kind = script.Cutoff
	}
	for _, b := range v.bands {
		r.Clauses = append(r.Clauses, i.band(b))
	}
	r.Place = r.Clauses[0].Place
	return r
}
