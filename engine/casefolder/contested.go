package casefolder

import (
	"slices"
	"strconv"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/number"
)

// Lost is a contested fact whose other values the evidence no longer has, because
// the list that it stood in has other elements now.
type Lost struct {
	Pointer string           // where it stood
	Before  *facts.Node      // nil if the facts had nothing there
	Also    []facts.Attested // the values
	Why     Why
}

// Why is the reason for which contested values are lost.
type Why string

const (
	RowGone  Why = "row_gone"  // no element has its key now
	NoKey    Why = "no_key"    // nothing tells the elements of the list apart
	FactGone Why = "fact_gone" // the element has no such fact now
)

// KeepContested adds to the entries of lists whose elements are others than before
// the other values that the evidence attests: for each fact of an element that has
// the key it had, wherever in the list it stands now. What cannot be kept is
// returned beside them.
func KeepContested(evidence *facts.Evidence, before, now *facts.Document, below []string, entries []facts.EvidenceEntry) ([]facts.EvidenceEntry, []Lost) {
	var lost []Lost
	if evidence == nil || before == nil {
		return entries, nil
	}
	for _, e := range evidence.Entries {
		i := slices.IndexFunc(below, func(list string) bool { return strings.HasPrefix(e.Pointer, list+"/") })
		if i < 0 || len(e.Also) == 0 {
			continue
		}
		to, why := standsNow(e.Pointer, before.At(below[i]), now.At(below[i]))
		if n := now.At(to); why == "" && n == nil {
			why = FactGone
		}
		if why != "" {
			lost = append(lost, Lost{e.Pointer, before.At(e.Pointer), e.Also, why})
			continue
		}
		entries = contested(entries, e, to, now.At(to))
	}
	return entries, lost
}

// standsNow is where a fact within an element of a list stands now.
func standsNow(pointer string, was, now *facts.Node) (to string, why Why) {
	if was == nil || now == nil {
		return "", RowGone
	}
	number, within, _ := strings.Cut(strings.TrimPrefix(pointer, was.Pointer()+"/"), "/")
	i, err := strconv.Atoi(number)
	if err != nil || i < 0 || i >= was.Len() {
		return "", RowGone
	}
	if was.Schema == nil || was.Schema.Unique == "" {
		return "", NoKey
	}
	key := was.Elements()[i].Member(was.Schema.Unique)
	at := slices.IndexFunc(now.Elements(), func(n *facts.Node) bool {
		other := n.Member(was.Schema.Unique)
		return key != nil && other != nil && other.Text == key.Text
	})
	if at < 0 {
		return "", RowGone
	}
	return now.Pointer() + "/" + strconv.Itoa(at) + "/" + within, ""
}

// contested puts the other values of an entry to the one for that place. A value
// that is the adopted one now is no other.
func contested(entries []facts.EvidenceEntry, old facts.EvidenceEntry, to string, n *facts.Node) []facts.EvidenceEntry {
	also := slices.DeleteFunc(slices.Clone(old.Also), func(a facts.Attested) bool { return sameScalar(a.Value, string(n.JSON())) })
	if len(also) == 0 {
		return entries
	}
	at := slices.IndexFunc(entries, func(e facts.EvidenceEntry) bool { return e.Pointer == to })
	if at < 0 {
		fresh := facts.EvidenceEntry{Pointer: to, Source: old.Source}
		if around := enclosing(entries, to); around != nil {
			fresh.Source = around.Source
		}
		entries, at = append(entries, fresh), len(entries)
	}
	entries[at].Also, entries[at].Reason = also, old.Reason
	return entries
}

// enclosing is the entry for the least that a place stands in, nil for none.
func enclosing(entries []facts.EvidenceEntry, pointer string) (least *facts.EvidenceEntry) {
	for i, e := range entries {
		if strings.HasPrefix(pointer, e.Pointer+"/") && (least == nil || len(e.Pointer) > len(least.Pointer)) {
			least = &entries[i]
		}
	}
	return least
}

func sameScalar(a, b string) bool {
	x, errX := number.Parse(a)
	y, errY := number.Parse(b)
	return a == b || errX == nil && errY == nil && x.Equal(y)
}
