package main

import (
	"context"
	"io"
	"os"

	"github.com/spf13/cobra"

	"rubric/engine"
	"rubric/engine/bundle"
	"rubric/engine/casefolder"
	"rubric/engine/live"
	"rubric/engine/signature"
)

// vigil evaluates one case again whenever its files or its rules change. Rules
// that are not in order leave the last good ones in use.
type vigil struct {
	*desk
	path      string // of the case
	framework string // path of its rules
	live      *live.Rules
}

// watchEval is rubric eval --watch. It ends with ctx; the exit code is that of
// the last evaluation.
func (a *app) watchEval(ctx context.Context, c *cobra.Command, s *settings, paths []string) (int, error) {
	if len(paths) != 1 {
		return 0, usage(c, "release.watch_one")
	}
	v := &vigil{desk: a.desk(s), path: paths[0]}
	if err := v.open(ctx); err != nil {
		return 0, err
	}
	changes, err := live.NewChanges(live.DefaultPoll, v.desk.path(v.path), v.desk.path(v.framework))
	if err != nil {
		return 0, complain("release.unwatchable", "error", cause(err))
	}
	defer changes.Close()
	return v.keep(ctx, changes)
}

// open loads the rules of the case for the first time.
func (v *vigil) open(ctx context.Context) error {
	if err := v.mustBeCase(v.path); err != nil {
		return err
	}
	c, err := casefolder.Load(v.desk.path(v.path))
	if err != nil {
		return err
	}
	if v.framework, err = v.frameworkOf(c, v.path); err != nil {
		return err
	}
	if err := v.mustBeFramework(v.framework); err != nil {
		return err
	}
	options := live.Options{Languages: languages(v.limits), Bases: (&trial{app: v.app, settings: v.settings, dir: v.framework}).bases}
	if len(v.keys) > 0 {
		options.Trust = func(ctx context.Context, b *bundle.Bundle) error {
			_, err := signature.Verify(ctx, b, v.keys, v.today)
			return err
		}
	}
	v.live, err = live.Open(ctx, v.desk.path(v.framework), options)
	return err
}

// keep evaluates, and again after each change.
func (v *vigil) keep(ctx context.Context, changes *live.Changes) (int, error) {
	code, told := v.once(ctx), ""
	before := v.stamp()
	v.tell(v.say("release.watching", "case", v.path, "framework", v.framework))
	for changes.Next(ctx) {
		swapped, err := v.live.Reload(ctx)
		if ctx.Err() != nil {
			break
		}
		wrong := ""
		if err != nil {
			wrong = v.reason(err)
		}
		if wrong != told {
			told = wrong
			v.tellRules(err)
		}
		if now := v.stamp(); swapped || now != before {
			before = now
			code = v.once(ctx)
		}
	}
	return code, nil
}

// once evaluates the case as it is now by the rules of now, and prints.
func (v *vigil) once(ctx context.Context) int {
	v.desk.rules[v.framework] = compiled{rules: v.live.Current()}
	e, err := v.evaluate(ctx, v.path)
	if err == nil {
		err = v.print(v.settings, func(w io.Writer) error {
			return v.renderEval(w, v.settings, []*engine.Assessment{e.assessment}, false)
		})
	}
	if err != nil {
		if ctx.Err() == nil {
			v.tell(v.reason(err)) // a slip is told; the next edit may mend it
		}
		return exitNotDone
	}
	return outcome(e.assessment)
}

// stamp is a digest of the case's files.
func (v *vigil) stamp() string {
	path := v.desk.path(v.path)
	if b, _ := bundle.Read(path); b != nil {
		return b.Digest()
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return bundle.File{Text: text}.Digest()
}

// tellRules says what is wrong with the rules, or that it is mended.
func (v *vigil) tellRules(err error) {
	version := v.live.Current().Framework.Version
	if err == nil {
		v.tell(v.say("release.rules_fine", "framework", v.framework, "version", version))
		return
	}
	v.tell(v.reason(err))
	v.tell(v.say("release.rules_kept", "framework", v.framework, "version", version))
}
