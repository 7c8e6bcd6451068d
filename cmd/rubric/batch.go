package main

import (
	"context"
	"strings"
)

// batch does something with each of several cases. It shows progress if there
// is more than one, goes on past a bad one, and says at the end which were
// bad. Only a run that was cancelled, or whose time was up, ends early.
type batch struct {
	*app
	total  int
	unsure string   // the sentence for what is done but leaves something open, "" for none
	open   []string // the names of those
	failed []string // a line for each bad case
	code   int
}

// each calls do for every case; do returns the case's name, its exit code, and
// an error if it could not be done.
func (b *batch) each(ctx context.Context, paths []string, do func(path string) (string, int, error)) error {
	b.total = len(paths)
	for n, path := range paths {
		name, code, err := do(path)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil && b.total == 1 {
			return err
		}
		b.progress(n+1, name, code, err)
		if err != nil {
			code = exitNotDone
		}
		b.code = worse(b.code, code)
	}
	return nil
}

func (b *batch) progress(n int, name string, code int, err error) {
	switch {
	case b.total == 1:
		return
	case err == nil && code == exitOpen && b.unsure != "":
		b.open = append(b.open, name)
		b.tell(b.say("cmd.progress_with", "number", n, "total", b.total, "case", name, "what", b.say(b.unsure)))
		return
	case err == nil:
		b.tell(b.say("cmd.progress_done", "number", n, "total", b.total, "case", name))
		return
	}
	reason := b.reason(err)
	b.tell(b.say("cmd.progress_failed", "number", n, "total", b.total, "case", name))
	b.tell(indented(reason))
	first, _, _ := strings.Cut(reason, "\n")
	if !strings.HasPrefix(first, name) {
		first = b.say("cmd.failed_case", "case", name, "reason", first)
	}
	b.failed = append(b.failed, first)
}

// summary says at the end what became of several cases.
func (b *batch) summary() {
	if b.total == 1 {
		return
	}
	if len(b.failed) == 0 {
		b.tell(b.say("cmd.summary_done", "total", b.total))
	} else {
		b.tell(b.say("cmd.summary_failed", "total", b.total, "failed", len(b.failed)))
	}
	for _, line := range b.failed {
		b.tell("  " + line)
	}
	if len(b.open) > 0 {
		b.tell(b.say("cmd.summary_open", "count", len(b.open), "what", b.say(b.unsure), "cases", b.open))
	}
}
