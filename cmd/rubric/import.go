package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rubric/engine"
	"rubric/engine/casefolder"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/grid"
	"rubric/engine/mapping"
	"rubric/engine/message"
	"rubric/engine/report"
	"rubric/engine/workbook"
)

func (a *app) importCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "import FILE… -o CASE",
		Short:   a.say("cmd.import_short"),
		Long:    a.say("cmd.import_long"),
		Example: a.say("cmd.import_example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"text", "json"}
	a.settingFlags(c, can, "framework", "policies", "width")
	c.Flags().Lookup("output").Usage = a.say("cmd.flag_import_output")
	for _, flag := range [][2]string{{"map", "cmd.flag_map"}, {"table", "cmd.flag_table"}, {"encoding", "cmd.flag_encoding"},
		{"title", "cmd.flag_title"}, {"period", "cmd.flag_period"}} {
		c.Flags().String(flag[0], "", a.say(flag[1]))
	}
	complete(c, "encoding", grid.UTF8, grid.GB18030)
	c.Flags().Bool("replace", false, a.say("cmd.flag_replace"))
	c.Flags().Bool("remove", false, a.say("cmd.flag_remove"))
	c.RunE = a.intoCase(can, a.importFacts)
	return c
}

// importFacts reads tables into a case's folder, all of them or nothing.
func (a *app) importFacts(ctx context.Context, c *cobra.Command, s *settings, args []string) (int, error) {
	if len(args) == 0 || s.output == "" {
		return 0, usage(c, "cmd.import_what")
	}
	d := a.desk(s)
	mapped, table := c.Flag("map").Value.String(), c.Flag("table").Value.String()
	switch {
	case mapped != "" && table != "":
		return 0, usage(c, "cmd.flags_exclude", "one", "--map", "other", "--table")
	case mapped != "" || table != "":
		return d.importTables(ctx, c, args)
	case len(args) > 1:
		return 0, usage(c, "cmd.import_several")
	case mapping.IsText(args[0]):
		return 0, usage(c, "cmd.import_csv", "file", args[0])
	}
	return d.importWorkbook(ctx, c, args[0])
}

// target is the case that tables are imported into.
type target struct {
	*casefolder.Case // without Facts if it is a new one
	framework        *framework.Framework
}

// importTables reads tables by a map, or by their own headers, into a case.
func (d *desk) importTables(ctx context.Context, c *cobra.Command, names []string) (int, error) {
	t, err := d.targetOf(c)
	if err != nil {
		return 0, err
	}
	m, err := d.mapOf(c, t.framework.Schema)
	if err != nil {
		return 0, err
	}
	files, err := d.inputs(c, names)
	if err != nil {
		return 0, err
	}
	lang := languageOfText(t.framework.Language)
	in := &mapping.Import{Schema: t.framework.Schema, Draft: facts.NewDraft(), Before: t.Facts, Progress: d.importProgress(),
		Yes: d.catalogue.Text(lang, message.New("workbook.yes")), No: d.catalogue.Text(lang, message.New("workbook.no"))}
	if t.Facts != nil {
		in.Draft = t.Facts.Draft(nil)
	}
	unused, err := in.Read(ctx, m, files)
	if err != nil {
		return 0, err
	}
	for _, amount := range in.Assumed {
		d.tell(d.say("cmd.import_assumed", "file", amount.File, "label", amount.Fact.Label(), "unit", amount.Fact.Unit))
	}
	for _, table := range unused {
		d.tell(d.say("cmd.import_unused", "map", m.File, "line", table.Line, "pattern", table.Files))
	}
	return d.store(c, t, in, names)
}

