package main

import (
	"context"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"rubric/engine"
	"rubric/engine/casefolder"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/report"
	"rubric/engine/years"
)

func (a *app) yearsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "years CASE [POINTER…]",
		Short:   a.say("years.short"),
		Long:    a.say("years.long"),
		Example: a.say("years.example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"table", "json", "markdown", "xlsx"}
	a.settingFlags(c, can, "framework", "policies", "width")
	c.RunE = a.verb(can, a.years)
	return c
}

// years compares a case with its predecessors: the exit code is exitNo if they
// contradict each other.
func (a *app) years(ctx context.Context, c *cobra.Command, s *settings, args []string) (int, error) {
	if len(args) == 0 {
		return 0, usage(c, "cmd.no_case")
	}
	if s.format == "xlsx" && s.output == "" {
		return 0, usage(c, "years.xlsx_output")
	}
	for _, pointer := range args[1:] {
		if _, err := facts.ParsePointer(pointer); err != nil {
			return 0, usage(c, "years.pointer", "pointer", pointer)
		}
	}
	d := a.desk(s)
	chain, err := d.chain(ctx, args[0])
	if err != nil {
		return 0, err
	}
	for _, pointer := range args[1:] {
		if err := known(chain, pointer); err != nil {
			return 0, err
		}
	}
	d.skipped(chain)
	compared := years.Compare(chain, args[1:])
	told := report.NewYears(chain, compared)
	if err := a.print(s, func(w io.Writer) error { return a.renderYears(w, s, told) }); err != nil {
		return 0, err
	}
	if len(compared.Findings) > 0 {
		return exitNo, nil
	}
	return exitDone, nil
}

// known complains of a pointer that the facts of no case have a place for.
func known(chain []years.Case, pointer string) error {
	near := ""
	for _, c := range chain {
		s := c.Facts.Schema
		if pointer == "/" || s.At(pointer) != nil {
			return nil
		}
		if near == "" {
			near = s.Nearest(pointer)
		}
	}
	if near != "" {
		return complain("years.unknown_suggest", "pointer", pointer, "suggestion", near)
	}
	return complain("years.unknown", "pointer", pointer)
}

// skipped remarks where a predecessor is not of the year before.
func (d *desk) skipped(chain []years.Case) {
	for i, c := range chain[1:] {
		d.skip(chain[i].ID, chain[i].Year, c.ID, c.Year)
	}
}

func (d *desk) skip(id string, year int, previous string, before int) {
	if year > before+1 {
		d.tell(d.say("years.skips", "case", id, "year", year, "previous", previous, "before", before, "count", year-before-1))
	}
}

// notePrevious says what is wrong with the predecessor that a case names, as far
// as its head tells: nothing is compared with it here.
func (d *desk) notePrevious(c *casefolder.Case, given string) {
	if c.Previous == "" {
		return
	}
	next, err := d.stepBack(c.ID, c.Previous, given)
	if err != nil {
		d.tell(d.reason(err))
		return
	}
	before, err := casefolder.Head(d.path(next))
	if err != nil {
		d.tell(d.reason(err))
		return
	}
	year, ok := years.Period(c.Period)
	then, okThen := years.Period(before.Period)
	switch {
	case !ok:
	case !okThen:
		d.tell(d.reason(complain("years.period", "case", next, "period", orDash(before.Period))))
	case then >= year:
		d.tell(d.reason(complain("years.not_earlier", "case", next, "year", then, "later", c.ID, "period", year)))
	default:
		d.skip(c.ID, year, before.ID, then)
	}
}

// stepBack is the folder of the predecessor that a case names; it lies beside the
// case's own.
func (d *desk) stepBack(id, previous, given string) (string, error) {
	next := filepath.Join(filepath.Dir(filepath.Clean(given)), previous)
	if !filepath.IsLocal(previous) || !d.isCase(next) {
		return "", complain("years.no_previous", "case", id, "previous", previous, "folder", next)
	}
	return next, nil
}

func (a *app) renderYears(w io.Writer, s *settings, told report.YearsTold) error {
	switch s.format {
	case "json":
		return report.YearsJSON(w, told)
	case "markdown":
		return report.YearsMarkdown(w, told, a.words())
	case "xlsx":
		return report.YearsBook(w, told, a.words())
	}
	return report.Years(w, told, a.words(), s.width)
}

// chain is a case and its predecessors, the latest first.
func (d *desk) chain(ctx context.Context, given string) ([]years.Case, error) {
	c, previous, err := d.link(given)
	if err != nil {
		return nil, err
	}
	all, gone, err := d.before(ctx, given, c, previous)
	if err == nil && gone != nil {
		err = gone
	}
	return all, err
}

// before is a chain from a case on, which is the first of it. gone says that a
// predecessor is not where its name says; the chain is what comes before it.
func (d *desk) before(ctx context.Context, given string, first years.Case, previous string) (all []years.Case, gone, err error) {
	all = []years.Case{first}
	for at := given; previous != "" && len(all) < years.Most; {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		last := all[len(all)-1]
		next, gone := d.stepBack(last.ID, previous, at)
		if gone != nil {
			return all, gone, nil
		}
		var c years.Case
		if c, previous, err = d.link(next); err != nil {
			return nil, nil, err
		}
		if last.Year <= c.Year {
			return nil, nil, complain("years.not_earlier", "case", next, "year", c.Year, "later", last.ID, "period", last.Year)
		}
		all, at = append(all, c), next
	}
	return all, nil, nil
}

// link is one case of a chain, with the name of the one before it. Its facts are
// read with the schema of its own framework, which need not be in force in its
// period: nothing is scored.
func (d *desk) link(given string) (out years.Case, previous string, err error) {
	if err := d.mustBeCase(given); err != nil {
		return out, "", err
	}
	c, err := casefolder.Load(d.path(given))
	if err != nil {
		return out, "", err
	}
	year, ok := years.Period(c.Period)
	if !ok {
		return out, "", complain("years.period", "case", given, "period", orDash(c.Period))
	}
	fw, err := d.vocabulary(c, given)
	if err != nil {
		return out, "", err
	}
	input := engine.Case{ID: c.ID, Title: c.Title, Facts: c.Facts, Evidence: c.Evidence}
	if err := c.Facts.Bind(fw.Schema); err != nil {
		return out, "", err
	}
	if c.Evidence != nil {
		err = c.Evidence.Check(fw.Schema)
	}
	return years.Case{Case: input, Year: year}, c.Previous, err
}

// vocabulary is the framework in whose words the facts of a case are written: of
// several versions the highest in force in its period, else the highest.
func (d *desk) vocabulary(c *casefolder.Case, given string) (*framework.Framework, error) {
	if d.framework != "" {
		return d.load(d.frameworkNamed(d.framework))
	}
	if c.Framework == "" {
		return nil, complain("cmd.case_without_framework", "case", given)
	}
	all, err := d.versionsAt(d.pathsFor(c.Framework), c.Framework)
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, d.unknownFramework(c, given)
	}
	inForce := slices.DeleteFunc(slices.Clone(all), func(v version) bool { return outside(c.Period, v.ValidFrom, v.ValidTo) })
	if len(inForce) > 0 {
		all = inForce
	}
	best, err := d.highest(all, given)
	if err != nil {
		return nil, err
	}
	return d.load(best.path)
}
