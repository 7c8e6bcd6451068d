package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"rubric/engine/casefolder"
	"rubric/engine/facts"
	"rubric/engine/message"
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
	c.AddCommand(a.validateCommand())
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
	a.settingFlags(c, can, "framework", "policies")
	c.RunE = a.verb(can, a.validate)
	return c
}

// validated is what was found in the facts of a case, as its JSON has it.
type validated struct {
	Case     string        `json:"case"`
	Valid    bool          `json:"valid"`
	Problems []problem     `json:"problems"`
	Missing  []missingFact `json:"missing"`

	problems message.Problems
}

// missingFact is a fact that the schema has and the facts lack.
type missingFact struct {
	Pointer string `json:"pointer"`
	Label   string `json:"label"`
	Unit    string `json:"unit"`
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
	b := &batch{app: a}
	var results []validated
	err := b.each(ctx, paths, func(path string) (string, int, error) {
		v, err := d.validateOne(path)
		if err != nil {
			return path, 0, err
		}
		if v.Valid || s.format == "json" {
			results = append(results, v)
		}
		if !v.Valid && (s.format != "json" || len(paths) > 1) {
			return v.Case, 0, v.problems
		}
		return v.Case, v.code(), nil
	})
	if err != nil {
		return 0, err
	}
	if len(results) > 0 {
		err = a.print(s, func(w io.Writer) error { return a.renderValidate(w, s, results, len(paths) > 1) })
	}
	b.summary()
	return b.code, err
}

// validateOne checks the facts of a case. Problems in the case's files are the
// answer; that there is no schema to check them with is an error.
func (d *desk) validateOne(path string) (validated, error) {
	c, err := casefolder.Load(d.path(path))
	if err != nil {
		return d.invalid(path, err)
	}
	dir, err := d.frameworkOf(c, path)
	if err != nil {
		return validated{}, err
	}
	fw, err := d.load(dir)
	if err != nil {
		return validated{}, err
	}
	if _, err := prepare(c, fw); err != nil {
		return d.invalid(c.ID, err)
	}
	v := validated{Case: c.ID, Valid: true, Problems: []problem{}, Missing: []missingFact{}}
	for _, m := range c.Facts.Missing() {
		v.Missing = append(v.Missing, missingFact{m.Pointer, labelPath(m.Schema), m.Schema.Unit})
	}
	return v, nil
}

func (d *desk) invalid(name string, err error) (validated, error) {
	v := validated{Case: name, Missing: []missingFact{}}
	if !errors.As(err, &v.problems) {
		return v, err
	}
	v.Problems = d.problems(v.problems)
	return v, nil
}

// labelPath is the labels on the way to a place in the schema, elements of
// lists left out: 资金支付 › 第一季度末 › 支付金额.
func labelPath(s *facts.Schema) string {
	var labels []string
	for ; s != nil && s.Parent != nil; s = s.Parent {
		if s.Name != "*" {
			labels = append([]string{s.Label()}, labels...)
		}
	}
	return strings.Join(labels, " › ")
}

func (a *app) renderValidate(w io.Writer, s *settings, results []validated, many bool) error {
	if s.format == "json" {
		if many {
			return writeJSON(w, results)
		}
		return writeJSON(w, results[0])
	}
	for _, v := range results {
		if _, err := fmt.Fprint(w, a.validText(v)); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) validText(v validated) string {
	if len(v.Missing) == 0 {
		return a.say("cmd.facts_complete", "case", v.Case) + "\n"
	}
	text := a.say("cmd.facts_missing", "case", v.Case, "count", len(v.Missing)) + "\n"
	for _, m := range v.Missing {
		text += "  " + a.say("cmd.missing_fact", "label", m.Label, "pointer", m.Pointer) + "\n"
	}
	return text
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
