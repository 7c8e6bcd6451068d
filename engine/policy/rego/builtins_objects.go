package rego

import (
	"strconv"
	"strings"

	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// objects are the functions that make objects out of parts of others.
func objects() []*builtin {
	return []*builtin{
		{name: "object.remove", call: chosen(false)},
		{name: "object.filter", call: chosen(true)},
		{name: "object.union_n", call: unionN},
		{name: "object.subset", call: subset},
		{name: "json.filter", call: func(c *call, args []value) (value, *message.Message) {
			return byPaths(c, args, filtered)
		}},
		{name: "json.remove", call: func(c *call, args []value) (value, *message.Message) {
			return byPaths(c, args, removed)
		}},
		{name: "json.patch", call: patch},
	}
}

func indexNumber(i int) value { return number.Int(int64(i)) }

// chosen keeps, or drops, the members of an object that are named in a list, a
// set, or by the keys of another object.
func chosen(keep bool) func(*call, []value) (value, *message.Message) {
	return func(c *call, args []value) (value, *message.Message) {
		members, wrong := objectOf(args[0])
		if wrong != nil {
			return nil, wrong
		}
		names, wrong := keysOf(args[1])
		if wrong != nil {
			return nil, wrong
		}
		keys := c.setOf(names)
		if keys == nil {
			return nil, nil
		}
		out := &object{}
		for _, e := range members {
			if _, named := keys.find(e.key); named == keep {
				out.entries = append(out.entries, entry{key: e.key, val: e.val})
			}
		}
		return out, nil
	}
}

func keysOf(v value) ([]value, *message.Message) {
	if rank(v) != 5 {
		return listOf(v)
	}
	var keys []value
	for _, e := range entriesOf(v) {
		keys = append(keys, e.key)
	}
	return keys, nil
}

// unionN lays objects over one another, the last on top; members that are
// objects are laid over one another likewise.
func unionN(c *call, args []value) (value, *message.Message) {
	items, wrong := arrayOf(args[0])
	if wrong != nil {
		return nil, wrong
	}
	total := 0
	for _, item := range items {
		members, wrong := objectOf(item)
		if wrong != nil {
			return nil, wrong
		}
		total += len(members)
	}
	if !c.paySorting(total) || !c.make(2*within(args[0])) {
		return nil, nil
	}
	return layered(items), nil
}

// layered is the union of objects that are known to be such.
func layered(objects []value) *object {
	out := &object{}
	var all []entry
	for _, o := range objects {
		all = append(all, entriesOf(o)...)
	}
	for _, run := range runs(all) {
		out.entries = append(out.entries, entry{key: run[0].key, val: top(run)})
	}
	return out
}

// runs groups entries by key, in the order of the keys, each group in the order
// of all.
func runs(all []entry) [][]entry {
	sorted := make([]entry, len(all))
	copy(sorted, all)
	sortEntries(sorted)
	var groups [][]entry
	for start, i := 0, 1; i <= len(sorted); i++ {
		if i == len(sorted) || compare(sorted[start].key, sorted[i].key) != 0 {
			groups, start = append(groups, sorted[start:i]), i
		}
	}
	return groups
}

// top is what the values for one key make, the last on top: objects merge down
// to the first value, from the top, that is none.
func top(run []entry) value {
	first := len(run)
	var layers []value
	for first > 0 && rank(run[first-1].val) == 5 {
		first--
	}
	for _, e := range run[first:] {
		layers = append(layers, e.val)
	}
	switch len(layers) {
	case 0:
		return run[len(run)-1].val
	case 1:
		return layers[0]
	}
	return layered(layers)
}

// subset tells whether all of the second argument is in the first.
func subset(c *call, args []value) (value, *message.Message) {
	super, sub := args[0], args[1]
	ranks := [2]int{rank(super), rank(sub)}
	n, _ := count(scalar(sub))
	if ranks[0] == 4 && !c.pay(policy.Product(c.weight(super), int64(n))/16) {
		return nil, nil
	}
	switch {
	case ranks == [2]int{4, 6}:
		return setInArray(elements(super), sub.(*set)), nil
	case ranks[0] == ranks[1] && ranks[0] >= 4 && ranks[0] <= 6:
		s := subsets{call: c}
		within := s.within(super, sub)
		if s.broke {
			return nil, nil
		}
		return within, nil
	}
	return nil, fault("rego.subset_types", "a", typeWord(typeName(super)), "b", typeWord(typeName(sub)))
}

// subsets pays for the lists within objects as it meets them.
type subsets struct {
	call  *call
	broke bool
}

func (s *subsets) within(super, sub value) bool {
	kind := rank(sub)
	if s.broke || rank(super) != kind {
		return false
	}
	switch kind {
	case 4:
		a, b := elements(super), elements(sub)
		s.broke = !s.call.pay(policy.Product(int64(len(a)), s.call.weight(sub)) / 16)
		return !s.broke && inSequence(a, b)
	case 5:
		return s.object(super, sub)
	case 6:
		for _, e := range sub.(*set).entries {
			if _, in := super.(*set).find(e.key); !in {
				return false
			}
		}
		return true
	}
	return compare(super, sub) == 0
}

func (s *subsets) object(super, sub value) bool {
	all := collection{entries: entriesOf(super)}
	for _, e := range entriesOf(sub) {
		i, found := all.find(e.key)
		if !found || !s.within(all.entries[i].val, e.val) {
			return false
		}
	}
	return true
}

// inSequence tells whether sub stands in super, one element after the other.
func inSequence(super, sub []value) bool {
	for ; len(sub) <= len(super); super = super[1:] {
		if compareLists(super[:len(sub)], sub) == 0 {
			return true
		}
		if len(super) == 0 {
			break
		}
	}
	return false
}

func setInArray(super []value, sub *set) bool {
	found := make([]bool, len(sub.entries))
	left := len(found)
	for _, v := range super {
		if i, in := sub.find(scalar(v)); in && !found[i] {
			found[i], left = true, left-1
		}
	}
	return left == 0
}

// byPaths applies a function to an object and the paths of the second argument.
func byPaths(c *call, args []value, f func(v value, at *object) value) (value, *message.Message) {
	if _, wrong := objectOf(args[0]); wrong != nil {
		return nil, wrong
	}
	items, wrong := listOf(args[1])
	if wrong != nil {
		return nil, wrong
	}
	// The paths become a tree, and the copy is at most as large as what is copied.
	if !c.pay(policy.Product(int64(len(items)), int64(len(items)))/64) || !c.make(within(args[0])+4*within(args[1])) {
		return nil, nil
	}
	root := &object{}
	for _, item := range items {
		path, wrong := pathOf(item)
		if wrong != nil {
			return nil, wrong
		}
		graft(root, path)
	}
	return f(args[0], root), nil
}

// pathOf reads a path: a JSON pointer, whose leading slash may be missing, or
// an array of keys.
func pathOf(v value) ([]value, *message.Message) {
	s, ok := textIn(v)
	if !ok {
		return arrayOf(v)
	}
	if s == "" {
		return nil, nil
	}
	var path []value
	for part := range strings.SplitSeq(strings.TrimLeft(s, "/"), "/") {
		part = strings.ReplaceAll(part, "~1", "/")
		path = append(path, strings.ReplaceAll(part, "~0", "~"))
	}
	return path, nil
}

// graft puts a path into a tree of objects that ends in nulls; a shorter path
// takes the place of longer ones.
func graft(tree *object, path []value) {
	for len(path) > 1 {
		key := scalar(path[0])
		i, found := tree.find(key)
		if !found {
			tree.put(entry{key: key, val: &object{}})
			i, _ = tree.find(key)
		}
		branch, ok := tree.entries[i].val.(*object)
		if !ok {
			return
		}
		tree, path = branch, path[1:]
	}
	if len(path) == 1 {
		tree.put(entry{key: scalar(path[0]), val: null{}})
	}
}

// at is what a tree of paths has for a key: nothing, a leaf, or more paths.
func (o *object) at(key value) (branch *object, leaf bool) {
	i, found := o.find(scalar(key))
	if !found {
		return nil, false
	}
	branch, more := o.entries[i].val.(*object)
	return branch, !more
}

// filtered is what the paths lead to in v.
func filtered(v value, paths *object) value {
	return rebuilt(v, paths, func(v value, branch *object, leaf bool) value {
		switch {
		case leaf:
			return v
		case branch != nil:
			return filtered(v, branch)
		}
		return nil
	})
}

// removed is v without what the paths lead to.
func removed(v value, paths *object) value {
	return rebuilt(v, paths, func(v value, branch *object, leaf bool) value {
		switch {
		case leaf:
			return nil
		case branch != nil:
			return removed(v, branch)
		}
		return v
	})
}

// rebuilt makes v anew out of what keep makes of its children, nil for none.
// The paths name positions in an array as texts.
func rebuilt(v value, paths *object, keep func(v value, branch *object, leaf bool) value) value {
	switch rank(v) {
	case 4:
		out := &array{}
		for i, e := range elements(v) {
			branch, leaf := paths.at(strconv.Itoa(i))
			if kept := keep(e, branch, leaf); kept != nil {
				out.elems = append(out.elems, kept)
			}
		}
		return out
	case 5:
		out := &object{}
		for _, e := range entriesOf(v) {
			branch, leaf := paths.at(e.key)
			if kept := keep(e.val, branch, leaf); kept != nil {
				out.entries = append(out.entries, entry{key: e.key, val: kept})
			}
		}
		return out
	case 6:
		var kept []entry
		for _, e := range v.(*set).entries {
			branch, leaf := paths.at(e.key)
			if k := keep(e.key, branch, leaf); k != nil {
				kept = append(kept, entry{key: scalar(k)})
			}
		}
		return &set{collection{entries: ordered(kept)}}
	}
	return v
}
