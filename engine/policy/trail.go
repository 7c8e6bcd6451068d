package policy

import (
	"cmp"
	"slices"

	"rubric/engine/facts"
)

// Role is why a fact is cited.
type Role uint8

const (
	Condition  Role = iota // tested on the way
	Value                  // flowed into the share or the reason
	Collection             // its size or totality mattered
	Absent                 // an optional fact that is not there
	Existence              // only that it is there; never cited when something below it is
	Hole                   // a missing fact: what depended on it is unproven; never cited
)

// Cause is one place in the facts that a result depended on.
type Cause struct {
	Node *facts.Node
	// Key is "" unless the place is a member or element of Node that is not
	// there (Absent, Hole): then it is the member's name or the index.
	Key  string
	Role Role
}

// Pointer is the address of the place, a JSON Pointer (RFC 6901).
func (c Cause) Pointer() string {
	if c.Key == "" {
		return c.Node.Pointer()
	}
	return c.Node.Pointer() + "/" + facts.EscapePointer(c.Key)
}

// Trail is the list of reads on the way to a result. Languages append while
// they run, and cut when they backtrack.
type Trail struct {
	reads []Cause
	peak  int // the greatest length before a cut
}

// Read notes that n was read.
func (t *Trail) Read(n *facts.Node, role Role) { t.reads = append(t.reads, Cause{n, "", role}) }

// Gone notes that the member or element key of n was looked for and is not
// there; role is Absent or Hole.
func (t *Trail) Gone(n *facts.Node, key string, role Role) {
	t.reads = append(t.reads, Cause{n, key, role})
}

// Append adds reads that were noted elsewhere.
func (t *Trail) Append(reads []Cause) { t.reads = append(t.reads, reads...) }

// Mark is the present length, for Since and Cut.
func (t *Trail) Mark() int { return len(t.reads) }

// Since is a copy of what was noted after mark.
func (t *Trail) Since(mark int) []Cause { return slices.Clone(t.reads[mark:]) }

// Tail is what was noted after mark, to be looked at before anything else is
// noted or cut.
func (t *Trail) Tail(mark int) []Cause { return t.reads[mark:len(t.reads):len(t.reads)] }

// Reset forgets everything, and keeps the memory for another run unless it has
// become large.
func (t *Trail) Reset() {
	if cap(t.reads) > roomy {
		*t = Trail{}
		return
	}
	clear(t.reads[:max(t.peak, len(t.reads))]) // so that no document is held on to
	t.reads, t.peak = t.reads[:0], 0
}

// roomy is how many reads a trail may keep memory for.
const roomy = 1 << 12

// Cut forgets what was noted after mark.
func (t *Trail) Cut(mark int) {
	t.peak = max(t.peak, len(t.reads))
	t.reads = t.reads[:mark]
}

// Demote turns what flowed in after mark into mere conditions: for a caller
// that only tests what a helper returned.
func (t *Trail) Demote(mark int) {
	for i := range t.reads[mark:] {
		if t.reads[mark+i].Role == Value {
			t.reads[mark+i].Role = Condition
		}
	}
}

// Settle turns reads, in the order they happened, into causes: in the facts'
// order, each place once with its weightiest role (Value over Condition; a
// place that was looked into drops its mere Existence), without the root.
// Existence that stays is cited as Collection of an object or list. unproven
// tells whether a hole was among the reads, or the size of a list that is not
// known to be complete.
func Settle(reads []Cause) (causes []Cause, unproven bool) {
	var short [32]Cause
	sorted := append(short[:0], reads...)
	sortCauses(sorted)
	kept := sorted[:0]
	for i := 0; i < len(sorted); {
		c := sorted[i]
		for ; i < len(sorted) && samePlace(sorted[i], c); i++ {
			if heavier(sorted[i].Role, c.Role) {
				c.Role = sorted[i].Role
			}
		}
		unproven = unproven || c.open()
		if c, ok := c.cited(sorted[i:]); ok {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		return nil, unproven
	}
	return slices.Clone(kept), unproven
}

// Open tells whether a hole is among reads, or the size of a list that is not
// known to be complete.
func Open(reads []Cause) bool { return slices.ContainsFunc(reads, Cause.open) }

func (c Cause) open() bool { return c.Role == Hole || c.Role == Collection && c.Node.Partial() }

// sortCauses puts reads into the facts' order, those of one place in the order
// they happened. Most trails are short and nearly in order.
func sortCauses(reads []Cause) {
	if len(reads) > 2*few {
		slices.SortStableFunc(reads, compareCauses)
		return
	}
	for i := 1; i < len(reads); i++ {
		for j := i; j > 0 && compareCauses(reads[j], reads[j-1]) < 0; j-- {
			reads[j], reads[j-1] = reads[j-1], reads[j]
		}
	}
}

func samePlace(a, b Cause) bool { return a.Node == b.Node && a.Key == b.Key }

// cited is how a place is cited, if it is; after are the reads behind it in the
// facts' order.
func (c Cause) cited(after []Cause) (Cause, bool) {
	root := c.Node.Parent == nil && c.Key == ""
	switch {
	case root || c.Role == Hole || c.Role == Existence && c.lookedInto(after):
		return c, false
	case c.Role == Existence && (c.Node.Kind == facts.Object || c.Node.Kind == facts.List):
		c.Role = Collection
	case c.Role == Existence:
		c.Role = Condition
	}
	return c, true
}

// lookedInto tells whether a place below c was read: such places come right
// behind it. One that is not there does not count: c could go as well, and it
// would still not be there.
func (c Cause) lookedInto(after []Cause) bool {
	for _, r := range after {
		if r.Node != c.Node && !r.Node.IsBelow(c.Node) {
			return false
		}
		if r.Node != c.Node && r.Key == "" {
			return true
		}
	}
	return false
}

// heavier tells whether a place first noted as old is better cited as role.
func heavier(role, old Role) bool { return weight(role) > weight(old) }

func weight(r Role) int {
	switch r {
	case Existence:
		return 0
	case Condition:
		return 1
	default:
		return 2
	}
}

func compareCauses(a, b Cause) int {
	if c := facts.Compare(a.Node, b.Node); c != 0 {
		return c
	}
	return cmp.Compare(a.Key, b.Key)
}
