package main

import (
	"context"
	"sync"

	"rubric/engine/casefolder"
)

// caseAt reads the case at a path. Where no rules are ready yet, those that the
// head of the case names are made ready beside it, so that compile has them;
// what is wrong with them is said when they are asked for.
func (d *desk) caseAt(ctx context.Context, given string) (c *casefolder.Case, err error) {
	var aside sync.WaitGroup
	aside.Go(func() { c, err = casefolder.Load(d.path(given)) })
	if len(d.rules) == 0 {
		if dir := d.foreseen(given); dir != "" {
			_, _ = d.compile(ctx, dir)
		}
	}
	aside.Wait()
	return c, err
}

// foreseen is the folder of the framework that a case will need, "" where that
// takes more than its head to tell.
func (d *desk) foreseen(given string) string {
	if d.framework != "" {
		return d.frameworkNamed(d.framework)
	}
	head, err := casefolder.Head(d.path(given))
	if err != nil {
		return ""
	}
	if paths := d.pathsFor(head.Framework); len(paths) == 1 {
		return paths[0]
	}
	return ""
}
