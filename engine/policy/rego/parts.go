package rego

import (
	"cmp"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// OPA's compiler works on one processor, and takes most of the time. Policies
// that do not know of each other are therefore compiled in parts, beside each
// other. What the parts are follows from the sources alone and not from the
// machine, so that every machine compiles the same code.

const (
	mostParts  = 2
	worthParts = 16 << 10 // bytes of Rego; below, a part costs more than it saves
)

// parts are the modules of a unit as they are compiled: places in modules, in
// their order; one part where they hang together or are few.
func (c *compilation) parts() [][]int {
	whole := make([]int, len(c.modules))
	size := 0
	for i, s := range c.sources() {
		whole[i] = i
		size += len(s.Text)
	}
	if size < worthParts || c.probes != nil || c.unit.Aggregates || c.elements() {
		return [][]int{whole}
	}
	clusters := c.clusters()
	if len(clusters) < 2 {
		return [][]int{whole}
	}
	return c.balanced(clusters)
}

// clusters are the modules by which of them may know of each other; each has a
// policy. There is one where some reference leads everywhere.
func (c *compilation) clusters() [][]int {
	g := &grouping{packages: make([]packageAt, len(c.modules)), leader: make([]int, len(c.modules))}
	for i, m := range c.modules {
		g.leader[i] = i
		g.packages[i] = packageAt{groundPath(m.Package.Path), i}
	}
	slices.SortStableFunc(g.packages, func(a, b packageAt) int { return slices.Compare(a.path, b.path) })
	for i, m := range c.modules {
		g.relate(i, groundPath(m.Package.Path))
		ast.WalkRefs(m, func(ref ast.Ref) bool {
			if ref.HasPrefix(ast.DefaultRootRef) {
				g.relate(i, groundPath(ref))
			}
			return false
		})
	}
	return g.clusters(len(c.unit.Policies))
}

// packageAt is the path of a module's package, below data.
type packageAt struct {
	path   []string
	module int
}

// groundPath is a reference below data as far as its names are written out.
func groundPath(ref ast.Ref) (path []string) {
	for _, t := range ref[1:] {
		name, ok := t.Value.(ast.String)
		if !ok {
			break
		}
		path = append(path, string(name))
	}
	return path
}

// grouping joins modules into groups, each of which is known by its leader.
type grouping struct {
	packages []packageAt // sorted
	leader   []int       // another module of the group, or itself
}

// relate joins a module with those whose packages lie on a path, or below it.
func (g *grouping) relate(module int, path []string) {
	for n := range len(path) + 1 {
		below := n == len(path)
		at, _ := slices.BinarySearchFunc(g.packages, path[:n], func(p packageAt, path []string) int { return slices.Compare(p.path, path) })
		for ; at < len(g.packages) && startsWith(g.packages[at].path, path[:n]) && (below || len(g.packages[at].path) == n); at++ {
			g.join(module, g.packages[at].module)
		}
	}
}

func startsWith(path, prefix []string) bool {
	return len(path) >= len(prefix) && slices.Equal(path[:len(prefix)], prefix)
}

func (g *grouping) find(module int) int {
	for g.leader[module] != module {
		module = g.leader[module]
	}
	return module
}

// join makes one group of two; the first of its modules leads it.
func (g *grouping) join(a, b int) {
	a, b = g.find(a), g.find(b)
	g.leader[max(a, b)] = min(a, b)
}

// clusters are the groups in the order of their first modules. Policies come
// first among the modules; a group without any goes with the first.
func (g *grouping) clusters(policies int) [][]int {
	all := make([][]int, len(g.leader))
	for module := range g.leader {
		leads := g.find(module)
		if leads >= policies {
			leads = g.find(0)
		}
		all[leads] = append(all[leads], module)
	}
	return slices.DeleteFunc(all, func(modules []int) bool { return len(modules) == 0 })
}

// balanced puts clusters into parts with about as much text in each.
func (c *compilation) balanced(clusters [][]int) [][]int {
	sources := c.sources()
	size := func(modules []int) (n int) {
		for _, i := range modules {
			n += len(sources[i].Text)
		}
		return n
	}
	slices.SortStableFunc(clusters, func(a, b []int) int { return cmp.Compare(size(b), size(a)) })
	parts := make([][]int, min(mostParts, len(clusters)))
	for _, cluster := range clusters {
		smallest := slices.MinFunc([]int{0, 1}[:len(parts)], func(a, b int) int { return cmp.Compare(size(parts[a]), size(parts[b])) })
		parts[smallest] = append(parts[smallest], cluster...)
	}
	for _, part := range parts {
		slices.Sort(part)
	}
	return parts
}

// part is the compilation of some of the modules.
func (c *compilation) part(modules []int) *compilation {
	p := &compilation{unit: c.unit, limits: c.limits, probes: c.probes, builtins: c.builtins, capabilities: c.capabilities, found: &keptPart{}}
	sources := c.sources()
	p.unit.Policies, p.unit.Helpers = nil, nil
	for _, i := range modules {
		p.modules = append(p.modules, c.modules[i])
		if i < len(c.unit.Policies) {
			p.found.of = append(p.found.of, i)
			p.unit.Policies = append(p.unit.Policies, sources[i])
		} else {
			p.unit.Helpers = append(p.unit.Helpers, sources[i])
		}
	}
	return p
}
