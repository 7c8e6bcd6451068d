package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"rubric/engine"
	"rubric/engine/cases"
	"rubric/engine/framework"
	"rubric/engine/lint"
	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/report"
)

func (a *app) checkCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "check DIR…",
		Short:   a.say("cmd.check_short"),
		Long:    a.say("cmd.check_long"),
		Example: a.say("cmd.check_example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"text", "json", "sarif"}
	a.settingFlags(c, can, "width")
	c.Flags().Bool("strict", false, a.say("cmd.flag_strict"))
	c.Flags().String("date", "", a.say("cmd.flag_check_date"))
	c.Flags().String("explain", "", a.say("cmd.flag_explain_rule"))
	c.Flags().Bool("rules", false, a.say("cmd.flag_rules"))
	complete(c, "explain", ruleNames()...)
	c.RunE = a.verb(can, a.check)
	return c
}

func ruleNames() (names []string) {
	for _, r := range lint.Rules() {
		names = append(names, r.Name)
	}
	return names
}

// checked is what the check of a framework found, as its JSON has it. The
// figures are null where there are errors.
type checked struct {
	Folder     string  `json:"folder"`
	OK         bool    `json:"ok"`
	Framework  *string `json:"framework"`
	Indicators *int    `json:"indicators"`
	Rego       *int    `json:"rego"`
	CEL        *int    `json:"cel"`
	Weight     *string `json:"weight"`
	Problems   any     `json:"problems"`

	problems message.Problems // what does not load or compile
	found    []lint.Finding
}

// checking is one invocation of the verb.
type checking struct {
	*desk
	strict bool
	date   string
}

// problem is a message.Problem as JSON has it.
type problem struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Pointer string `json:"pointer"`
	Message string `json:"message"`
}

func (a *app) problems(list message.Problems) []problem {
	all := []problem{}
	for _, p := range inOrder(list) {
		all = append(all, problem{p.File, p.Line, p.Column, p.Pointer, a.catalogue.Text(a.lang, p.Message)})
	}
	return all
}

// asProblems is an error of any kind as JSON has it.
func (a *app) asProblems(err error) []problem {
	var list message.Problems
	if errors.As(err, &list) {
		return a.problems(list)
	}
	return []problem{{Message: a.reason(err)}}
}

func (a *app) check(ctx context.Context, c *cobra.Command, s *settings, dirs []string) (int, error) {
	if asked, code, err := a.aboutRules(c, s); asked || err != nil {
		return code, err
	}
	if len(dirs) == 0 {
		return 0, usage(c, "cmd.no_framework_folder")
	}
	run := &checking{desk: a.authorsDesk(s)}
	run.strict, _ = c.Flags().GetBool("strict") // the flags are there
	run.date, _ = c.Flags().GetString("date")
	b := &batch{app: a}
	var results []checked
	err := b.each(ctx, dirs, func(dir string) (string, int, error) {
		r, err := run.checkOne(ctx, dir)
		if err != nil && s.format == "json" {
			r.Problems = a.asProblems(err)
			results = append(results, r)
		}
		switch {
		case err != nil && s.format == "json" && len(dirs) == 1:
			return dir, exitNotDone, nil
		case err != nil:
			return dir, 0, err
		}
		results = append(results, r)
		if !r.OK {
			return dir, exitNo, nil
		}
		return dir, exitDone, nil
	})
	if err != nil {
		return 0, err
	}
	if len(results) > 0 {
		err = a.print(s, func(w io.Writer) error { return a.renderCheck(w, s, results, len(dirs) > 1) })
	}
	b.summary()
	return b.code, err
}

// aboutRules answers --rules and --explain.
func (a *app) aboutRules(c *cobra.Command, s *settings) (asked bool, code int, err error) {
	list, _ := c.Flags().GetBool("rules") // the flags are there
	name, _ := c.Flags().GetString("explain")
	switch _, known := lint.Find(name); {
	case list:
		return true, exitDone, a.print(s, func(w io.Writer) error { return report.RuleList(w, a.words(), s.width) })
	case name == "":
		return false, 0, nil
	case !known:
		return true, 0, usage(c, "cmd.unknown_rule", "rule", name, "suggestion", closestOf(name, ruleNames()))
	}
	return true, exitDone, a.print(s, func(w io.Writer) error { return report.RulePage(w, name, a.words(), s.width) })
}

// closestOf is the name most like one, else all of them.
func closestOf(name string, names []string) any {
	if near := closest(name, names); near != "" {
		return near
	}
	return names
}

