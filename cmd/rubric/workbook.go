package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"rubric/engine"
	"rubric/engine/casefolder"
	"rubric/engine/facts"
	"rubric/engine/mapping"
	"rubric/engine/report"
	"rubric/engine/workbook"
)

func (a *app) templateCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "template FRAMEWORK -o FILE.xlsx",
		Short:   a.say("cmd.template_short"),
		Long:    a.say("cmd.template_long"),
		Example: a.say("cmd.template_example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"xlsx"}
	a.settingFlags(c, can, "policies")
	c.Flags().String("from", "", a.say("cmd.flag_from"))
	c.Flags().String("previous", "", a.say("cmd.flag_previous"))
	c.Flags().Int("rows", 0, a.say("cmd.flag_rows"))
	c.RunE = a.verb(can, a.template)
	return c
}

// maxSpareRows is how many empty rows a list of a workbook may be given.
const maxSpareRows = 5000

func (a *app) template(ctx context.Context, c *cobra.Command, s *settings, args []string) (int, error) {
	if len(args) != 1 {
		return 0, usage(c, "cmd.template_what")
	}
	if s.output == "" {
		return 0, usage(c, "cmd.template_output")
	}
	if info, err := os.Stat(a.path(s.output)); err == nil && info.Mode().IsRegular() {
		return 0, complain("cmd.template_exists", "file", s.output)
	}
	d := a.desk(s)
	rules, err := d.compile(ctx, d.frameworkNamed(args[0]))
	if err != nil {
		return 0, err
	}
	plan, err := workbook.NewPlan(rules, a.catalogue)
	if err != nil {
		return 0, err
	}
	contents, err := d.contents(rules, c.Flag("from").Value.String(), c.Flag("previous").Value.String())
	if err != nil {
		return 0, err
	}
	contents.Rows, err = c.Flags().GetInt("rows")
	if err != nil || contents.Rows < 0 || contents.Rows > maxSpareRows {
		return 0, usage(c, "cmd.rows", "most", maxSpareRows)
	}
	var out bytes.Buffer
	if err := plan.Write(&out, contents); err != nil {
		return 0, err
	}
	return exitDone, a.deliver(s.output, &out)
}

// contents are the cases that a workbook is filled from, as far as they are
// named.
func (d *desk) contents(rules *engine.Rules, from, previous string) (out workbook.Contents, err error) {
	if from != "" {
		c, err := d.factsOf(rules, from)
		if err != nil {
			return out, err
		}
		out.Facts, out.Evidence = c.Facts, c.Evidence
		if previous == "" && c.Previous != "" {
			previous = filepath.Join(filepath.Dir(filepath.Clean(from)), c.Previous)
		}
	}
	if previous != "" {
		c, err := d.factsOf(rules, previous)
		if err != nil {
			return out, err
		}
		out.Before = c.Facts
	}
	return out, nil
}

// factsOf is a case with its facts bound to the framework. Facts that are missing
// are no obstacle.
func (d *desk) factsOf(rules *engine.Rules, given string) (*casefolder.Case, error) {
	if err := d.mustBeCase(given); err != nil {
		return nil, err
	}
	c, err := casefolder.Load(d.path(given))
	if err == nil {
		err = c.Facts.Bind(rules.Framework.Schema)
	}
	return c, err
}

// importWorkbook reads a workbook that was handed out into a case's folder, all of
// it or nothing.
func (d *desk) importWorkbook(ctx context.Context, c *cobra.Command, name string) (int, error) {
	data, err := d.tableFile(name)
	if err != nil {
		return 0, err
	}
	if d.framework == "" && !d.isCase(d.output) {
		if id := workbook.FrameworkOf(data); id != "" && d.isFramework(filepath.Join(d.policies, id)) {
			d.framework = id
		}
	}
	head, err := d.headFor(c, d.output)
	if err != nil {
		return 0, err
	}
	dir, err := d.frameworkOf(head, d.output)
	if err != nil {
		return 0, err
	}
	rules, err := d.compile(ctx, dir)
	if err != nil {
		return 0, err
	}
	plan, err := workbook.NewPlan(rules, d.catalogue)
	if err != nil {
		return 0, err
	}
	in, err := plan.Read(name, data)
	if err != nil {
		return 0, err
	}
	now, err := plan.Bind(name, in)
	if err != nil {
		return 0, err
	}
	return exitDone, d.storeWorkbook(c, head, in, name, now)
}

// storeWorkbook writes the case with what a workbook holds, and says what is
// another now. Facts that the case has and the workbook has not go only if that is
// wanted.
func (d *desk) storeWorkbook(c *cobra.Command, head *casefolder.Case, in *workbook.Imported, name string, now *facts.Document) error {
	var changes []mapping.Change
	if head.Facts != nil && head.Facts.Bind(now.Schema) == nil {
		changes = mapping.Changes(head.Facts, now)
	}
	if remove, err := c.Flags().GetBool("remove"); err != nil || !remove {
		if gone := goneFrom(changes); len(gone) > 0 {
			return complain("cmd.import_gone", "count", len(gone), "first", gone[:min(len(gone), 3)], "folder", d.output)
		}
	}
	if err := namePeriod(head, now); err != nil {
		return err
	}
	files, lost, err := filesOf(head, in, name, now)
	if err != nil {
		return err
	}
	if err := d.saveCase(d.output, files); err != nil {
		return err
	}
	d.tellTitle(head)
	d.tellLost(now.Schema, lost)
	d.tell(d.say("cmd.imported", "count", len(in.Sources), "folder", d.output))
	out := report.Imported{Case: head.ID, Facts: len(in.Sources), Files: []report.ImportFile{{File: name, Digest: in.Digest}}}
	return d.showImport(out, changes, head.Facts == nil)
}

