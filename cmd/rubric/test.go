package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"rubric/engine"
	"rubric/engine/cases"
	"rubric/engine/coverage"
	"rubric/engine/framework"
	"rubric/engine/mutate"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
	"rubric/engine/report"
)

func (a *app) testCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "test DIR [INDICATOR…]",
		Short:   a.say("test.short"),
		Long:    a.say("test.long"),
		Example: a.say("test.example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"text", "json", "junit"}
	a.settingFlags(c, can, "width")
	c.Flags().String("run", "", a.say("test.flag_run"))
	c.Flags().Bool("coverage", false, a.say("coverage.flag"))
	c.Flags().String("coverage-format", "", a.say("coverage.flag_format", "formats", strings.Join(coverageFormats, "|"), "default", coverageFormats[0]))
	complete(c, "coverage-format", coverageFormats...)
	c.Flags().Bool("mutate", false, a.say("mutate.flag"))
	c.Flags().Bool("watch", false, a.say("test.flag_watch"))
	c.RunE = a.verb(can, a.test)
	return c
}

// coverageFormats are the forms of the coverage, the usual one first. All but
// text take the place of the usual result.
var coverageFormats = []string{"text", "json", "annotate", "lcov"}

// trial is one invocation of the verb.
type trial struct {
	*app
	*settings
	dir        string
	indicators []string
	run        *regexp.Regexp
	watch      bool
	mutate     bool
	coverage   string // format, "" for none
}

func (a *app) test(ctx context.Context, c *cobra.Command, s *settings, args []string) (int, error) {
	if len(args) == 0 {
		return 0, usage(c, "cmd.no_framework_folder")
	}
	t := &trial{app: a, settings: s, dir: a.desk(s).frameworkNamed(args[0]), indicators: args[1:]}
	if err := t.options(c); err != nil {
		return 0, err
	}
	if t.watch {
		return t.watched(ctx)
	}
	return t.once(ctx)
}

func (t *trial) options(c *cobra.Command) error {
	for _, argument := range t.indicators {
		if info, err := os.Stat(t.path(argument)); err == nil && info.IsDir() {
			return usage(c, "test.one_framework", "folder", t.dir, "argument", argument)
		}
	}
	pattern, _ := c.Flags().GetString("run") // the flags are there
	t.watch, _ = c.Flags().GetBool("watch")
	t.mutate, _ = c.Flags().GetBool("mutate")
	if t.mutate && pattern != "" {
		return usage(c, "mutate.with_run")
	}
	if err := t.coverageOption(c); err != nil {
		return err
	}
	var err error
	if t.run, err = regexp.Compile(pattern); err != nil {
		return usage(c, "test.bad_run", "pattern", pattern, "detail", err)
	}
	if t.watch && (t.format != "text" || t.output != "") {
		return usage(c, "test.watch_format")
	}
	return nil
}

func (t *trial) coverageOption(c *cobra.Command) error {
	wanted, _ := c.Flags().GetBool("coverage")
	value, _ := c.Flags().GetString("coverage-format")
	switch {
	case value != "" && !slices.Contains(coverageFormats, value):
		return usage(c, "coverage.bad_format", "formats", coverageFormats, "value", value)
	case value != "" && value != coverageFormats[0] && t.format != "text":
		return usage(c, "coverage.with_format", "value", value, "format", t.format)
	case value != "":
		t.coverage = value
	case wanted:
		t.coverage = coverageFormats[0]
	}
	return nil
}

// once runs the cases: the exit code is exitNo if one failed.
func (t *trial) once(ctx context.Context) (int, error) {
	rules, err := t.authorsDesk(t.settings).compile(ctx, t.dir)
	if err != nil {
		return 0, err
	}
	chosen, err := indicatorsOf(rules, t.indicators)
	if err != nil {
		return 0, err
	}
	suites, err := cases.Suites(rules, t.bases, func(indicator, name string) bool {
		return (len(chosen) == 0 || slices.Contains(chosen, indicator)) && t.run.MatchString(indicator+"/"+name)
	})
	if err != nil {
		return 0, err
	}
	if len(suites) == 0 {
		return 0, t.nothing(rules, chosen)
	}
	run := report.TestRun{Dir: t.dir, Framework: engine.FrameworkRef{
		ID: rules.Framework.ID, Version: rules.Framework.Version, Digest: rules.Framework.Digest}}
	if run.Suites, err = cases.RunAll(ctx, rules, suites); err != nil {
		return 0, err
	}
	if len(chosen) == 0 {
		run.Uncased = cases.Uncased(rules)
	}
	if t.coverage != "" {
		if run.Coverage, err = coverage.Run(ctx, rules, suites, []coverage.Language{rego.Language{Limits: t.limits}, cel.Language{Limits: t.limits}}); err != nil {
			return 0, err
		}
	}
	if t.mutate {
		if run.Mutation, err = t.mutation(ctx, rules, suites, run); err != nil {
			return 0, err
		}
	}
	return t.deliverRun(run)
}