// targetOf is the case at the output: the one that is there, or a new one.
func (d *desk) targetOf(c *cobra.Command) (t target, err error) {
	if !d.isCase(d.output) {
		if t.Case, err = d.newHead(c, d.output); err != nil {
			return t, err
		}
		t.framework, err = d.load(d.frameworkNamed(d.framework))
		return t, err
	}
	if t.Case, err = casefolder.Load(d.path(d.output)); err != nil {
		return t, err
	}
	dir, err := d.frameworkOf(t.Case, d.output)
	if err != nil {
		return t, err
	}
	if t.framework, err = d.load(dir); err != nil {
		return t, err
	}
	return t, t.Facts.Bind(t.framework.Schema)
}

// mapOf is the map that the user wrote, or that of one table by its headers.
func (d *desk) mapOf(c *cobra.Command, schema *facts.Schema) (*mapping.Map, error) {
	file := c.Flag("map").Value.String()
	if file == "" {
		return mapping.ForTable(schema, c.Flag("table").Value.String())
	}
	data, err := os.ReadFile(d.path(file))
	if err != nil {
		return nil, complain("cmd.unreadable", "file", file, "error", cause(err))
	}
	return mapping.Read(file, data, schema)
}

// inputs reads the files to import.
func (d *desk) inputs(c *cobra.Command, names []string) ([]mapping.Input, error) {
	encoding := c.Flag("encoding").Value.String()
	if encoding != "" && grid.ParseEncoding(encoding) == "" {
		return nil, usage(c, "mapping.encoding", "name", encoding)
	}
	var all []mapping.Input
	for _, name := range names {
		data, err := d.tableFile(name)
		switch {
		case err != nil:
			return nil, err
		case !mapping.IsText(name) && workbook.FrameworkOf(data) != "":
			return nil, complain("cmd.import_handed_out", "file", name, "case", d.output)
		}
		all = append(all, mapping.Input{Name: name, Data: data, Encoding: grid.ParseEncoding(encoding)})
	}
	return all, nil
}

// tableFile is a file with tables, if it is of a bearable size.
func (d *desk) tableFile(name string) ([]byte, error) {
	info, err := os.Stat(d.path(name))
	if err == nil && info.Size() > grid.MaxUnpacked {
		return nil, message.Problems{{File: name, Message: message.New("workbook.too_large", "limit", grid.MaxUnpacked>>20)}}
	}
	data, err := os.ReadFile(d.path(name))
	if err != nil {
		return nil, complain("cmd.unreadable", "file", name, "error", cause(err))
	}
	if open, ok := strings.CutPrefix(filepath.Base(name), "~$"); ok {
		return nil, message.Problems{{File: name, Message: message.New("workbook.lock_file", "name", open)}}
	}
	if bytes.HasPrefix(data, compound) {
		return nil, message.Problems{{File: name, Message: message.New("workbook.old_or_locked")}}
	}
	return data, nil
}

// compound is what files of the old format begin with, and those with a password.
var compound = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

// patience is how long a silent command may take before it tells how far it is.
const patience = time.Second

// importProgress tells how many rows were read, not more than once a second.
func (d *desk) importProgress() func(file string, rows int) {
	last := d.now()
	return func(file string, rows int) {
		if now := d.now(); now.Sub(last) >= patience {
			last = now
			d.tell(d.say("cmd.import_progress", "file", file, "count", rows))
		}
	}
}

// store writes the case with what was imported, and says what is another now.
func (d *desk) store(c *cobra.Command, t target, in *mapping.Import, names []string) (int, error) {
	written, after, err := d.factsFile(t, in)
	if err != nil {
		return 0, err
	}
	if err := namePeriod(t.Case, after); err != nil {
		return 0, err
	}
	evidence, lost, err := d.evidenceFile(t, in, names, after)
	if err != nil {
		return 0, err
	}
	files := []casefolder.File{written, evidence}
	if t.Dir == "" {
		head, err := casefolder.WriteHead(t.Case)
		if err != nil {
			return 0, err
		}
		files = append(files, head)
	}
	if err := d.saveCase(d.output, files); err != nil {
		return 0, err
	}
	d.tellTitle(t.Case)
	d.tellLost(t.framework.Schema, lost)
	return exitDone, d.tellImport(t, in, names, after)
}