// checkOne examines a framework: what does not load or compile, and where all
// does, what is likely to be a slip. Findings are the answer, not an error.
func (k *checking) checkOne(ctx context.Context, dir string) (checked, error) {
	dir = k.frameworkNamed(dir)
	r := checked{Folder: dir}
	if err := k.mustBeFramework(dir); err != nil {
		return r, err
	}
	fw, err := k.load(dir)
	if err := r.note(err); err != nil {
		return r, err
	}
	if err := r.note(fw.CheckFolder()); err != nil {
		return r, err
	}
	misnamed := len(r.problems)
	if fw.Schema != nil { // what is wrong with the policies is told too
		_, err := engine.Compile(ctx, fw, languages(k.limits)...)
		if err := r.note(err); err != nil {
			return r, err
		}
	}
	r.found = lint.Compiled(inOrder(r.problems), fileOf(fw))
	if err == nil && len(r.problems) == misnamed {
		found, err := lint.Check(fw, lint.Options{Date: k.date, Bases: k.bases(dir)})
		if err != nil {
			return r, err
		}
		r.found = append(r.found, found...)
	}
	k.judge(&r, fw)
	return r, nil
}

// judge says whether the findings let the framework pass.
func (k *checking) judge(r *checked, fw *framework.Framework) {
	r.Problems = report.FindingsForJSON(r.found, k.words())
	errors, warnings, _ := tally(r.found)
	r.OK = errors == 0 && (warnings == 0 || !k.strict)
	if errors == 0 {
		r.measure(fw)
	}
}

// tally counts findings by their severity.
func tally(found []lint.Finding) (errors, warnings, infos int) {
	for _, f := range found {
		switch f.Severity {
		case lint.Error:
			errors++
		case lint.Warning:
			warnings++
		default:
			infos++
		}
	}
	return errors, warnings, infos
}

// fileOf gives the bytes of a framework's file by the path that problems have.
func fileOf(fw *framework.Framework) func(name string) []byte {
	return func(name string) []byte {
		inside, err := filepath.Rel(fw.Dir, name)
		if err != nil {
			return nil
		}
		return fw.Bundle.File(filepath.ToSlash(inside))
	}
}

// bases gives the facts of a case that other cases build on.
func (k *checking) bases(dir string) cases.Bases {
	return (&trial{app: k.app, settings: k.settings, dir: dir}).bases
}

// note takes over the problems that err consists of, and returns any other
// error.
func (r *checked) note(err error) error {
	var problems message.Problems
	if !errors.As(err, &problems) {
		return err
	}
	r.problems = append(r.problems, problems...)
	return nil
}

// measure counts what is in a framework that is in order.
func (r *checked) measure(fw *framework.Framework) {
	var regos, cels int
	for _, f := range fw.Files {
		switch {
		case f.Indicator == "": // a helper
		case strings.HasSuffix(f.File, ".rego"):
			regos++
		default:
			cels++
		}
	}
	indicators, weight := fw.Indicators(), number.Int(0)
	for _, i := range indicators {
		weight = weight.Add(i.Weight)
	}
	count, sum := len(indicators), weight.String()
	r.Framework, r.Indicators, r.Rego, r.CEL, r.Weight = &fw.ID, &count, &regos, &cels, &sum
}

func (a *app) renderCheck(w io.Writer, s *settings, results []checked, many bool) error {
	switch s.format {
	case "json":
		if many {
			return writeJSON(w, results)
		}
		return writeJSON(w, results[0])
	case "sarif":
		var all []lint.Finding
		for _, r := range results {
			all = append(all, r.found...)
		}
		return report.SARIF(w, all, buildVersion(), a.words())
	}
	for _, r := range results {
		if err := report.Findings(w, r.found, a.words(), s.width); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(w, a.verdict(r)); err != nil {
			return err
		}
	}
	return nil
}

// verdict is the last line about a framework.
func (a *app) verdict(r checked) string {
	errors, warnings, _ := tally(r.found)
	switch {
	case errors > 0 && warnings > 0:
		return a.say("cmd.check_problems_warnings", "folder", r.Folder, "count", errors, "warnings", warnings)
	case errors > 0:
		return a.say("cmd.check_problems", "folder", r.Folder, "count", errors)
	}
	id := "cmd.check_fine"
	pairs := []any{"folder", r.Folder, "framework", *r.Framework,
		"indicators", *r.Indicators, "rego", *r.Rego, "cel", *r.CEL, "weight", *r.Weight}
	if warnings > 0 {
		id, pairs = "cmd.check_warnings", append(pairs, "count", warnings)
	}
	return a.say(id, pairs...)
}
