// Package ballots hands the experts of a panel (专家组) a workbook to mark a case
// in, a sheet for each expert, and reads their marks back. The rule score stands
// beside each mark and cannot be changed.
package ballots

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"rubric/engine"
	"rubric/engine/message"
	"rubric/engine/panel"
)

// Form is what a panel is asked about a case.
type Form struct {
	Case    engine.CaseRef
	Items   []engine.Indicator // by the rules alone
	Experts []panel.Expert
	Before  *panel.Panel // marks that were given already; nil for none

	Say func(id string, pairs ...any) string // our own words, in the framework's language
}

// The columns of a sheet, its head and its first row of an indicator.
const (
	colTitle = iota + 1
	colRule
	colWeight
	colRuleScore
	colScore
	colOpinion
	colInvalid
	colID
	columns = colID

	headRow  = 3
	firstRow = 4
)

// The columns of the sheet of reasons that are not as above.
const (
	reasonColumn  = colRule
	reasonColumns = 5
	reasonID      = 5
)

// metaSheet is the hidden sheet that says what the workbook is for.
const metaSheet = "rubric"

// metaExperts is the row of metaSheet in which the experts begin.
const metaExperts = 4

// identity is what a workbook must share with the case to be read for it: the
// same indicators with the same weights.
func (f *Form) identity() [][2]string {
	h := sha256.New()
	for _, i := range f.Items {
		fmt.Fprintf(h, "%s %s\n", i.ID, i.Weight)
	}
	return [][2]string{{"format", "rubric.ballots/v1"}, {"case", f.Case.ID}, {"indicators", fmt.Sprintf("sha256:%x", h.Sum(nil))}}
}

// sheetName is the sheet of an expert.
func (f *Form) sheetName(e panel.Expert) string { return f.clean(e.Name, e.ID) }

// clean is a name that a sheet can have; names that are alike get the id as well.
func (f *Form) clean(name, id string) string {
	alike := 0
	for _, e := range f.Experts {
		if strings.EqualFold(e.Name, name) {
			alike++
		}
	}
	if alike > 1 || strings.EqualFold(name, metaSheet) || name == f.Say("ballots.reasons") {
		name += " " + id
	}
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) || r < ' ' {
			return -1
		}
		return r
	}, name)
	runes := []rune(strings.TrimSpace(clean))
	return string(runes[:min(len(runes), 31)])
}

// ParseExperts reads experts as people list them: names, parted by commas, each
// with an id before "=" where it is to have another one than its name. The error
// is a message.Problems.
func ParseExperts(text string) ([]panel.Expert, error) {
	var all []panel.Expert
	var problems message.Problems
	seen := map[string]bool{}
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、;；", r) }) {
		id, name, found := strings.Cut(strings.TrimSpace(part), "=")
		if !found {
			name = id
		}
		e := panel.Expert{ID: strings.TrimSpace(id), Name: strings.TrimSpace(name)}
		switch {
		case e.ID == "" || e.Name == "":
			problems.Add(message.Problem{Message: message.New("ballots.expert", "text", part)})
		case seen[e.ID]:
			problems.Add(message.Problem{Message: message.New("panel.same_expert", "id", e.ID)})
		}
		seen[e.ID] = true
		all = append(all, e)
	}
	return all, problems.Err()
}
