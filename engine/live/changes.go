package live

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Changes tells that something below some paths may have changed: by the
// system's reports, and by asking again from time to time where it has none.
type Changes struct {
	watcher *fsnotify.Watcher
	poll    time.Duration
	paths   []string
}

// NewChanges begins to watch folders with all below them, and files.
func NewChanges(poll time.Duration, paths ...string) (*Changes, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	c := &Changes{watcher: w, poll: poll, paths: paths}
	c.watchAll()
	return c, nil
}

// Close ends the watching.
func (c *Changes) Close() error { return c.watcher.Close() }

// Next waits for a change; false when ctx has ended. After the time of polling it
// returns without one.
func (c *Changes) Next(ctx context.Context) bool {
	c.watchAll() // folders may be new, or have been replaced
	timer := time.NewTimer(c.poll)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return false
		case <-timer.C:
			return true
		case <-c.watcher.Errors: // reports were lost: there was a change
			return true
		case event := <-c.watcher.Events:
			if !hidden(event.Name) && event.Op != fsnotify.Chmod {
				return true
			}
		}
	}
}

// watchAll watches every folder that is there now. What cannot be watched is
// polled.
func (c *Changes) watchAll() {
	for _, path := range c.paths {
		_ = c.watcher.Add(filepath.Dir(path)) // where a file or folder is replaced by another
		if info, err := os.Stat(path); err != nil || !info.IsDir() {
			continue
		}
		_ = filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return nil
			case !d.IsDir():
				return nil
			case name != path && hidden(name):
				return fs.SkipDir
			}
			_ = c.watcher.Add(name)
			return nil
		})
	}
}

// hidden tells files that are no part of a framework or case.
func hidden(path string) bool { return strings.HasPrefix(filepath.Base(path), ".") }
