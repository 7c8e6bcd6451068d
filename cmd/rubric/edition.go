package main

import (
	"context"
	"errors"

	"rubric/engine"
	"rubric/engine/framework"
	"rubric/engine/gitrev"
	"rubric/engine/impact"
	"rubric/engine/message"
)

// edition is the framework that the user names where versions are compared: a
// folder, an archive, or a folder at a revision (git:REV:PATH).
func (d *desk) edition(ctx context.Context, name string) (*framework.Framework, error) {
	if !gitrev.Is(name) {
		return d.loadNew(d.frameworkNamed(name)) // not shared: it may be compared with itself
	}
	b, err := gitrev.Read(ctx, d.dir, name)
	if err != nil {
		return nil, err
	}
	return framework.LoadBundle(b, extensions())
}

// editions are two versions, compiled, with one schema where theirs are the
// same. What is wrong with both is told at once.
func (d *desk) editions(ctx context.Context, oldName, newName string) (old, new *engine.Rules, err error) {
	before, oldErr := d.edition(ctx, oldName)
	after, newErr := d.edition(ctx, newName)
	if err := bothProblems(oldErr, newErr); err != nil {
		return nil, nil, err
	}
	impact.Share(before, after)
	old, oldErr = engine.Compile(ctx, before, languages(d.limits)...)
	new, newErr = engine.Compile(ctx, after, languages(d.limits)...)
	return old, new, bothProblems(oldErr, newErr)
}

// bothProblems are the problems of two, or the first other error.
func bothProblems(errs ...error) error {
	var all message.Problems
	for _, err := range errs {
		var problems message.Problems
		if err != nil && !errors.As(err, &problems) {
			return err
		}
		all = append(all, problems...)
	}
	return all.Err()
}

// note takes over the problems that err consists of, and returns any other
// error.
func note(to *message.Problems, err error) error {
	var problems message.Problems
	if !errors.As(err, &problems) {
		return err
	}
	*to = append(*to, problems...)
	return nil
}
