package main

import (
	"bytes"
	"encoding/json"

	"github.com/spf13/cobra"

	"rubric/engine/receipt"
)

// receipts collects the receipts of a run that is to write them.
type receipts struct {
	*app
	file       string // "" for none
	withValues bool
	many       bool // the file holds a list, even if it has one element
	list       []*receipt.Receipt
}

// receipts are those that the flags of a verb ask for.
func (a *app) receipts(c *cobra.Command, s *settings, paths []string) (*receipts, error) {
	r := &receipts{app: a, file: c.Flags().Lookup("receipt").Value.String(), many: len(paths) > 1}
	r.withValues, _ = c.Flags().GetBool("receipt-values") // the flag is there
	if r.withValues && r.file == "" {
		return nil, usage(c, "release.values_without_receipt")
	}
	if r.file != "" && r.file == s.output {
		return nil, complain("cmd.output_is_input", "file", r.file)
	}
	return r, a.checkOutput(r.file, append(s.reads(), paths...))
}

// add makes the receipt of a case that was evaluated.
func (r *receipts) add(s *settings, e evaluated, path string) error {
	if r.file == "" {
		return nil
	}
	one, err := receiptOf(s, e, path, r.withValues)
	r.list = append(r.list, one)
	return err
}

func receiptOf(s *settings, e evaluated, path string, withValues bool) (*receipt.Receipt, error) {
	return receipt.New(e.assessment, receipt.Source{Framework: e.rules.Framework, FrameworkPath: e.frameworkPath, CasePath: path,
		Period: e.Period, Facts: e.input.Facts, Limits: s.limits, EngineVersion: buildVersion(), WithValues: withValues})
}

// write puts the receipts into their file, all or none.
func (r *receipts) write() error {
	if r.file == "" || len(r.list) == 0 {
		return nil
	}
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetEscapeHTML(false)
	out.SetIndent("", " ")
	var err error
	if r.many {
		err = out.Encode(r.list)
	} else {
		err = out.Encode(r.list[0])
	}
	if err != nil {
		return err
	}
	return r.deliver(r.file, &b)
}
