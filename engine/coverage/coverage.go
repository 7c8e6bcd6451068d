// Package coverage finds which lines and branches of policies the cases beside
// them use, and says of the others which case is lacking.
package coverage

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"rubric/engine"
	"rubric/engine/cases"
	"rubric/engine/message"
	"rubric/engine/policy"
	"rubric/engine/policy/probe"
)

// Language is a policy language that can watch a policy.
type Language interface {
	policy.Language
	// Probed is the language with a recorder of what is used of the one policy
	// that it then compiles.
	Probed(*probe.Recorder) policy.Language
}

// File is one policy or helper file and what was used of it.
type File struct {
	Name  string // relative to the framework's folder
	Text  []byte
	Parts []Part
}

// Part is a part of a policy and how often it was used.
type Part struct {
	probe.Point
	probe.Count
}

// Run runs suites and counts what they use. Cases with missing facts, or in
// which the policy fails, count for nothing: what they do not reach may be for
// want of the fact. The error is ctx's, or says that a policy does not compile.
func Run(ctx context.Context, rules *engine.Rules, suites []*cases.Ready, languages []Language) ([]File, error) {
	all := make([][]Part, len(suites))
	errs := make([]error, len(suites))
	var wait sync.WaitGroup
	for i, s := range suites {
		wait.Go(func() { all[i], errs[i] = run(ctx, rules, s, languages) })
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return gather(rules, slices.Concat(all...)), nil
}

// run counts what the cases of one policy use.
func run(ctx context.Context, rules *engine.Rules, s *cases.Ready, languages []Language) ([]Part, error) {
	for _, l := range languages {
		unit, ok := rules.Unit(s.Indicator, l)
		if !ok {
			continue
		}
		recorder := &probe.Recorder{}
		watched, err := l.Probed(recorder).Compile(ctx, unit)
		if err != nil {
			return nil, err
		}
		return count(ctx, rules.With(s.Indicator, watched[0]), s, recorder)
	}
	return nil, nil
}

func count(ctx context.Context, rules *engine.Rules, s *cases.Ready, recorder *probe.Recorder) ([]Part, error) {
	total := recorder.Take() // what is worked out once, when the policy is compiled
	for i := range s.Cases {
		r, err := s.One(ctx, rules, i)
		if err != nil {
			return nil, err
		}
		counts := recorder.Take()
		if r.Got.Outcome == engine.Undetermined || r.Got.Outcome == engine.Failed {
			continue
		}
		for n := range counts {
			total[n] = total[n].Add(counts[n])
		}
	}
	var parts []Part
	first := map[string]int{} // of the points of a file; those it comes after are of the same
	for n, p := range recorder.Points {
		if _, seen := first[p.File]; !seen {
			first[p.File] = n
		}
		if p.After >= 0 {
			p.After -= first[p.File]
		}
		parts = append(parts, Part{p, total[n]})
	}
	return parts, nil
}

// gather puts parts under their files: those of a helper are used by the cases
// of several policies.
func gather(rules *engine.Rules, parts []Part) []File {
	var files []File
	sources := rules.Framework.Files
	if own := rules.Framework.Aggregator; own.File != "" {
		sources = append(slices.Clone(sources), own)
	}
	for _, source := range sources {
		f := File{Name: source.File, Text: source.Text}
		for _, p := range parts {
			if p.File != source.File {
				continue
			}
			at := slices.IndexFunc(f.Parts, func(q Part) bool { return samePlace(p.Point, q.Point) })
			if at < 0 {
				f.Parts = append(f.Parts, p)
				continue
			}
			f.Parts[at].Count = f.Parts[at].Count.Add(p.Count)
		}
		if source.Indicator == "" && !f.used() {
			continue // reconciliation uses it, whose checks are not watched
		}
		if len(f.Parts) > 0 {
			files = append(files, f)
		}
	}
	return files
}

// used tells whether any part was reached.
func (f File) used() bool {
	return slices.ContainsFunc(f.Parts, func(p Part) bool { return p.Count.Reached > 0 })
}

func samePlace(a, b probe.Point) bool {
	return a.Line == b.Line && a.Column == b.Column && a.Text == b.Text && a.Condition() == b.Condition()
}

// Share is how many of all are used.
type Share struct{ Used, All int }

// Add is both together.
func (s Share) Add(t Share) Share { return Share{s.Used + t.Used, s.All + t.All} }

// Lines are the lines on which something begins that can be used; a line is used
// when all that begins on it was reached.
func (f File) Lines() Share {
	var s Share
	for _, l := range f.ByLine() {
		s.All++
		if l.Reached() {
			s.Used++
		}
	}
	return s
}

// Branches are the answers of conditions, two each.
func (f File) Branches() Share {
	var s Share
	for _, p := range f.Parts {
		if !p.Condition() {
			continue
		}
		s.All += 2
		if p.Held > 0 {
			s.Used++
		}
		if p.Failed > 0 {
			s.Used++
		}
	}
	return s
}

// Line is a line of a file with its parts.
type Line struct {
	Number int
	Parts  []Part
}

// Reached tells whether all parts of a line were reached.
func (l Line) Reached() bool {
	return !slices.ContainsFunc(l.Parts, func(p Part) bool { return p.Count.Reached == 0 })
}

// Hits is how often the part of a line that was reached least was.
func (l Line) Hits() int64 {
	least := l.Parts[0].Count.Reached
	for _, p := range l.Parts {
		least = min(least, p.Count.Reached)
	}
	return least
}

// ByLine are the lines on which parts begin, from the top.
func (f File) ByLine() []Line {
	var lines []Line
	sorted := slices.Clone(f.Parts)
	slices.SortStableFunc(sorted, func(a, b Part) int { return cmp.Or(a.Line-b.Line, a.Column-b.Column) })
	for _, p := range sorted {
		if n := len(lines); n == 0 || lines[n-1].Number != p.Line {
			lines = append(lines, Line{Number: p.Line})
		}
		last := &lines[len(lines)-1]
		last.Parts = append(last.Parts, p)
	}
	return lines
}

// Gap is something that no case uses.
type Gap struct {
	Line, Column int
	Text         string
	Reason       message.Message
	Follows      bool // from another gap: who fills that fills this
}

// Gaps are what no case uses of a file, from the top.
func (f File) Gaps() []Gap {
	var gaps []Gap
	for _, l := range f.ByLine() {
		for _, p := range l.Parts {
			switch {
			case p.Count.Reached == 0:
				reason, follows := f.unreached(p)
				gaps = append(gaps, Gap{p.Line, p.Column, p.Text, reason, follows})
			case !p.Condition():
			case p.Held == 0:
				gaps = append(gaps, Gap{p.Line, p.Column, p.Text, message.New("coverage.never_true", "holds", p.Holds), false})
			case p.Failed == 0:
				gaps = append(gaps, Gap{p.Line, p.Column, p.Text, neverFalse(p), false})
			}
		}
	}
	return gaps
}

func neverFalse(p Part) message.Message {
	if p.Fails != "" {
		return message.New("coverage.never_comparison", "fails", p.Fails)
	}
	return message.New("coverage.never_false", "holds", p.Holds)
}

// unreached says why a part was not reached, and whether that is a gap itself.
func (f File) unreached(p Part) (reason message.Message, follows bool) {
	if p.After < 0 || p.After >= len(f.Parts) {
		return message.New("coverage.unreached", "text", p.Text), false
	}
	before := f.Parts[p.After]
	switch {
	case before.Count.Reached == 0:
		return message.New("coverage.unreached_after", "line", before.Line), true
	case before.Condition() && before.Held == 0:
		return message.New("coverage.unreached_unless", "holds", before.Holds, "line", before.Line), true
	case before.Condition():
		return message.New("coverage.unreached_if", "holds", before.Holds, "line", before.Line), true
	}
	return message.New("coverage.unreached_loop", "text", before.Text, "line", before.Line), false
}