// factsFile is facts.json with what was imported. It must be sound as a whole.
func (d *desk) factsFile(t target, in *mapping.Import) (casefolder.File, *facts.Document, error) {
	written, err := casefolder.WriteFacts(in.Draft.JSON())
	if t.Facts != nil {
		written.Data = t.Facts.Rewrite(in.Draft)
	}
	if err != nil {
		return written, nil, err
	}
	after, err := facts.Parse(filepath.Join(d.output, written.Name), written.Data)
	if err == nil {
		err = after.Bind(t.framework.Schema)
	}
	return written, after, err
}

// evidenceFile is evidence.yaml with the files and where each fact stands in
// them, and what it can no longer say.
func (d *desk) evidenceFile(t target, in *mapping.Import, names []string, after *facts.Document) (casefolder.File, []casefolder.Lost, error) {
	file, before, err := evidenceOf(t.Case)
	if err != nil {
		return casefolder.File{}, nil, err
	}
	entries, lost := casefolder.KeepContested(t.Evidence, t.Facts, after, in.Replaced, in.Entries)
	for i, name := range names { // a file that lies in the case's folder is found there
		if within, err := filepath.Rel(d.path(d.output), d.path(name)); err == nil && filepath.IsLocal(within) && i < len(in.Documents) {
			in.Documents[i].File = filepath.ToSlash(within)
		}
	}
	written, err := casefolder.AddEvidence(file, before, in.Documents, entries, in.Replaced)
	return written, lost, err
}

// tellLost says which contested values an import has left without a place, and why.
func (d *desk) tellLost(schema *facts.Schema, lost []casefolder.Lost) {
	for _, l := range lost {
		label := l.Pointer
		switch place := schema.At(l.Pointer); {
		case l.Before != nil:
			label = engine.LabelOf(l.Before)
		case place != nil:
			label = place.LabelPath()
		}
		var values []string
		for _, a := range l.Also {
			values = append(values, a.Value)
		}
		d.tell(d.say("cmd.import_lost", "label", label, "pointer", l.Pointer, "values", values, "why", whyLost(l.Why)))
	}
}

func whyLost(why casefolder.Why) message.Message {
	switch why {
	case casefolder.RowGone:
		return message.New("cmd.lost_row_gone")
	case casefolder.NoKey:
		return message.New("cmd.lost_no_key")
	}
	return message.New("cmd.lost_fact_gone")
}

func (d *desk) tellImport(t target, in *mapping.Import, names []string, after *facts.Document) error {
	out := report.Imported{Case: t.ID, Rows: in.Rows, Facts: len(in.Entries)}
	for i, doc := range in.Documents {
		out.Files = append(out.Files, report.ImportFile{File: names[i], Digest: doc.Digest})
	}
	var changes []mapping.Change
	if t.Facts != nil {
		changes = mapping.Changes(t.Facts, after)
	}
	d.tell(d.say("cmd.imported_rows", "rows", in.Rows, "count", len(in.Entries), "folder", d.output))
	for _, m := range after.Missing() {
		if m.Count != nil && slices.Contains(in.Replaced, m.Pointer) {
			d.tell(d.say("cmd.import_miscount", "label", m.Schema.LabelPath(), "length", m.Len, "count", m.Count.Schema.Label(), "value", m.Count.Text))
		}
	}
	return d.showImport(out, changes, t.Facts == nil)
}

// showImport writes what an import changed. In a new case all is new, which the
// text need not say.
func (d *desk) showImport(out report.Imported, changes []mapping.Change, fresh bool) error {
	words := d.words()
	out.Changes = []report.Changed{}
	for _, change := range changes {
		out.Changes = append(out.Changes, words.NewChanged(change))
	}
	switch {
	case d.format == "json":
		return writeJSON(d.stdout, out)
	case fresh:
		return nil
	}
	return report.ImportedText(d.stdout, out, words, d.width)
}
