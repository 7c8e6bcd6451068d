package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"rubric/engine"
	"rubric/engine/casefolder"
	"rubric/engine/evidence"
	"rubric/engine/facts"
	"rubric/engine/message"
	"rubric/engine/progress"
	"rubric/engine/report"
)

func (a *app) factsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "facts",
		Short:   a.say("cmd.facts_short"),
		Long:    a.say("cmd.facts_long"),
		Example: a.say("cmd.validate_example"),
		Args:    cobra.ArbitraryArgs,
		RunE:    a.noVerb,

		DisableFlagsInUseLine: true,
	}
	c.AddCommand(a.validateCommand(), a.templateCommand(), a.importCommand())
	return c
}

func (a *app) validateCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "validate CASE…",
		Short:   a.say("cmd.validate_short"),
		Long:    a.say("cmd.validate_long"),
		Example: a.say("cmd.validate_example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"text", "json"}
	a.settingFlags(c, can, "framework", "policies", "width")
	c.Flags().Bool("all", false, a.say("cmd.flag_all_facts"))
	c.RunE = a.verb(can, a.validate)
	return c
}

// validated is what was found in the facts of a case, as its JSON has it.
type validated struct {
	Case     string        `json:"case"`
	Valid    bool          `json:"valid"`
	Problems []wrongFact   `json:"problems"`
	Missing  []missingFact `json:"missing"`
	NoSource []missingFact `json:"without_source"`

	Progress *progress.Progress `json:"progress"` // null where something is wrong, with the facts or the rules

	folder *casefolder.Case // nil if it could not be read
	schema *facts.Schema    // nil if the framework could not be read
}

// missingFact is a fact that the schema has and the facts lack.
type missingFact struct {
	Pointer string `json:"pointer"`
	Label   string `json:"label"`
	Unit    string `json:"unit"`

	place    *facts.Schema
	miscount *engine.Miscount // of a list of the wrong length
}

// code is the exit code: invalid facts are bad input, missing ones leave a
// score open.
func (v validated) code() int {
	switch {
	case !v.Valid:
		return exitNotDone
	case len(v.Missing) > 0:
		return exitOpen
	}
	return exitDone
}

func (a *app) validate(ctx context.Context, c *cobra.Command, s *settings, paths []string) (int, error) {
	if len(paths) == 0 {
		return 0, usage(c, "cmd.no_case")
	}
	d := a.desk(s)
	d.speakAsFramework(paths[0])
	b := &batch{app: a, unsure: "cmd.with_missing"}
	var results []validated
	err := b.each(ctx, paths, func(path string) (string, int, error) {
		v, err := d.validateOne(ctx, path)
		if err != nil {
			v.Problems = a.wrongFacts(err, v.folder, v.schema)
			err = explainedFacts(err, v.folder, v.schema)
		}
		if v.Valid || s.format == "json" {
			results = append(results, v)
		}
		if !v.Valid && (s.format != "json" || len(paths) > 1) {
			return v.Case, 0, err
		}
		return v.Case, v.code(), nil
	})
	if err != nil {
		return 0, err
	}
	whole, err := c.Flags().GetBool("all")
	if err == nil && len(results) > 0 {
		err = a.print(s, func(w io.Writer) error { return a.renderValidate(w, s, results, len(paths) > 1, whole) })
	}
	b.summary()
	return b.code, err
}

// validateOne checks the facts of a case, and whatever else in it would be
// refused when it is evaluated. The error says what is wrong.
func (d *desk) validateOne(ctx context.Context, path string) (validated, error) {
	v := validated{Case: path, Missing: []missingFact{}, NoSource: []missingFact{}}
	if err := errors.Join(ctx.Err(), d.mustBeCase(path)); err != nil {
		return v, err
	}
	c, err := casefolder.Load(d.path(path))
	if err != nil {
		return v, err
	}
	v.folder, v.Case = c, c.ID
	dir, err := d.frameworkOf(c, path)
	if err != nil {
		return v, err
	}
	fw, err := d.load(dir)
	if err != nil {
		return v, err
	}
	v.schema = fw.Schema
	input, err := prepare(c, fw)
	if err != nil {
		return v, err
	}
	if err := engine.CheckCase(fw, input); err != nil {
		return v, err
	}
	d.notes(c, fw)
	d.notePrevious(c, path)
	v.Valid, v.Problems, v.Missing = true, []wrongFact{}, missingFacts(c.Facts)
	if rules, err := d.compile(ctx, dir); err == nil && c.Dir != "" { // whether rules compile is not the case's concern
		v.NoSource = withoutSource(c, rules)
		v.Progress, err = progress.Of(ctx, rules, input)
		return v, err
	}
	return v, nil
}

func missingFacts(doc *facts.Document) []missingFact {
	all := []missingFact{}
	for _, m := range doc.Missing() {
		lacking := missingFact{Pointer: m.Pointer, Label: m.Schema.LabelPath(), Unit: m.Schema.Unit, place: m.Schema}
		if m.Count != nil {
			lacking.miscount = &engine.Miscount{Label: m.Count.Schema.Label(), Value: m.Count.Text, Len: m.Len}
		}
		all = append(all, lacking)
	}
	return all
}

// withoutSource are the facts that policies read and the evidence names no
// source for; where that is so of all in an object or a list, just that.
func withoutSource(c *casefolder.Case, rules *engine.Rules) []missingFact {
	var read []*facts.Schema
	for _, in := range rules.Framework.Indicators() {
		p, _ := rules.Policy(in.ID)
		read = append(read, p.Reads...)
	}
	all := []missingFact{}
	for _, n := range evidence.WithoutSource(c, read) {
		all = append(all, missingFact{Pointer: n.Pointer(), Label: n.Schema.LabelPath(), Unit: n.Schema.Unit})
	}
	return all
}

func (a *app) renderValidate(w io.Writer, s *settings, results []validated, many, whole bool) error {
	if s.format == "json" {
		if many {
			return writeJSON(w, results)
		}
		return writeJSON(w, results[0])
	}
	for _, v := range results {
		if _, err := fmt.Fprint(w, report.Lines(a.validText(v, whole), s.width)); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) validText(v validated, whole bool) string {
	text := a.say("cmd.facts_complete", "case", v.Case) + "\n"
	if len(v.Missing) > 0 {
		text = a.say("cmd.facts_missing", "case", v.Case, "count", len(v.Missing)) + "\n"
	}
	text += a.progressText(v.Progress)
	switch {
	case len(v.Missing) == 0:
	case whole || len(v.Missing) <= mostAsked:
		text += a.toAsk(v)
	default:
		text += a.toAskInShort(v)
	}
	if len(v.NoSource) > 0 {
		text += a.say("cmd.facts_without_source", "count", len(v.NoSource)) + "\n"
	}
	for _, m := range v.NoSource {
		text += "  " + a.lacking(m) + "\n"
	}
	return text
}

func (a *app) lacking(m missingFact) string {
	if c := m.miscount; c != nil {
		return a.say("cmd.miscounted", "label", m.Label, "pointer", m.Pointer,
			"miscount", message.New("report.miscount", "label", c.Label, "value", c.Value, "length", c.Len))
	}
	return a.say("cmd.missing_fact", "label", m.Label, "pointer", m.Pointer)
}

// writeJSON writes v as one JSON document.
func writeJSON(w io.Writer, v any) error {
	data, err := json.Marshal(v, jsontext.WithIndent("  "), json.Deterministic(true))
	if err != nil {
		return err
	}
	_, err = w.Write(append(data, '\n'))
	return err
}
