package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"rubric/engine"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/number"
)

func (a *app) checkCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "check DIR…",
		Short:   a.say("cmd.check_short"),
		Long:    a.say("cmd.check_long"),
		Example: a.say("cmd.check_example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"text", "json"}
	a.settingFlags(c, can)
	c.RunE = a.verb(can, a.check)
	return c
}

// checked is what the check of a framework found, as its JSON has it. The
// figures are null where there are problems.
type checked struct {
	Folder     string    `json:"folder"`
	OK         bool      `json:"ok"`
	Framework  *string   `json:"framework"`
	Indicators *int      `json:"indicators"`
	Rego       *int      `json:"rego"`
	CEL        *int      `json:"cel"`
	Weight     *string   `json:"weight"`
	Problems   []problem `json:"problems"`

	problems message.Problems
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
	if len(dirs) == 0 {
		return 0, usage(c, "cmd.no_framework_folder")
	}
	d := a.authorsDesk(s)
	b := &batch{app: a}
	var results []checked
	err := b.each(ctx, dirs, func(dir string) (string, int, error) {
		r, err := d.checkOne(ctx, dir)
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
		if len(r.Problems) > 0 {
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

// checkOne compiles a framework. Problems in it are the answer, not an error.
func (d *desk) checkOne(ctx context.Context, dir string) (checked, error) {
	r := checked{Folder: dir}
	if err := d.mustBeFramework(dir); err != nil {
		return r, err
	}
	fw, err := d.load(dir)
	if err := r.note(err); err != nil {
		return r, err
	}
	if err := r.note(fw.CheckFolder()); err != nil {
		return r, err
	}
	if fw.Schema != nil { // what is wrong with the policies is told too
		_, err := engine.Compile(ctx, fw, languages(d.limits)...)
		if err := r.note(err); err != nil {
			return r, err
		}
	}
	r.Problems = d.problems(r.problems)
	if len(r.problems) == 0 {
		r.OK = true
		r.measure(fw)
	}
	return r, nil
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
	if s.format == "json" {
		if many {
			return writeJSON(w, results)
		}
		return writeJSON(w, results[0])
	}
	for _, r := range results {
		if _, err := fmt.Fprintln(w, a.checkText(r)); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) checkText(r checked) string {
	if len(r.problems) > 0 {
		return a.lines(r.problems) + "\n" + a.say("cmd.check_problems", "folder", r.Folder, "count", len(r.problems))
	}
	return a.say("cmd.check_fine", "folder", r.Folder, "framework", *r.Framework,
		"indicators", *r.Indicators, "rego", *r.Rego, "cel", *r.CEL, "weight", *r.Weight)
}
