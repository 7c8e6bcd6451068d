package main

import (
	"bytes"
	"context"
	"io"

	"github.com/spf13/cobra"

	"rubric/engine"
	"rubric/engine/report"
)

func (a *app) evalCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "eval CASE…",
		Short:   a.say("cmd.eval_short"),
		Long:    a.say("cmd.eval_long"),
		Example: a.say("cmd.eval_example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"table", "json", "markdown"}
	a.settingFlags(c, can, "framework", "policies", "width", "date", keysKey)
	c.Flags().String("receipt", "", a.say("release.flag_receipt"))
	c.Flags().Bool("receipt-values", false, a.say("release.flag_receipt_values"))
	c.Flags().Bool("watch", false, a.say("release.flag_watch"))
	c.RunE = a.verb(can, a.eval)
	return c
}

// work is what a verb does; it returns an exit code.
type work func(context.Context, *cobra.Command, *settings, []string) (int, error)

// verb makes a cobra function of one that works with settings and returns an
// exit code.
func (a *app) verb(can formats, do work) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		s, err := a.settings(c, can)
		if err != nil {
			return err
		}
		if err := a.checkOutput(s.output, append(s.reads(), args...)); err != nil {
			return err
		}
		return a.timed(c, s, args, do)
	}
}

// intoCase is verb where the output is the folder of a case.
func (a *app) intoCase(can formats, do work) func(*cobra.Command, []string) error {
	return func(c *cobra.Command, args []string) error {
		s, err := a.settings(c, can)
		if err != nil {
			return err
		}
		return a.timed(c, s, args, do)
	}
}

// timed does a verb's work, for as long as the user gives it.
func (a *app) timed(c *cobra.Command, s *settings, args []string, do work) (err error) {
	ctx := c.Context()
	if s.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, s.timeout)
		defer cancel()
	}
	a.code, err = do(ctx, c, s, args)
	return err
}

func (a *app) eval(ctx context.Context, c *cobra.Command, s *settings, paths []string) (int, error) {
	if len(paths) == 0 {
		return 0, usage(c, "cmd.no_case")
	}
	r, err := a.receipts(c, s, paths)
	if err != nil {
		return 0, err
	}
	if watch, _ := c.Flags().GetBool("watch"); watch { // the flag is there
		if r.file != "" {
			return 0, usage(c, "release.watch_receipt")
		}
		return a.watchEval(ctx, c, s, paths)
	}
	d := a.desk(s)
	b := &batch{app: a, unsure: "cmd.with_open"}
	var assessments []*engine.Assessment
	err = b.each(ctx, paths, func(path string) (string, int, error) {
		e, err := d.evaluate(ctx, path)
		if err != nil {
			return nameOf(e, path), 0, err
		}
		d.notePrevious(e.Case, path)
		assessments = append(assessments, e.assessment)
		return e.ID, outcome(e.assessment), r.add(s, e, path)
	})
	if err != nil {
		return 0, err
	}
	if len(assessments) > 0 || s.isList(paths) {
		err = a.print(s, func(w io.Writer) error { return a.renderEval(w, s, assessments, len(paths) > 1) })
	}
	if err == nil {
		err = r.write()
	}
	b.summary()
	return b.code, err
}

// isList tells whether the result is a list, which there is even if it is empty.
func (s *settings) isList(paths []string) bool { return s.format == "json" && len(paths) > 1 }

// nameOf is the case's id, or the path if the case could not be read.
func nameOf(e evaluated, path string) string {
	if e.Case != nil && e.ID != "" {
		return e.ID
	}
	return path
}

// print renders a result, all of it, and delivers it.
func (a *app) print(s *settings, render func(io.Writer) error) error {
	var b bytes.Buffer
	if err := render(&b); err != nil {
		return err
	}
	return a.deliver(s.output, &b)
}

func (a *app) words() report.Words { return report.Words{Lang: a.lang, Catalogue: a.catalogue} }

// renderEval writes assessments; many tells whether several were asked for, so
// that JSON is an array even if only one of them could be evaluated.
func (a *app) renderEval(w io.Writer, s *settings, assessments []*engine.Assessment, many bool) error {
	switch s.format {
	case "json":
		if many {
			return report.JSONArray(w, assessments)
		}
		return report.JSON(w, assessments[0])
	case "markdown":
		return separated(w, assessments, func(x *engine.Assessment) error { return report.Markdown(w, x, a.words()) })
	}
	return separated(w, assessments, func(x *engine.Assessment) error { return report.Table(w, x, a.words(), s.width) })
}

// separated writes each, with an empty line between.
func separated[T any](w io.Writer, list []T, write func(T) error) error {
	for n, x := range list {
		if n > 0 {
			if _, err := io.WriteString(w, "\n"); err != nil {
				return err
			}
		}
		if err := write(x); err != nil {
			return err
		}
	}
	return nil
}
