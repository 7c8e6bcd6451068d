package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"rubric/engine"
	"rubric/engine/bundle"
	"rubric/engine/facts"
	"rubric/engine/policy"
	"rubric/engine/receipt"
	"rubric/engine/report"
)

func (a *app) verifyCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "verify RECEIPT…",
		Short:   a.say("release.verify_short"),
		Long:    a.say("release.verify_long"),
		Example: a.say("release.verify_example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"table", "json"}
	a.settingFlags(c, can, "framework", "policies", "width", "date", keysKey)
	c.Flags().String("case", "", a.say("release.flag_case"))
	c.RunE = a.verb(can, a.verify)
	return c
}

// verification is one run of the verb. Receipts of the same limits share a desk.
type verification struct {
	*app
	*settings
	casePath string // in place of the receipt's, "" for that
	desks    map[policy.Limits]*desk
}

// verdict is a receipt held against evaluating again.
type verdict struct {
	*receipt.Comparison
	file  string
	facts *facts.Document // bound, of today
}

func (a *app) verify(ctx context.Context, c *cobra.Command, s *settings, files []string) (int, error) {
	if len(files) == 0 {
		return 0, usage(c, "release.no_receipt")
	}
	v := &verification{app: a, settings: s, casePath: c.Flags().Lookup("case").Value.String(), desks: map[policy.Limits]*desk{}}
	b := &batch{app: a}
	var verdicts []verdict
	err := b.each(ctx, files, func(file string) (string, int, error) {
		list, err := v.file(ctx, file)
		if err != nil {
			return file, 0, err
		}
		verdicts = append(verdicts, list...)
		return file, verified(list), nil
	})
	if err != nil {
		return 0, err
	}
	if len(verdicts) > 0 || s.isList(files) {
		err = a.print(s, func(w io.Writer) error { return a.renderVerdicts(w, s, verdicts, len(files) > 1) })
	}
	b.summary()
	return b.code, err
}

// verified is the exit code: the answer is "no" if one receipt does not verify.
func verified(list []verdict) int {
	for _, v := range list {
		if !v.Verified() {
			return exitNo
		}
	}
	return exitDone
}

// file verifies every receipt in a file.
func (v *verification) file(ctx context.Context, file string) ([]verdict, error) {
	text, err := v.readReceipt(file)
	if err != nil {
		return nil, err
	}
	list, err := receipt.Parse(file, text)
	if err != nil {
		return nil, err
	}
	if v.casePath != "" && len(list) > 1 {
		return nil, complain("release.case_for_many", "file", file, "count", len(list))
	}
	var verdicts []verdict
	for _, then := range list {
		one, err := v.one(ctx, file, then)
		if err != nil {
			return nil, err
		}
		verdicts = append(verdicts, one)
	}
	return verdicts, nil
}

func (v *verification) readReceipt(file string) ([]byte, error) {
	f, err := os.Open(v.path(file))
	if err != nil {
		return nil, complain("release.receipt_unreadable", "file", file, "error", cause(err))
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, receipt.MaxBytes+1))
	switch {
	case err != nil:
		return nil, complain("release.receipt_unreadable", "file", file, "error", cause(err))
	case len(text) > receipt.MaxBytes:
		return nil, complain("release.receipt_too_large", "file", file, "limit", receipt.MaxBytes>>20)
	}
	return text, nil
}

// one evaluates again what a receipt is of, within the receipt's limits.
func (v *verification) one(ctx context.Context, file string, then *receipt.Receipt) (verdict, error) {
	d := v.deskFor(then.Engine.Limits.Policy())
	path := then.Case.Path
	if v.casePath != "" {
		path = v.casePath
	}
	if _, err := os.Stat(v.path(path)); errors.Is(err, fs.ErrNotExist) {
		return verdict{}, complain("release.receipt_no_case", "file", file, "path", path)
	}
	var err error
	if d.framework, err = v.rulesOf(file, then); err != nil {
		return verdict{}, err
	}
	e, err := d.evaluate(ctx, path)
	if err != nil {
		return verdict{}, err
	}
	now, err := receiptOf(d.settings, e, path, true)
	if err != nil {
		return verdict{}, err
	}
	return verdict{receipt.Compare(then, now), file, e.input.Facts}, nil
}

func (v *verification) deskFor(limits policy.Limits) *desk {
	if d := v.desks[limits]; d != nil {
		return d
	}
	s := *v.settings
	s.limits = limits
	v.desks[limits] = v.desk(&s)
	return v.desks[limits]
}

// rulesOf is where the rules of a receipt are: what the user names, else the
// version among the policies that is the receipt's to the byte, else whatever
// stands now where the rules stood.
func (v *verification) rulesOf(file string, then *receipt.Receipt) (string, error) {
	if v.framework != "" {
		return v.framework, nil
	}
	before := then.Framework.Path
	for _, path := range append([]string{before}, v.desk(v.settings).pathsFor(then.Framework.ID)...) {
		b, err := bundle.Read(v.path(path))
		if err != nil || b.Digest() != then.Framework.Digest {
			continue
		}
		if path != before {
			v.tell(v.say("release.rules_elsewhere", "path", before, "version", then.Framework.Version, "found", path))
		}
		return path, nil
	}
	if !v.isFramework(before) {
		return "", complain("release.receipt_no_rules", "file", file, "path", before, "framework", then.Framework.ID, "version", then.Framework.Version)
	}
	return before, nil
}

func (a *app) renderVerdicts(w io.Writer, s *settings, list []verdict, many bool) error {
	if s.format == "json" {
		var files []string
		var comparisons []*receipt.Comparison
		for _, v := range list {
			files, comparisons = append(files, v.file), append(comparisons, v.Comparison)
		}
		return report.VerifiedJSON(w, files, comparisons, many)
	}
	return separated(w, list, func(v verdict) error { return report.Verified(w, v.Comparison, v.label, a.words(), s.width) })
}

// label is what a fact is called, as far as the schema of today knows it.
func (v verdict) label(pointer string) string {
	if n := v.facts.At(pointer); n != nil {
		return engine.Label(n)
	}
	return ""
}
