// Package live keeps the rules of a framework's folder or archive ready while
// they are being edited. A new version takes the place of the old one only when
// it was read whole, compiles, and its cases pass; until then the last good one
// stays. Who evaluates takes the rules once and finishes on that version.
//
// # What is read whole
//
// A version is never made of files that were read while they changed: all of them
// must have the same bytes in several readings one after the other. It is surely
// what somebody released, whatever happens, where
//
//   - it is an archive, which has a checksum at its end, or
//   - Options.Trust asks for a signature, which is over every byte, or
//   - a new folder takes the old one's place by renaming.
//
// A folder that is written file by file shows in itself no sign of being complete.
// It is believed when it has been quiet for
//
//   - the time of settling, where one file was saved, other than framework.yaml;
//   - five times that, where more has changed: several files, files that came or
//     went, or framework.yaml with the version;
//   - twice as long, where what was quiet before was not in order (policies that
//     the tree names were missing, did not compile, or failed their cases);
//   - twice the longest pause between two changes, up to ten times the time of
//     settling.
//
// The time is counted in our own steps, so that it grows on a machine that is too
// busy for the one who writes. Somebody who changes one file of several, pauses
// for longer than the time of settling, and only then goes on, has released two
// versions: nothing can tell, unless the cases do. Each receipt names by its digest
// what stood there then.
package live

import (
	"context"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"rubric/engine"
	"rubric/engine/bundle"
	"rubric/engine/cases"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/policy"
)

// Options say how rules are loaded and watched.
type Options struct {
	Languages []policy.Language
	Bases     cases.Bases // facts on which cases build

	// Trust is asked before anything is made of the files, such as for a
	// signature; nil for no question.
	Trust func(ctx context.Context, b *bundle.Bundle) error

	// Settle is how long a folder must stay as it is before it is believed to
	// be whole, where one file was saved; 0 for DefaultSettle.
	Settle time.Duration
	// Poll is how often to look even if the system reports no change, as on
	// network drives; 0 for DefaultPoll.
	Poll time.Duration
}

// What is usual.
const (
	DefaultSettle = 200 * time.Millisecond
	DefaultPoll   = 2 * time.Second
)

// Rules are the rules at one path. They may be shared by goroutines.
type Rules struct {
	path    string
	options Options
	current atomic.Pointer[engine.Rules]
	wrong   atomic.Pointer[wrong]
	reload  sync.Mutex // one at a time
}

// wrong is why what stands at the path now is not taken.
type wrong struct {
	digest string // of what was looked at, "" if it could not be read
	err    error
}

// Open loads the rules at a path for the first time. The error is ctx's, or a
// message.Problems with what is wrong with them.
func Open(ctx context.Context, path string, options Options) (*Rules, error) {
	if options.Settle == 0 {
		options.Settle = DefaultSettle
	}
	if options.Poll == 0 {
		options.Poll = DefaultPoll
	}
	r := &Rules{path: path, options: options}
	now, err := r.settled(ctx)
	if err != nil {
		return nil, err
	}
	rules, err := r.prepare(ctx, now.bundle)
	if err != nil {
		return nil, err
	}
	r.current.Store(rules)
	return r, nil
}

// Current are the rules to evaluate with: the last good version. They stay valid
// whatever happens to the folder.
func (r *Rules) Current() *engine.Rules { return r.current.Load() }

// Wrong is what is wrong with what stands at the path, nil if that is Current.
func (r *Rules) Wrong() error {
	if w := r.wrong.Load(); w != nil {
		return w.err
	}
	return nil
}

// Reload looks at the path and takes what stands there if it is new and in
// order; swapped tells whether it did. The error is what Wrong returns from now
// on, or ctx's. What was refused before is not tried again until it changes.
func (r *Rules) Reload(ctx context.Context) (swapped bool, err error) {
	r.reload.Lock()
	defer r.reload.Unlock()
	now, err := r.settled(ctx)
	if err != nil {
		return false, r.refuse(ctx, "", err)
	}
	if now.bundle.Digest() == r.Current().Framework.Digest {
		r.wrong.Store(nil)
		return false, nil
	}
	if w := r.wrong.Load(); w != nil && w.digest == now.digest {
		return false, w.err
	}
	rules, err := r.prepare(ctx, now.bundle)
	if err != nil {
		return false, r.refuse(ctx, now.digest, err)
	}
	r.current.Store(rules)
	r.wrong.Store(nil)
	return true, nil
}

func (r *Rules) refuse(ctx context.Context, digest string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	r.wrong.Store(&wrong{digest, err})
	return err
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// prepare makes rules of files: trusted, loaded, compiled, and their cases pass.
func (r *Rules) prepare(ctx context.Context, b *bundle.Bundle) (*engine.Rules, error) {
	if r.options.Trust != nil {
		if err := r.options.Trust(ctx, b); err != nil {
			return nil, err
		}
	}
	var extensions []string
	for _, l := range r.options.Languages {
		extensions = append(extensions, l.Extension())
	}
	fw, err := framework.LoadBundle(b, extensions)
	if err != nil {
		return nil, err
	}
	rules, err := engine.Compile(ctx, fw, r.options.Languages...)
	if err != nil {
		return nil, err
	}
	return rules, r.tryCases(ctx, rules)
}

// tryCases names every case that does not pass.
func (r *Rules) tryCases(ctx context.Context, rules *engine.Rules) error {
	suites, err := cases.Suites(rules, r.options.Bases, func(string, string) bool { return true })
	if err != nil {
		return err
	}
	tested, err := cases.RunAll(ctx, rules, suites)
	if err != nil {
		return err
	}
	var problems message.Problems
	for _, t := range tested {
		for _, result := range t.Results {
			if !result.Passed() {
				problems.Add(message.Problem{File: filepath.Join(r.path, filepath.FromSlash(t.Suite.File)), Line: result.Case.Line,
					Message: message.New("live.case", "case", result.Case.Name, "indicator", t.Suite.Indicator)})
			}
		}
	}
	return problems.Err()
}

// Report is told of each reload that changed something: err is nil when what
// stands at the path is what is evaluated with, else why it is not.
type Report func(rules *engine.Rules, err error)

// Watch reloads after each change until ctx ends. Its error is that of watching;
// what is wrong with the rules goes to report, once.
func (r *Rules) Watch(ctx context.Context, report Report) error {
	changes, err := NewChanges(r.options.Poll, r.path)
	if err != nil {
		return err
	}
	defer changes.Close()
	told := ""
	for changes.Next(ctx) {
		swapped, err := r.Reload(ctx)
		if ctx.Err() != nil || !swapped && text(err) == told {
			continue
		}
		told = text(err)
		report(r.Current(), err)
	}
	return nil
}
