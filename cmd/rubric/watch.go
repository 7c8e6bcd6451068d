package main

import (
	"context"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// quietTime is how long a folder must be quiet after a change: editors write a
// file in several steps.
const quietTime = 150 * time.Millisecond

// watched runs the cases, and again after each change of the framework's
// folder, until ctx ends. The exit code is that of the last run.
func (t *trial) watched(ctx context.Context) (int, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return 0, complain("test.unwatchable", "folder", t.dir, "error", cause(err))
	}
	defer w.Close()
	if err := t.mustBeFramework(t.dir); err != nil {
		return 0, err
	}
	for {
		// All folders are watched before the run, so that no change is missed.
		if err := watchAll(w, t.path(t.dir)); err != nil {
			return 0, complain("test.unwatchable", "folder", t.dir, "error", cause(err))
		}
		code, err := t.once(ctx)
		if err != nil && ctx.Err() == nil {
			t.tell(t.reason(err)) // a broken edit is told; the next may mend it
			code = exitNotDone
		}
		t.tell(t.say("test.watching", "folder", t.dir))
		changed, more := nextChange(ctx, w)
		if !more {
			return code, nil
		}
		if short, err := filepath.Rel(t.path(t.dir), changed); err == nil {
			changed = filepath.Join(t.dir, short)
		}
		t.tell(t.say("test.changed", "file", changed))
	}
}

// watchAll watches a folder and all below it, but hidden ones.
func watchAll(w *fsnotify.Watcher, dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !d.IsDir():
			return nil
		case path != dir && hidden(path):
			return fs.SkipDir
		}
		return w.Add(path)
	})
}

// hidden tells files that are no part of a framework, such as what editors
// leave behind.
func hidden(path string) bool {
	name := filepath.Base(path)
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~")
}

// nextChange waits for a change, and until no more follow: the first file that
// changed, or false when ctx ended.
func nextChange(ctx context.Context, w *fsnotify.Watcher) (file string, more bool) {
	var quiet <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return "", false
		case event, ok := <-w.Events:
			if !ok {
				return "", false
			}
			if hidden(event.Name) || event.Op == fsnotify.Chmod {
				continue
			}
			if file == "" {
				file = event.Name
			}
			quiet = time.After(quietTime)
		case _, ok := <-w.Errors: // events were lost: there was a change
			if !ok {
				return "", false
			}
			quiet = time.After(quietTime)
		case <-quiet:
			return file, true
		}
	}
}
