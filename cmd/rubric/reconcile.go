package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"rubric/engine/reconcile"
	"rubric/engine/report"
	"rubric/engine/years"
)

func (a *app) reconcileCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "reconcile CASE…",
		Short:   a.say("reconcile.short"),
		Long:    a.say("reconcile.long"),
		Example: a.say("reconcile.example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"table", "json", "markdown"}
	a.settingFlags(c, can, "framework", "policies", "width")
	c.RunE = a.verb(can, a.reconcile)
	return c
}

// reconcile looks for facts that contradict each other: the exit code is exitNo
// if some do, exitOpen if a check could not be completed.
func (a *app) reconcile(ctx context.Context, c *cobra.Command, s *settings, paths []string) (int, error) {
	if len(paths) == 0 {
		return 0, usage(c, "cmd.no_case")
	}
	d := a.desk(s)
	b := &batch{app: a, unsure: "reconcile.with_open"}
	var all []report.Reconciled
	err := b.each(ctx, paths, func(path string) (string, int, error) {
		e, err := d.open(ctx, path)
		if err != nil {
			return nameOf(e, path), 0, err
		}
		chain, compared := d.predecessors(ctx, path, e)
		r, err := reconciled(ctx, e, chain)
		if err != nil {
			return e.ID, 0, err
		}
		all = append(all, r)
		return e.ID, worse(compared, consistency(r)), nil
	})
	if err != nil {
		return 0, err
	}
	if len(all) > 0 || s.isList(paths) {
		err = a.print(s, func(w io.Writer) error { return a.renderReconciled(w, s, all, len(paths) > 1) })
	}
	b.summary()
	return b.code, err
}

// predecessors are a case and those before it, as far as they are there; one that
// is not where its name says is told of. One that cannot be read leaves the
// comparison open: that is the code then.
func (d *desk) predecessors(ctx context.Context, path string, e evaluated) (chain []years.Case, code int) {
	year, ok := years.Period(e.Period)
	if !ok || e.Previous == "" {
		return nil, exitDone
	}
	chain, gone, err := d.before(ctx, path, years.Case{Case: e.input, Year: year}, e.Previous)
	if err != nil {
		gone, code = err, exitOpen
	}
	if gone != nil && ctx.Err() == nil {
		d.tell(d.say("reconcile.no_previous"))
		d.tell(indented(d.reason(gone)))
	}
	return chain, code
}

func reconciled(ctx context.Context, e evaluated, chain []years.Case) (report.Reconciled, error) {
	found, err := reconcile.Run(ctx, e.rules, e.input, chain...)
	if err != nil {
		return report.Reconciled{}, err
	}
	if err := found.Weigh(ctx, e.rules, e.input); err != nil {
		return report.Reconciled{}, err
	}
	fw, ref := e.rules.Head(e.input)
	return report.NewReconciled(fw, ref, found), nil
}

// consistency is the exit code for what was found.
func consistency(r report.Reconciled) int {
	code := exitDone
	if r.Errors > 0 {
		code = exitNo
	}
	if len(r.Open) > 0 {
		code = worse(code, exitOpen)
	}
	return code
}

func (a *app) renderReconciled(w io.Writer, s *settings, all []report.Reconciled, many bool) error {
	switch s.format {
	case "json":
		return report.ReconciliationJSON(w, all, many)
	case "markdown":
		return separated(w, all, func(r report.Reconciled) error { return report.ReconciliationMarkdown(w, r, a.words()) })
	}
	return separated(w, all, func(r report.Reconciled) error { return report.Reconciliation(w, r, a.words(), s.width) })
}
