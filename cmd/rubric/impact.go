package main

import (
	"context"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"rubric/engine/cohort"
	"rubric/engine/impact"
	"rubric/engine/message"
	"rubric/engine/report"
)

func (a *app) impactCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "impact OLD NEW CASE…",
		Short:   a.say("impact.short"),
		Long:    a.say("impact.long"),
		Example: a.say("impact.example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"table", "json", "html"}
	a.settingFlags(c, can, "policies", "width")
	top := c.Flags().String("top", "", a.say("impact.flag_top"))
	c.RunE = a.verb(can, func(ctx context.Context, c *cobra.Command, s *settings, args []string) (int, error) {
		if len(args) < 3 {
			return 0, usage(c, "impact.need_arguments")
		}
		shown, err := howMany(*top)
		if err != nil {
			return 0, err
		}
		return a.impact(ctx, s, args[0], args[1], args[2:], shown)
	})
	return c
}

// mostShown is how many departments the table lists unless the user says
// otherwise.
const mostShown = 10

// howMany reads --top: a number, or all, which is 0.
func howMany(top string) (int, error) {
	switch n, err := strconv.Atoi(top); {
	case top == "":
		return mostShown, nil
	case top == "all":
		return 0, nil
	case err != nil || n < 1:
		return 0, complain("impact.bad_top", "value", top)
	default:
		return n, nil
	}
}

func (a *app) impact(ctx context.Context, s *settings, old, new string, paths []string, top int) (int, error) {
	d := a.desk(s)
	entries, err := a.cohort(paths)
	if err != nil {
		return 0, err
	}
	c := impact.Comparison{Progress: func(done, total int) { a.tell(a.say("impact.progress", "done", done, "total", total)) }}
	if c.Old, c.New, err = d.editions(ctx, old, new); err != nil {
		return 0, err
	}
	r, err := c.Run(ctx, entries)
	if err != nil {
		return 0, err
	}
	if len(r.Others) > 0 {
		a.tell(a.others(r))
	}
	if len(r.Cases) == 0 {
		for _, f := range r.Failed {
			a.tell(a.reason(f.Err))
		}
		return 0, complain("impact.none")
	}
	err = a.print(s, func(w io.Writer) error { return a.renderImpact(w, s, r, top) })
	return impactCode(r), err
}

// others names the cases that the versions are not for, and their frameworks.
func (a *app) others(r *impact.Report) string {
	var names []string
	for _, o := range r.Others {
		names = append(names, a.say("impact.other", "case", o.Case, "framework", o.Framework))
	}
	return a.say("impact.others", "count", len(names), "cases", names)
}

// cohort is the cases at all paths.
func (a *app) cohort(paths []string) ([]cohort.Entry, error) {
	var all []cohort.Entry
	var problems message.Problems
	for _, path := range paths {
		entries, err := cohort.Find(a.path(path))
		if err := note(&problems, err); err != nil {
			return nil, err
		}
		all = append(all, entries...)
	}
	return all, problems.Err()
}

// impactCode is 2 if a case could not be compared, else 3 if the new version
// leaves something open.
func impactCode(r *impact.Report) int {
	code := exitDone
	for _, c := range r.Cases {
		if c.New.Score == nil {
			code = exitOpen
		}
	}
	if len(r.Failed) > 0 {
		code = exitNotDone
	}
	return code
}

func (a *app) renderImpact(w io.Writer, s *settings, r *impact.Report, top int) error {
	switch s.format {
	case "json":
		return report.ImpactJSON(w, r, a.words())
	case "html":
		return report.ImpactHTML(w, r, a.words())
	}
	return report.ImpactTable(w, r, a.words(), s.width, top)
}
