package rego

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ir"

	"rubric/engine/policy"
	"rubric/engine/policy/pack"
)

// keptPart is what compiling a part of a unit took long to find out. From it and
// the unit, the policies are made again in a moment.
type keptPart struct {
	of       []int // its policies' places in the unit
	plan     *ir.Policy
	policies []keptPolicy
}

// keptPolicy is what was found out about one policy.
type keptPolicy struct {
	path    string // of its package: "pkg/sub"
	meta    policy.Meta
	reads   pack.Places
	clashes [][]clash // of each keyed rule of a program
}

// keptAs is the key of a unit's kept form: everything that it follows from.
func keptAs(unit policy.Unit) string {
	key := "rego plan of " + unit.Digest
	for _, s := range slices.Concat(unit.Policies, unit.Helpers) {
		key += "\n" + s.Indicator + " in " + s.File
	}
	return key
}

// load gives what an earlier run found out about the unit, nil if nothing is
// kept of it.
func (l Language) load(unit policy.Unit) []*compilation {
	if l.Cache == nil || unit.Digest == "" {
		return nil
	}
	data := l.Cache.Load(keptAs(unit))
	if data == nil {
		return nil
	}
	var texts []string
	c := pack.Reader(data)
	if pack.Each(c, &texts, c.Text); !c.Finished() {
		return nil
	}
	found := make([]*keptPart, len(texts))
	onAllProcessors(len(texts), func(i int) { found[i] = readPart(texts[i]) })
	if slices.Contains(found, nil) || !fit(unit, found) {
		return nil
	}
	known := builtins()
	parts := make([]*compilation, len(found))
	for i, k := range found {
		parts[i] = &compilation{unit: unit, limits: l.Limits, probes: l.probes, builtins: known, found: k}
		parts[i].unit.Policies = nil
		for _, at := range k.of {
			parts[i].unit.Policies = append(parts[i].unit.Policies, unit.Policies[at])
		}
	}
	return parts
}

// readPart is a part as it was kept, nil where that cannot be one.
func readPart(data string) *keptPart {
	k := &keptPart{plan: &ir.Policy{}}
	c := &planCoder{pack.TextReader(data)}
	if c.part(k); !c.Finished() {
		return nil
	}
	return k
}

// fit tells whether what was found out can be about the unit: each policy is in
// one part.
func fit(unit policy.Unit, parts []*keptPart) bool {
	places := len(unit.Schema.Places())
	var all []int
	for _, k := range parts {
		all = append(all, k.of...)
		if len(k.policies) != len(k.of) || slices.ContainsFunc(k.policies, func(p keptPolicy) bool {
			return len(p.clashes) != keyedRules || !p.reads.Fit(places)
		}) {
			return false
		}
	}
	slices.Sort(all)
	for i, at := range all {
		if i != at {
			return false
		}
	}
	return len(all) == len(unit.Policies)
}

// save keeps what was found out. What cannot be kept is found out again: that is
// no failure.
func (l Language) save(unit policy.Unit, parts []*compilation) {
	if l.Cache == nil || unit.Digest == "" {
		return
	}
	var texts []string
	for _, p := range parts {
		c := &planCoder{pack.Writer()}
		if c.part(p.found); c.Broken() {
			return
		}
		texts = append(texts, string(c.Bytes()))
	}
	c := pack.Writer()
	pack.Each(c, &texts, c.Text)
	_ = l.Cache.Save(keptAs(unit), c.Bytes())
}

func (c *planCoder) part(k *keptPart) {
	pack.Each(c.Coder, &k.of, func(n *int) { pack.Whole(c.Coder, n) })
	c.plan(k.plan)
	pack.Each(c.Coder, &k.policies, c.policy)
}

func (c *planCoder) policy(p *keptPolicy) {
	pack.Text(c.Coder, &p.path)
	c.Meta(&p.meta)
	c.Places(&p.reads)
	pack.Each(c.Coder, &p.clashes, func(rule *[]clash) {
		pack.Each(c.Coder, rule, func(k *clash) {
			pack.Whole(c.Coder, &k.line)
			pack.Whole(c.Coder, &k.body)
			c.ends(&k.items)
		})
	})
}

func (c *planCoder) ends(e *ends) {
	pack.Each(c.Coder, &e.before, c.Text)
	pack.Each(c.Coder, &e.after, c.Text)
	c.Flag(&e.whole)
}

// note keeps what clashes in the keyed rules of a program.
func (k *keptPolicy) note(p *program) {
	for _, rule := range p.keyedRules() {
		k.clashes = append(k.clashes, rule.clashes)
	}
}

// tell gives that back to a program.
func (k *keptPolicy) tell(p *program) {
	for i, rule := range p.keyedRules() {
		if rule.whole != nil {
			rule.clashes = k.clashes[i]
			rule.whole.byBody = len(rule.clashes) > 0
		}
	}
}

// keyedRules is how many keyed rules a program has.
const keyedRules = 3

func (p *program) keyedRules() []*keyed { return []*keyed{&p.deductions, &p.groups, &p.caps} }
