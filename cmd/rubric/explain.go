package main

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rubric/engine"
	"rubric/engine/framework"
	"rubric/engine/report"
)

func (a *app) explainCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "explain CASE… [INDICATOR…]",
		Short:   a.say("cmd.explain_short"),
		Long:    a.say("cmd.explain_long"),
		Example: a.say("cmd.explain_example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"text", "json", "markdown"}
	a.settingFlags(c, can, "framework", "policies", "width")
	c.Flags().StringSlice("indicator", nil, a.say("cmd.flag_indicator"))
	c.RunE = a.verb(can, a.explain)
	return c
}

func (a *app) explain(ctx context.Context, c *cobra.Command, s *settings, args []string) (int, error) {
	if len(args) == 0 {
		return 0, usage(c, "cmd.no_case")
	}
	ids, err := c.Flags().GetStringSlice("indicator")
	if err != nil {
		return 0, err
	}
	paths, named := a.casesAndIndicators(args)
	ids = append(ids, named...)
	d := a.desk(s)
	b := &batch{app: a}
	var assessments []*engine.Assessment
	err = b.each(ctx, paths, func(path string) (string, int, error) {
		e, err := d.evaluate(ctx, path)
		if err == nil {
			err = knownIndicators(e.rules.Framework, ids)
		}
		if err != nil {
			return caseName(e, path), 0, err
		}
		assessments = append(assessments, e.assessment)
		return e.ID, outcome(e.assessment), nil
	})
	if err != nil {
		return 0, err
	}
	if len(assessments) > 0 {
		err = a.print(s, func(w io.Writer) error { return a.renderExplain(w, s, assessments, ids, len(paths) > 1) })
	}
	b.summary()
	return b.code, err
}

// casesAndIndicators tells the cases among the arguments from the indicators:
// the first is a case, and so is whatever exists or looks like a path.
func (a *app) casesAndIndicators(args []string) (paths, ids []string) {
	for n, arg := range args {
		_, err := os.Stat(a.path(arg))
		if n == 0 || err == nil || strings.ContainsAny(arg, `/\.`) {
			paths = append(paths, arg)
		} else {
			ids = append(ids, arg)
		}
	}
	return paths, ids
}

func knownIndicators(fw *framework.Framework, ids []string) error {
	var known []string
	for _, i := range fw.Indicators() {
		known = append(known, i.ID)
	}
	for _, id := range ids {
		if slices.Contains(known, id) {
			continue
		}
		if near := closest(id, known); near != "" {
			return complain("cmd.unknown_indicator_suggest", "indicator", id, "framework", fw.ID, "suggestion", near)
		}
		return complain("cmd.unknown_indicator", "indicator", id, "framework", fw.ID, "known", known)
	}
	return nil
}

func (a *app) renderExplain(w io.Writer, s *settings, assessments []*engine.Assessment, ids []string, many bool) error {
	switch s.format {
	case "json":
		switch {
		case len(ids) == 0:
			return a.renderEval(w, s, assessments, many)
		case many:
			return report.IndicatorsJSONArray(w, assessments, ids)
		}
		return report.IndicatorsJSON(w, assessments[0], ids)
	case "markdown":
		return separated(w, assessments, func(x *engine.Assessment) error {
			return report.ExplainMarkdown(w, x, ids, a.words())
		})
	}
	return separated(w, assessments, func(x *engine.Assessment) error {
		return report.Explain(w, x, ids, a.words(), s.width)
	})
}
