package main

import (
	"context"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rubric/engine"
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
	if len(paths) == 1 && !isThere(a.path(paths[0])) && !looksLikePath(paths[0]) {
		return 0, usage(c, "cmd.explain_what", "argument", paths[0])
	}
	named = append(ids, named...)
	d := a.desk(s)
	b := &batch{app: a, unsure: "cmd.with_open"}
	var assessments []*engine.Assessment
	ids = nil
	err = b.each(ctx, paths, func(path string) (string, int, error) {
		e, err := d.evaluate(ctx, path)
		var found []string
		if err == nil {
			found, err = indicatorsNamed(e, named)
		}
		if err != nil {
			return nameOf(e, path), 0, err
		}
		ids = append(ids, found...)
		assessments = append(assessments, e.assessment)
		return e.ID, outcome(e.assessment), nil
	})
	if err != nil {
		return 0, err
	}
	if len(assessments) > 0 || s.isList(paths) {
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
		if n == 0 || err == nil || looksLikePath(arg) {
			paths = append(paths, arg)
		} else {
			ids = append(ids, arg)
		}
	}
	return paths, ids
}

func looksLikePath(arg string) bool { return strings.ContainsAny(arg, `/\.`) }

// indicatorsNamed are the ids of the indicators that have those ids or titles.
func indicatorsNamed(e evaluated, names []string) (ids []string, err error) {
	var known, titles []string
	for _, i := range e.assessment.Indicators {
		known, titles = append(known, i.ID), append(titles, i.Title)
	}
	for _, name := range names {
		at := slices.Index(known, name)
		if at < 0 {
			at = slices.Index(titles, name)
		}
		if at < 0 {
			return nil, unknownIndicator(e.rules.Framework.ID, name, known, titles)
		}
		ids = append(ids, known[at])
	}
	return ids, nil
}

func unknownIndicator(framework, name string, ids, titles []string) error {
	near := closest(name, ids)
	if near == "" {
		near = closest(name, titles)
	}
	if near != "" {
		return complain("cmd.unknown_indicator_suggest", "indicator", name, "framework", framework, "suggestion", near)
	}
	return complain("cmd.unknown_indicator", "indicator", name, "framework", framework, "known", ids)
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
