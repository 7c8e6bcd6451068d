package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"rubric/engine/casefolder"
	"rubric/engine/evidence"
	"rubric/engine/report"
)

func (a *app) evidenceCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "evidence CASE…",
		Short:   a.say("evidence.short"),
		Long:    a.say("evidence.long"),
		Example: a.say("evidence.example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"table", "json", "xlsx"}
	a.settingFlags(c, can, "framework", "policies", "width")
	c.Flags().Bool("record", false, a.say("evidence.flag_record"))
	c.Flags().StringSlice("accept", nil, a.say("evidence.flag_accept"))
	c.RunE = a.verb(can, a.evidence)
	return c
}

// evidence prints the index of evidence: the exit code is exitNo if a file is not
// as it was recorded, or an indicator has no evidence at all.
func (a *app) evidence(ctx context.Context, c *cobra.Command, s *settings, paths []string) (int, error) {
	if len(paths) == 0 {
		return 0, usage(c, "cmd.no_case")
	}
	record, _ := c.Flags().GetBool("record")        // the flag is there
	accept, _ := c.Flags().GetStringSlice("accept") // and so is this
	if record || len(accept) > 0 {
		return a.recordDigests(ctx, c, s, paths, accept)
	}
	if s.format == "xlsx" && (s.output == "" || len(paths) > 1) {
		return 0, usage(c, "evidence.xlsx_output")
	}
	d := a.desk(s)
	b := &batch{app: a}
	var all []*evidence.Index
	err := b.each(ctx, paths, func(path string) (string, int, error) {
		e, x, err := d.index(ctx, path)
		if err != nil {
			return nameOf(e, path), 0, err
		}
		all = append(all, x)
		return e.ID, inOrderOfEvidence(x), nil
	})
	if err != nil {
		return 0, err
	}
	if len(all) > 0 || s.isList(paths) {
		err = a.print(s, func(w io.Writer) error { return a.renderEvidence(w, s, all, len(paths) > 1) })
	}
	b.summary()
	return b.code, err
}

// index is the case at a path and the index of its evidence.
func (d *desk) index(ctx context.Context, path string) (evaluated, *evidence.Index, error) {
	e, err := d.open(ctx, path)
	if err != nil {
		return e, nil, err
	}
	if e.Dir == "" {
		return e, nil, complain("evidence.needs_case", "file", path)
	}
	x, err := evidence.Of(e.rules, e.Case, e.input)
	return e, x, err
}

func inOrderOfEvidence(x *evidence.Index) int {
	if len(x.Wrong()) > 0 || len(x.Lacking(evidence.Missing)) > 0 {
		return exitNo
	}
	return exitDone
}

func (a *app) renderEvidence(w io.Writer, s *settings, all []*evidence.Index, many bool) error {
	switch s.format {
	case "json":
		return report.EvidenceJSON(w, all, many)
	case "xlsx":
		return all[0].Book(w, a.say)
	}
	return separated(w, all, func(x *evidence.Index) error { return report.Evidence(w, x, a.words(), s.width) })
}

// recordDigests writes the digests of documents into evidence.yaml: of those that
// have none there, and of those that are accepted as they now are.
func (a *app) recordDigests(ctx context.Context, c *cobra.Command, s *settings, paths, accept []string) (int, error) {
	if len(paths) > 1 {
		return 0, usage(c, "cmd.surplus_argument", "argument", paths[1])
	}
	d := a.desk(s)
	e, x, err := d.index(ctx, paths[0])
	if err != nil {
		return 0, err
	}
	if e.Evidence == nil {
		return 0, complain("evidence.no_file", "case", e.ID)
	}
	digests, err := toRecord(x, accept)
	if err != nil {
		return 0, err
	}
	if len(digests) == 0 {
		a.tell(a.say("evidence.recorded_none"))
		return inOrderOfEvidence(x), nil
	}
	text, err := evidence.Record(e.Evidence.File, e.EvidenceText, digests)
	if err != nil {
		return 0, err
	}
	if err := a.replaceUnchanged(e.Case, text); err != nil {
		return 0, err
	}
	a.tell(a.say("evidence.recorded", "count", len(digests), "file", e.Evidence.File))
	if e, x, err = d.index(ctx, paths[0]); err != nil {
		return 0, err
	}
	return inOrderOfEvidence(x), nil
}

// replaceUnchanged writes evidence.yaml, unless somebody else has written it since
// it was read.
func (a *app) replaceUnchanged(c *casefolder.Case, text []byte) error {
	now, err := os.ReadFile(c.Evidence.File)
	if err == nil && !bytes.Equal(now, c.EvidenceText) {
		return complain("evidence.changed_meanwhile", "file", c.Evidence.File)
	}
	if err == nil {
		err = replaceFile(c.Evidence.File, text)
	}
	if err != nil {
		return complain("cmd.output_unwritable", "file", c.Evidence.File, "error", cause(err))
	}
	return nil
}

// toRecord are the digests to write, by the ids of the documents.
func toRecord(x *evidence.Index, accept []string) (map[string]string, error) {
	digests := map[string]string{}
	for _, d := range x.Documents {
		if d.State == evidence.Unrecorded || d.State == evidence.Changed && slices.Contains(accept, d.ID) {
			digests[d.ID] = d.Digest
		}
	}
	for _, id := range accept {
		at := slices.IndexFunc(x.Documents, func(d evidence.Document) bool { return d.ID == id && d.File != "" })
		switch {
		case at < 0:
			return nil, complain("evidence.accept_unknown", "id", id)
		case x.Documents[at].Digest == "":
			return nil, complain("evidence.accept_absent", "id", id)
		}
	}
	return digests, nil
}