// goneFrom are the labels of the facts that changes leave without a value. A list
// has the rows that the workbook has.
func goneFrom(changes []mapping.Change) []string {
	var all []string
	for _, change := range changes {
		if change.After == nil && !change.Row {
			all = append(all, change.Place.LabelPath())
		}
	}
	return all
}

// headFor is the head of the case that is imported into: the one that is there,
// or a new one.
func (d *desk) headFor(c *cobra.Command, dir string) (*casefolder.Case, error) {
	if d.isCase(dir) {
		if replace, err := c.Flags().GetBool("replace"); err != nil || !replace {
			return nil, complain("cmd.import_exists", "folder", dir)
		}
		return casefolder.Load(d.path(dir))
	}
	return d.newHead(c, dir)
}

// newHead is the head of a case that is not there yet.
func (d *desk) newHead(c *cobra.Command, dir string) (*casefolder.Case, error) {
	if isThere(d.path(dir)) {
		return nil, complain("cmd.import_no_case", "folder", dir)
	}
	head := &casefolder.Case{ID: folderName(d.path(dir)), Title: c.Flag("title").Value.String(), Period: c.Flag("period").Value.String()}
	if d.framework == "" {
		return nil, complain("cmd.import_framework")
	}
	fw, err := d.load(d.frameworkNamed(d.framework))
	if err != nil {
		return nil, err
	}
	head.Framework = fw.ID
	if head.Title == "" {
		head.Title = head.ID
	}
	return head, nil
}

// tellTitle says that a new case is called like its folder for want of a title.
func (d *desk) tellTitle(head *casefolder.Case) {
	if head.Dir == "" && head.Title == head.ID {
		d.tell(d.say("cmd.import_untitled", "title", head.Title, "file", filepath.Join(d.output, caseName)))
	}
}

// filesOf are the files of the case's folder. In one that is there, the facts and
// the evidence that stay the same stand as they stood; lost is what the evidence
// can no longer say.
func filesOf(head *casefolder.Case, in *workbook.Imported, name string, now *facts.Document) (files []casefolder.File, lost []casefolder.Lost, err error) {
	update := in.Update(name, head.Evidence, head.Facts, now)
	if head.Dir == "" {
		first, errHead := casefolder.WriteHead(head)
		second, errFacts := casefolder.WriteFacts(in.Facts)
		third, errEvidence := casefolder.WriteEvidence(update.Documents, update.Entries)
		return []casefolder.File{first, second, third}, nil, errors.Join(errHead, errFacts, errEvidence)
	}
	written, err := casefolder.WriteFacts(in.Facts) // for its name
	if err != nil {
		return nil, nil, err
	}
	written.Data = head.Facts.Rewrite(now.Draft(nil).Like(head.Facts))
	file, before, err := evidenceOf(head)
	if err != nil {
		return nil, nil, err
	}
	entries, lost := casefolder.KeepContested(head.Evidence, head.Facts, now, update.Below, update.Entries)
	evidence, err := casefolder.AddEvidence(file, before, update.Documents, entries, update.Below)
	return []casefolder.File{written, evidence}, lost, err
}

// evidenceOf is the text of a case's evidence, with the file's name; none for a
// case without.
func evidenceOf(c *casefolder.Case) (file string, text []byte, err error) {
	if c.Evidence == nil {
		return "", nil, nil
	}
	if text, err = os.ReadFile(c.Evidence.File); err != nil {
		err = complain("cmd.unreadable", "file", c.Evidence.File, "error", cause(err))
	}
	return c.Evidence.File, text, err
}

// namePeriod gives a case that has none the period that its facts state.
func namePeriod(head *casefolder.Case, doc *facts.Document) error {
	if n := doc.Root.Member("period"); head.Period == "" && n != nil && n.Kind == facts.Text {
		head.Period = n.Text
	}
	if head.Period == "" {
		return complain("cmd.import_period")
	}
	return nil
}

// saveCase writes the files of a case. A new folder comes into being with all of
// them; in one that is there all are written beside those they replace before the
// first takes its place.
func (a *app) saveCase(dir string, files []casefolder.File) error {
	target := a.path(dir)
	if isThere(target) {
		return a.replaceFiles(dir, files)
	}
	temp, err := os.MkdirTemp(filepath.Dir(filepath.Clean(target)), ".rubric-*")
	if err != nil {
		return complain("cmd.output_unwritable", "file", dir, "error", cause(err))
	}
	defer os.RemoveAll(temp) // fails once it is renamed
	for _, f := range files {
		err = errors.Join(err, os.WriteFile(filepath.Join(temp, f.Name), f.Data, 0o644))
	}
	if err = errors.Join(err, os.Chmod(temp, 0o755)); err == nil {
		err = os.Rename(temp, target)
	}
	if err != nil {
		return complain("cmd.output_unwritable", "file", dir, "error", cause(err))
	}
	return nil
}

// replaceFiles replaces files of a folder, each as a whole, and none before all of
// them are written beside.
func (a *app) replaceFiles(dir string, files []casefolder.File) error {
	var all []staged
	for _, f := range files {
		one, err := stage(filepath.Join(a.path(dir), f.Name), f.Data)
		if err != nil {
			return complain("cmd.output_unwritable", "file", filepath.Join(dir, f.Name), "error", cause(err))
		}
		defer one.drop()
		all = append(all, one)
	}
	for i, one := range all {
		if err := one.put(); err != nil {
			return complain("cmd.output_unwritable", "file", filepath.Join(dir, files[i].Name), "error", cause(err))
		}
	}
	return nil
}
