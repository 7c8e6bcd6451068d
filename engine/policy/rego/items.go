package rego

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ir"

	"rubric/engine/facts"
	"rubric/engine/number"
)

// clash says that a deduction made at a line may have the item of one that a
// body of the rule makes, counted in the plan's order: two with one item are a
// failure, so that a deduction with an item that the body may give depends on
// what the body reads. Of a turn of the body that did give an item, another one,
// that is no more than what led to that item.
type clash struct {
	line, body int
	items      ends // of the body
}

// clashes are those that some facts may bring about between the bindings of the
// rule `deductions`. Where a line has none, its deductions depend on nothing but
// their own path.
//
// A body's own bindings differ where its key names the turn of every scan around
// it (by the scan's key, by a constant list without repetitions, or by the x-key
// member of a list in the facts, also as a part that can be read out of a
// formatted text); for two bodies, see apart.
func clashes(fn *function, a *analysis) (found []clash) {
	var all []*insertion
	for i, b := range fn.plan.Blocks {
		collectInsertions(b, &insertion{body: b, index: i}, fn, &all)
	}
	for i, in := range all {
		if !in.namesItsTurns(a) {
			found = append(found, clash{in.line(a), in.index, in.ends(a)})
		}
		for _, other := range all[:i] {
			if !in.apart(other, a) {
				found = append(found, clash{in.line(a), other.index, other.ends(a)}, clash{other.line(a), in.index, in.ends(a)})
			}
		}
	}
	return found
}

func (in *insertion) line(a *analysis) int { return a.at(in.stmt).line }

// addNew adds values, and tells whether none of them was there.
func (s *set) addNew(values []value) bool {
	for _, v := range values {
		if _, found := s.find(v); found {
			return false
		}
		s.put(entry{key: v})
	}
	return true
}

// insertion is one place of the rule that adds a deduction.
type insertion struct {
	stmt  *ir.ObjectInsertOnceStmt
	scans []*ir.ScanStmt // around it, outermost first
	body  *ir.Block      // the rule's body it stands in
	index int            // of that among the bodies
}

// collectInsertions finds those in b; around is where b stands.
func collectInsertions(b *ir.Block, around *insertion, fn *function, all *[]*insertion) {
	for _, s := range b.Stmts {
		switch s := s.(type) {
		case *ir.ObjectInsertOnceStmt:
			if int(s.Object) == fn.result {
				*all = append(*all, &insertion{s, around.scans, around.body, around.index})
			}
		case *ir.ScanStmt:
			collectInsertions(s.Block, &insertion{scans: append(slices.Clip(around.scans), s), body: around.body, index: around.index}, fn, all)
		case *ir.BlockStmt:
			for _, inner := range s.Blocks {
				collectInsertions(inner, around, fn, all)
			}
		case *ir.WithStmt:
			collectInsertions(s.Block, around, fn, all)
		}
	}
}

func (in *insertion) namesItsTurns(a *analysis) bool {
	named := map[*ir.ScanStmt]bool{}
	in.name(in.stmt.Key, a, named, false, 0)
	for _, s := range in.scans {
		if !named[s] {
			return false
		}
	}
	return true
}

// name follows an operand to the scans whose turn it tells apart. inText says
// that the operand is only a part of the item's text, where a number and the
// text of its digits are the same.
func (in *insertion) name(o ir.Operand, a *analysis, named map[*ir.ScanStmt]bool, inText bool, depth int) {
	l, ok := o.Value.(ir.Local)
	if !ok || depth > maxSteps {
		return
	}
	for _, s := range in.scans {
		if s.Key == l && (!inText || a.scanned[s].onlyFacts()) || s.Value == l && !inText && in.isSet(s.Source, a.code, 0) {
			named[s] = true
		}
	}
	if items := in.fixed(o, a.code, 0); items != nil && items.scan != nil && items.distinct(inText) {
		named[items.scan] = true
	}
	walk(in.body, func(s ir.Stmt) {
		target, sources := movement(s, nil)
		if target != l {
			return
		}
		switch s := s.(type) {
		case *ir.AssignVarStmt:
			in.name(sources[0], a, named, inText, depth+1)
		case *ir.CallStmt:
			in.nameByText(s, a, named, depth+1)
		case *ir.DotStmt:
			in.nameByKey(s, a, named)
		}
	})
}

// maxSteps is how far an operand is followed back.
const maxSteps = 20

// isSet tells whether an operand is certainly a set, so that its elements differ.
func (in *insertion) isSet(source ir.Local, c *code, depth int) bool {
	found := false
	walk(in.body, func(s ir.Stmt) {
		if target, _ := movement(s, nil); target != source && !makes(s, source) || depth > maxSteps {
			return
		}
		switch s := s.(type) {
		case *ir.MakeSetStmt:
			found = true
		case *ir.AssignVarStmt:
			from, ok := s.Source.Value.(ir.Local)
			found = ok && in.isSet(from, c, depth+1)
		case *ir.CallStmt:
			fn := c.byName[s.Func]
			found = fn != nil && makesSet(fn.plan)
		}
	})
	return found
}

// makes tells whether a statement makes a new set in l.
func makes(s ir.Stmt, l ir.Local) bool {
	m, ok := s.(*ir.MakeSetStmt)
	return ok && m.Target == l
}

// makesSet recognises a partial rule that makes a set.
func makesSet(f *ir.Func) bool {
	if !makesCollection(f) {
		return false
	}
	_, ok := f.Blocks[0].Stmts[0].(*ir.MakeSetStmt)
	return ok
}

