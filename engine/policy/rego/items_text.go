package rego

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ir"
)

// maxWordings is how many wordings of the constant parts of a text are looked
// at.
const maxWordings = 200

// nameByText names the scans whose turns can be read out of a formatted text: of
// its parts at most one is open (a fact), and what stands before and after it
// can be told from it, because no wording begins, or ends, like another.
func (in *insertion) nameByText(call *ir.CallStmt, a *analysis, named map[*ir.ScanStmt]bool, depth int) {
	w, ok := in.wording(call, a.code)
	if !ok || !apart(w.before, strings.HasPrefix) || !apart(w.after, strings.HasSuffix) {
		return
	}
	for _, s := range w.scans {
		named[s] = true
	}
	if w.open != nil {
		in.name(*w.open, a, named, true, depth)
	}
}

// apart tells whether no text begins (or ends) like another.
func apart(texts []string, like func(s, part string) bool) bool {
	for i, s := range texts {
		for j, part := range texts {
			if i != j && like(s, part) {
				return false
			}
		}
	}
	return true
}

// wording is what sprintf may write: every wording of what stands before and
// after the one part that is not constant.
type wording struct {
	before, after []string
	open          *ir.Operand
	scans         []*ir.ScanStmt // whose turns the constant parts depend on
}

func (in *insertion) wording(call *ir.CallStmt, c *code) (w wording, ok bool) {
	literals, ok := in.literals(call, c)
	if !ok {
		return w, false
	}
	parts := in.appended(in.origin(call.Args[1]))
	if len(parts) != len(literals)-1 {
		return w, false
	}
	w.before, w.after = []string{""}, []string{""}
	side := &w.before
	for i, literal := range literals {
		*side = combined(*side, []string{literal})
		if i == len(parts) {
			break
		}
		f := in.fixed(parts[i], c, 0)
		switch {
		case f == nil && w.open != nil:
			return w, false
		case f == nil:
			w.open, side = &parts[i], &w.after
			continue
		case f.scan != nil:
			w.scans = append(w.scans, f.scan)
		}
		if *side = combined(*side, f.texts()); len(*side) > maxWordings {
			return w, false
		}
	}
	return w, true
}

// literals are the texts around the verbs of a constant format of plain verbs.
func (in *insertion) literals(call *ir.CallStmt, c *code) ([]string, bool) {
	if call.Func != "sprintf" {
		return nil, false
	}
	f := in.fixed(call.Args[0], c, 0)
	if f == nil || f.scan != nil || len(f.values) != 1 {
		return nil, false
	}
	format, ok := f.values[0].(string)
	if !ok || strings.Contains(format, "%%") {
		return nil, false
	}
	literals := strings.Split(format, "%")
	for i, rest := range literals[1:] {
		if rest == "" || !strings.ContainsRune("svd", rune(rest[0])) {
			return nil, false
		}
		literals[i+1] = rest[1:]
	}
	return literals, true
}

// appended are the elements put into a list that is written out.
func (in *insertion) appended(list ir.Local) []ir.Operand {
	var all []ir.Operand
	walk(in.body, func(s ir.Stmt) {
		if add, ok := s.(*ir.ArrayAppendStmt); ok && add.Array == list {
			all = append(all, add.Value)
		}
	})
	return all
}

// texts are the values as sprintf writes them.
func (f *fixed) texts() []string {
	all := make([]string, len(f.values))
	for i, v := range f.values {
		s, ok := v.(string)
		if !ok {
			s = scalarText(v)
		}
		all[i] = s
	}
	return all
}

// combined is each of a followed by each of b.
func combined(a, b []string) []string {
	var all []string
	for _, x := range a {
		for _, y := range b {
			all = append(all, x+y)
		}
	}
	return all
}
