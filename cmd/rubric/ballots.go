package main

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"

	"github.com/spf13/cobra"

	"rubric/engine"
	"rubric/engine/ballots"
	"rubric/engine/casefolder"
	"rubric/engine/message"
	"rubric/engine/panel"
)

func (a *app) panelCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "panel",
		Short:   a.say("ballots.short"),
		Long:    a.say("ballots.long"),
		Example: a.say("ballots.example"),
		Args:    cobra.ArbitraryArgs,
		RunE:    a.noVerb,

		DisableFlagsInUseLine: true,
	}
	c.AddCommand(a.panelTemplateCommand(), a.panelImportCommand())
	return c
}

func (a *app) panelTemplateCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "template CASE -o FILE.xlsx",
		Short:   a.say("ballots.template_short"),
		Long:    a.say("ballots.template_long"),
		Example: a.say("ballots.template_example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"xlsx"}
	a.settingFlags(c, can, "framework", "policies")
	c.Flags().String("experts", "", a.say("ballots.flag_experts"))
	c.RunE = a.verb(can, a.panelTemplate)
	return c
}

func (a *app) panelTemplate(ctx context.Context, c *cobra.Command, s *settings, args []string) (int, error) {
	if len(args) != 1 || s.output == "" {
		return 0, usage(c, "ballots.template_what")
	}
	form, err := a.desk(s).ballotForm(ctx, args[0])
	if err != nil {
		return 0, err
	}
	named, err := ballots.ParseExperts(c.Flag("experts").Value.String())
	if err != nil {
		return 0, err
	}
	if len(named) > 0 {
		form.Experts = named
	}
	if len(form.Experts) == 0 {
		return 0, usage(c, "ballots.who")
	}
	var out bytes.Buffer
	if err := form.Write(&out); err != nil {
		return 0, err
	}
	return exitDone, a.deliver(s.output, &out)
}

// ballotForm is what a panel is asked about a case: its indicators, by the rules
// alone.
func (d *desk) ballotForm(ctx context.Context, given string) (*ballots.Form, error) {
	e, err := d.open(ctx, given)
	if err != nil {
		return nil, err
	}
	byRules := e.input
	byRules.Marks = nil
	assessed, err := e.rules.Evaluate(ctx, byRules)
	if err != nil {
		return nil, err
	}
	return d.formOf(&e, assessed)
}

func (d *desk) formOf(e *evaluated, assessed *engine.Assessment) (*ballots.Form, error) {
	lang := languageOf(e.rules)
	form := &ballots.Form{Case: assessed.Case, Items: assessed.Indicators,
		Say: func(id string, pairs ...any) string { return d.catalogue.Text(lang, message.New(id, pairs...)) }}
	if e.Panel == nil {
		return form, nil
	}
	var err error
	if form.Before, err = panel.Parse(e.PanelFile, e.Panel); err != nil {
		return nil, err
	}
	form.Experts = form.Before.Experts
	return form, nil
}

func (a *app) panelImportCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "import FILE.xlsx… -o CASE",
		Short:   a.say("ballots.import_short"),
		Long:    a.say("ballots.import_long"),
		Example: a.say("ballots.import_example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"text"}
	a.settingFlags(c, can, "framework", "policies")
	c.Flags().Lookup("output").Usage = a.say("cmd.flag_import_output")
	c.RunE = a.intoCase(can, a.panelImport)
	return c
}

// panelImport reads the marks of all workbooks into the case, or none.
func (a *app) panelImport(ctx context.Context, c *cobra.Command, s *settings, files []string) (int, error) {
	if len(files) == 0 || s.output == "" {
		return 0, usage(c, "ballots.import_what")
	}
	d := a.desk(s)
	e, err := d.open(ctx, s.output)
	if err != nil {
		return 0, err
	}
	byRules := e.input
	byRules.Marks = nil
	assessed, err := e.rules.Evaluate(ctx, byRules)
	if err != nil {
		return 0, err
	}
	form, err := d.formOf(&e, assessed)
	if err != nil {
		return 0, err
	}
	joined, err := d.readBallots(form, files)
	if err != nil {
		return 0, err
	}
	text, err := joined.YAML(e.Panel)
	if err != nil {
		return 0, err
	}
	if err := a.saveCase(s.output, []casefolder.File{{Name: "panel.yaml", Data: text}}); err != nil {
		return 0, err
	}
	for _, changed := range form.Changes(joined) {
		d.tell(d.catalogue.Text(d.lang, changed))
	}
	return exitDone, d.tellBallots(ctx, &e, joined, text)
}

// readBallots reads all workbooks; what is wrong in any of them is told at once.
func (d *desk) readBallots(form *ballots.Form, files []string) (*panel.Panel, error) {
	var problems message.Problems
	var all []*panel.Panel
	for _, file := range files {
		data, err := d.tableFile(file)
		if err != nil {
			return nil, err
		}
		p, err := form.Read(file, data)
		var wrong message.Problems
		if errors.As(err, &wrong) {
			problems = append(problems, wrong...)
			continue
		}
		all = append(all, p)
	}
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return form.Join(files, all)
}

// tellBallots says what was imported, and what still stands against it, such as a
// mark that needs a reason.
func (d *desk) tellBallots(ctx context.Context, e *evaluated, p *panel.Panel, text []byte) error {
	count := 0
	for _, item := range p.Items {
		count += len(item.Ballots)
	}
	e.Panel, e.PanelFile = text, filepath.Join(d.output, "panel.yaml")
	d.tell(d.say("ballots.imported", "experts", len(p.Experts), "indicators", len(p.Items), "count", count, "file", e.PanelFile))
	var open message.Problems
	_, err := d.convene(ctx, e)
	if !errors.As(err, &open) {
		return err
	}
	d.tell(d.say("ballots.not_yet"))
	for _, problem := range open {
		d.tell("  " + d.catalogue.Problem(d.lang, problem))
	}
	return nil
}