// nameByKey recognises element.<x-key>.
func (in *insertion) nameByKey(dot *ir.DotStmt, a *analysis, named map[*ir.ScanStmt]bool) {
	key, ok := dot.Key.Value.(ir.StringIndex)
	if !ok {
		return
	}
	source := in.origin(dot.Source)
	for _, s := range in.scans {
		if s.Value == source && toldApartBy(a.scanned[s], a.code.strings[key]) {
			named[s] = true
		}
	}
}

func toldApartBy(source abstract, key string) bool {
	for _, p := range source.places {
		if p.Kind != facts.List || p.Unique != key {
			return false
		}
	}
	return source.onlyFacts()
}

// onlyFacts tells that a value is certainly a place in the facts as it stands
// there.
func (a abstract) onlyFacts() bool { return len(a.places) > 0 && a.elem == nil && len(a.over) == 0 }

// origin follows plain assignments back.
func (in *insertion) origin(o ir.Operand) ir.Local {
	l, _ := o.Value.(ir.Local)
	for range maxSteps {
		from := l
		walk(in.body, func(s ir.Stmt) {
			if as, ok := s.(*ir.AssignVarStmt); ok && as.Target == l {
				if source, ok := as.Source.Value.(ir.Local); ok {
					from = source
				}
			}
		})
		if from == l {
			break
		}
		l = from
	}
	return l
}

// fixed is what an operand may be when the policy's own constants decide it:
// one value, or one for each turn of a scan over a constant collection.
type fixed struct {
	values []value
	scan   *ir.ScanStmt // nil for one value
}

func (in *insertion) fixed(o ir.Operand, c *code, depth int) *fixed {
	if i, ok := o.Value.(ir.StringIndex); ok {
		return &fixed{values: []value{c.strings[i]}}
	}
	l, ok := o.Value.(ir.Local)
	if !ok || depth > maxSteps {
		return nil
	}
	for _, s := range in.scans {
		if s.Value == l || s.Key == l {
			return in.turns(s, s.Key == l, c, depth)
		}
	}
	if literal := in.literal(l, c, depth+1); literal != nil {
		return literal
	}
	var found *fixed
	walk(in.body, func(s ir.Stmt) {
		if target, _ := movement(s, nil); target == l {
			found = in.assigned(s, c, depth+1)
		}
	})
	return found
}

// literal is a number, or a list, set or object of constants, that is written
// out where it is used.
func (in *insertion) literal(l ir.Local, c *code, depth int) *fixed {
	var made value
	known := true
	put := func(add func(v value), os ...ir.Operand) {
		for _, o := range os {
			f := in.fixed(o, c, depth)
			if known = known && f != nil && f.scan == nil && len(f.values) == 1; known {
				add(f.values[0])
			}
		}
	}
	walk(in.body, func(s ir.Stmt) {
		switch s := s.(type) {
		case *ir.MakeNumberRefStmt:
			if n, err := number.Parse(c.strings[s.Index]); s.Target == l && err == nil {
				made = n
			}
		case *ir.MakeArrayStmt:
			if s.Target == l {
				made = &array{}
			}
		case *ir.MakeSetStmt:
			if s.Target == l {
				made = &set{}
			}
		case *ir.ArrayAppendStmt:
			if list, ok := made.(*array); ok && s.Array == l {
				put(func(v value) { list.elems = append(list.elems, v) }, s.Value)
			}
		case *ir.SetAddStmt:
			if all, ok := made.(*set); ok && s.Set == l {
				put(func(v value) { all.put(entry{key: v}) }, s.Value)
			}
		}
	})
	if made == nil || !known {
		return nil
	}
	return &fixed{values: []value{made}}
}

func (in *insertion) assigned(s ir.Stmt, c *code, depth int) *fixed {
	switch s := s.(type) {
	case *ir.AssignVarStmt:
		return in.fixed(s.Source, c, depth)
	case *ir.CallStmt:
		if fn := c.byName[s.Func]; fn != nil && fn.constant != nil {
			return &fixed{values: []value{fn.constant.val}}
		}
	case *ir.DotStmt:
		source, key := in.fixed(s.Source, c, depth), in.fixed(s.Key, c, depth)
		if source != nil && key != nil && len(key.values) == 1 {
			return source.member(key.values[0])
		}
	}
	return nil
}

// distinct tells whether no two of the values are the same, or, in a text, look
// the same.
func (f *fixed) distinct(inText bool) bool {
	for _, v := range f.values {
		if inText && rank(v) != rank(f.values[0]) {
			return false
		}
	}
	return (&set{}).addNew(f.values)
}

// member is f's values at key, when they all have it.
func (f *fixed) member(key value) *fixed {
	out := &fixed{scan: f.scan}
	for _, v := range f.values {
		o, ok := v.(*object)
		if !ok {
			return nil
		}
		i, found := o.find(key)
		if !found {
			return nil
		}
		out.values = append(out.values, o.entries[i].val)
	}
	return out
}

// turns are the keys or values of a scan over a constant collection.
func (in *insertion) turns(s *ir.ScanStmt, keys bool, c *code, depth int) *fixed {
	source := in.fixed(ir.Operand{Value: s.Source}, c, depth+1)
	if source == nil || source.scan != nil || len(source.values) != 1 {
		return nil
	}
	out := &fixed{scan: s, values: elements(source.values[0])}
	for _, e := range entriesOf(source.values[0]) {
		v := e.val
		if keys || v == nil {
			v = e.key
		}
		out.values = append(out.values, v)
	}
	return out
}
