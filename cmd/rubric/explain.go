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
	"rubric/engine/sensitivity"
)

func (a *app) explainCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "explain CASE… [INDICATOR…]",
		Short:   a.say("cmd.explain_short"),
		Long:    a.say("cmd.explain_long"),
		Example: a.say("cmd.explain_example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"text", "json", "markdown", "html"}
	a.settingFlags(c, can, "framework", "policies", "width", "date", keysKey)
	c.Flags().StringSlice("indicator", nil, a.say("cmd.flag_indicator"))
	c.Flags().Bool("sensitivity", false, a.say("cmd.flag_sensitivity"))
	c.Flags().Bool("counterfactual", false, a.say("cmd.flag_counterfactual"))
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
	of, err := explained(c)
	if err != nil {
		return 0, err
	}
	if s.format == "html" && of != ofSensitivity {
		return 0, usage(c, "cmd.html_sensitivity")
	}
	paths, named := a.casesAndIndicators(args)
	if len(paths) == 1 && !isThere(a.path(paths[0])) && !looksLikePath(paths[0]) {
		return 0, usage(c, "cmd.explain_what", "argument", paths[0])
	}
	named = append(ids, named...)
	d := a.desk(s)
	b := &batch{app: a, unsure: "cmd.with_open"}
	x := explanation{of: of, many: len(paths) > 1}
	err = b.each(ctx, paths, func(path string) (string, int, error) {
		e, err := d.evaluate(ctx, path)
		var found []string
		if err == nil {
			found, err = indicatorsNamed(e, named)
		}
		if err != nil {
			return nameOf(e, path), 0, err
		}
		if err := x.add(ctx, e, found); err != nil {
			return e.ID, 0, err
		}
		return e.ID, outcome(e.assessment), nil
	})
	if err != nil {
		return 0, err
	}
	if len(x.assessments) > 0 || s.isList(paths) {
		err = a.print(s, func(w io.Writer) error { return a.renderExplain(w, s, x) })
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

// looksLikePath tells a path from an id: an element's has a dot in it, as in
// output.3.
func looksLikePath(arg string) bool {
	return strings.ContainsAny(arg, `/\`) || strings.HasPrefix(arg, ".") || strings.HasSuffix(arg, ".json")
}

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

// The kinds of explanation.
const (
	ofPoints         = "points" // why each point was lost
	ofSensitivity    = "sensitivity"
	ofCounterfactual = "counterfactual"
)

// explained is the kind that the flags ask for.
func explained(c *cobra.Command) (string, error) {
	of := ofPoints
	for _, kind := range []string{ofSensitivity, ofCounterfactual} {
		asked, err := c.Flags().GetBool(kind)
		switch {
		case err != nil:
			return "", err
		case asked && of != ofPoints:
			return "", usage(c, "cmd.flags_exclude", "one", "--"+of, "other", "--"+kind)
		case asked:
			of = kind
		}
	}
	return of, nil
}

// explanation is what is explained of some cases.
type explanation struct {
	of   string
	many bool // several cases were asked for
	ids  []string

	assessments     []*engine.Assessment
	counterfactuals []*engine.Counterfactual // one for each assessment, if that is asked for
}

// add takes a case on; ids are the indicators named.
func (x *explanation) add(ctx context.Context, e evaluated, ids []string) error {
	if x.of == ofCounterfactual {
		c, err := sensitivity.Counter(ctx, e.rules, e.input, e.assessment, ids)
		if err != nil {
			return err
		}
		x.counterfactuals = append(x.counterfactuals, c)
	}
	if x.of == ofPoints {
		if err := checkedFor(ctx, e, ids); err != nil {
			return err
		}
	}
	x.ids = append(x.ids, ids...)
	x.assessments = append(x.assessments, e.assessment)
	return nil
}

// checkedFor adds to the indicators with those ids that have full marks what they
// were checked for.
func checkedFor(ctx context.Context, e evaluated, ids []string) (err error) {
	for i := range e.assessment.Indicators {
		in := &e.assessment.Indicators[i]
		if in.Outcome != engine.Full || !slices.Contains(ids, in.ID) {
			continue
		}
		if in.Basis, err = e.rules.Basis(ctx, e.input, in.ID); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) renderExplain(w io.Writer, s *settings, x explanation) error {
	switch {
	case x.of == ofSensitivity:
		return a.renderSensitivity(w, s, x)
	case x.of == ofCounterfactual:
		return a.renderCounterfactual(w, s, x)
	case s.format == "json" && len(x.ids) == 0:
		return a.renderEval(w, s, x.assessments, x.many)
	case s.format == "json" && x.many:
		return report.IndicatorsJSONArray(w, x.assessments, x.ids)
	case s.format == "json":
		return report.IndicatorsJSON(w, x.assessments[0], x.ids)
	case s.format == "markdown":
		return separated(w, x.assessments, func(one *engine.Assessment) error {
			return report.ExplainMarkdown(w, one, x.ids, a.words())
		})
	}
	return separated(w, x.assessments, func(one *engine.Assessment) error {
		return report.Explain(w, one, x.ids, a.words(), s.width)
	})
}

func (a *app) renderSensitivity(w io.Writer, s *settings, x explanation) error {
	switch s.format {
	case "json":
		return report.SensitivityJSON(w, x.assessments, x.many)
	case "html":
		return report.SensitivityHTML(w, x.assessments, a.words())
	case "markdown":
		return separated(w, x.assessments, func(one *engine.Assessment) error {
			return report.SensitivityMarkdown(w, one, a.words())
		})
	}
	return separated(w, x.assessments, func(one *engine.Assessment) error {
		return report.Sensitivity(w, one, a.words(), s.width)
	})
}

func (a *app) renderCounterfactual(w io.Writer, s *settings, x explanation) error {
	of := map[*engine.Assessment]*engine.Counterfactual{}
	var all []report.CounterfactualOf
	for i, one := range x.assessments {
		of[one] = x.counterfactuals[i]
		all = append(all, report.CounterfactualOf{Case: one.Case, Counterfactual: x.counterfactuals[i]})
	}
	switch s.format {
	case "json":
		return report.CounterfactualJSON(w, all, x.many)
	case "markdown":
		return separated(w, x.assessments, func(one *engine.Assessment) error {
			return report.CounterfactualMarkdown(w, one, of[one], a.words())
		})
	}
	return separated(w, x.assessments, func(one *engine.Assessment) error {
		return report.Counterfactual(w, one, of[one], a.words(), s.width)
	})
}
