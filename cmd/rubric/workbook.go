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
	data, err := d.tableFile(name)
	if err != nil {
		return 0, err
	}
	in, err := plan.Read(name, data)
	if err != nil {
		return 0, err
	}
	files, err := filesOf(head, in, name, rules)
	if err != nil {
		return 0, err
	}
	if err := d.saveCase(d.output, files); err != nil {
		return 0, err
	}
	d.tell(d.say("cmd.imported", "count", len(in.Sources), "folder", d.output))
	return exitDone, nil
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

// filesOf are the files of the case's folder.
func filesOf(head *casefolder.Case, in *workbook.Imported, file string, rules *engine.Rules) ([]casefolder.File, error) {
	doc, err := facts.Parse(file, in.Facts)
	if err == nil {
		err = doc.Bind(rules.Framework.Schema)
	}
	if err != nil {
		return nil, err
	}
	if err := namePeriod(head, doc); err != nil {
		return nil, err
	}
	documents, entries := in.Evidence(file, head.Evidence)
	var files []casefolder.File
	for _, make := range []func() (casefolder.File, error){
		func() (casefolder.File, error) { return casefolder.WriteHead(head) },
		func() (casefolder.File, error) { return casefolder.WriteFacts(in.Facts) },
		func() (casefolder.File, error) { return casefolder.WriteEvidence(documents, entries) },
	} {
		f, err := make()
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	if head.Dir != "" { // its head stays as it is
		files = files[1:]
	}
	return files, nil
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