// nothing says why there is no case to run.
func (t *trial) nothing(rules *engine.Rules, chosen []string) error {
	uncased := cases.Uncased(rules)
	switch {
	case len(rules.Framework.Cases) == 0 && len(uncased) > 0:
		return complain("test.no_cases", "folder", t.dir, "file", casesBeside(rules, uncased[0]))
	case len(chosen) > 0 && !slices.ContainsFunc(chosen, func(id string) bool { return !slices.Contains(uncased, id) }):
		return complain("test.indicator_without_cases", "indicators", chosen, "file", casesBeside(rules, chosen[0]))
	}
	return complain("test.nothing_to_run", "pattern", t.run.String())
}

// casesBeside is where the cases of an indicator or check belong.
func casesBeside(rules *engine.Rules, id string) string {
	group := ""
	for _, f := range rules.Framework.Files {
		if f.Indicator == id {
			group = path.Dir(f.File)
		}
	}
	return path.Join(group, id+".cases.yaml")
}

// mutation changes the policies of suites, if all cases passed.
func (t *trial) mutation(ctx context.Context, rules *engine.Rules, suites []*cases.Ready, run report.TestRun) (*report.Mutation, error) {
	if _, failed := run.Counts(); failed > 0 {
		return &report.Mutation{Skipped: true}, nil
	}
	policies, err := mutate.Run(ctx, rules, suites, []mutate.Language{rego.Language{Limits: t.limits}, cel.Language{Limits: t.limits}})
	return &report.Mutation{Policies: policies}, err
}

func (t *trial) deliverRun(run report.TestRun) (int, error) {
	code := exitDone
	if _, failed := run.Counts(); failed > 0 || run.Mutation.Unguarded() {
		code = exitNo
	}
	return code, t.print(t.settings, func(w io.Writer) error {
		switch t.coverage {
		case "json":
			return report.CoverageJSON(w, run, t.words())
		case "annotate":
			return report.Annotated(w, run, t.words())
		case "lcov":
			return report.LCOV(w, run)
		}
		switch t.format {
		case "json":
			return report.TestedJSON(w, run, t.words())
		case "junit":
			return report.TestedJUnit(w, run, t.words())
		}
		return report.Tested(w, run, t.words(), t.width)
	})
}

// indicatorsOf are the ids of the indicators that have those ids or titles.
func indicatorsOf(rules *engine.Rules, names []string) (ids []string, err error) {
	var known, titles []string
	for _, in := range rules.Framework.Indicators() {
		p, _ := rules.Policy(in.ID)
		known, titles = append(known, in.ID), append(titles, p.Meta.Title)
	}
	for _, c := range rules.Checks() {
		known, titles = append(known, c.ID), append(titles, c.Policy.Meta.Title)
	}
	if p, _ := rules.Policy(framework.AggregatorID); p != nil && rules.Framework.Aggregator.File != "" {
		known, titles = append(known, framework.AggregatorID), append(titles, p.Meta.Title)
	}
	for _, name := range names {
		at := slices.Index(known, name)
		if at < 0 {
			at = slices.Index(titles, name)
		}
		if at < 0 {
			return nil, unknownIndicator(rules.Framework.ID, name, known, titles)
		}
		ids = append(ids, known[at])
	}
	return ids, nil
}

// inputsFolder is where the cases that other cases build on are.
const inputsFolder = "inputs"

// bases gives the facts of a case by its id: from inputs/ in the working
// directory, else from inputs/ beside the folder that the framework is in.
func (t *trial) bases(id string) ([]byte, error) {
	if !filepath.IsLocal(id) {
		return nil, fs.ErrNotExist
	}
	beside := filepath.Join(t.path(t.dir), "..", "..", inputsFolder)
	for _, folder := range []string{t.path(inputsFolder), beside} {
		data, err := os.ReadFile(filepath.Join(folder, id, "facts.json"))
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return data, err
		}
	}
	return nil, fs.ErrNotExist
}
