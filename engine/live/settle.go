package live

import (
	"context"
	"slices"
	"time"

	"rubric/engine/bundle"
	"rubric/engine/framework"
)

// How long a folder must be quiet, in ticks, of which there are so many to the
// time of settling.
const (
	ticks = 4
	// batch is for what more than one file makes: who copies a release file by
	// file may be held up between two of them.
	batch = 5 * ticks
	// pauses is how many times the longest pause between two changes: who writes
	// slowly is given more time.
	pauses = 2
	most   = 2 * batch
)

// settling waits until what stands at a path has stopped changing.
type settling struct {
	good    look // what is evaluated with
	refused bool // what was quiet before was not in order: it may have been a part of this

	last    look
	quiet   int // ticks since the last change
	longest int // pause between two changes
}

// look is what was read at once.
type look struct {
	bundle *bundle.Bundle
	digest string // of all files, with those that are no part of the framework
	err    error
}

func (r *Rules) look() look {
	b, err := bundle.Read(r.path)
	if err != nil {
		return look{err: err}
	}
	return lookAt(b)
}

func lookAt(b *bundle.Bundle) look {
	beside := bundle.New("", []bundle.File{{Name: bundle.SignatureFile, Text: b.Signature}, {Name: bundle.ManifestFile, Text: b.Manifest}})
	return look{bundle: b, digest: b.Digest() + beside.Digest()}
}

func (l look) same(m look) bool { return l.digest == m.digest && text(l.err) == text(m.err) }

// settled reads the files until they have been the same for long enough. A tick
// that comes late counts as one all the same: where the machine is so busy that
// we are held up, so is who writes.
func (r *Rules) settled(ctx context.Context) (look, error) {
	s := &settling{refused: r.wrong.Load() != nil, last: r.look()}
	if current := r.current.Load(); current != nil {
		s.good = lookAt(current.Framework.Bundle)
	}
	for s.quiet < s.need() {
		select {
		case <-ctx.Done():
			return look{}, ctx.Err()
		case <-time.After(r.options.Settle / ticks):
		}
		s.see(r.look())
	}
	return s.last, s.last.err
}

func (s *settling) see(now look) {
	s.quiet++
	if !now.same(s.last) {
		s.longest = max(s.longest, s.quiet)
		s.last, s.quiet = now, 0
	}
}

// need is for how many ticks what was seen last must stay as it is.
func (s *settling) need() int {
	need := ticks
	switch {
	case s.good.bundle != nil && s.good.same(s.last):
		return 0
	case s.last.bundle != nil && s.last.bundle.Archive: // its checksum stands at its end
		return ticks
	case s.good.bundle != nil && !oneEdit(s.good.bundle, s.last.bundle):
		need = batch
	}
	if s.refused {
		need *= 2
	}
	return min(max(need, pauses*s.longest), most)
}

// oneEdit tells whether the text of one file is all that differs, and that file
// is not the tree with the version, as when an author saves.
func oneEdit(old, now *bundle.Bundle) bool {
	if now == nil || len(old.Files) != len(now.Files) {
		return false
	}
	differing := 0
	for i, f := range now.Files {
		was := old.Files[i]
		switch {
		case f.Name != was.Name || f.Name == framework.TreeFile && string(f.Text) != string(was.Text):
			return false
		case string(f.Text) != string(was.Text):
			differing++
		}
	}
	return differing <= 1 && slices.Equal(old.Signature, now.Signature)
}
