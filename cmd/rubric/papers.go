package main

import (
	"bytes"
	"context"

	"github.com/spf13/cobra"

	"rubric/engine/message"
	"rubric/engine/papers"
)

func (a *app) papersCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "papers CASE -o FILE.xlsx",
		Short:   a.say("papers.short"),
		Long:    a.say("papers.long"),
		Example: a.say("papers.example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"xlsx"}
	a.settingFlags(c, can, "framework", "policies", "date", keysKey)
	c.RunE = a.verb(can, a.papers)
	return c
}

// papers writes the working papers of a case: the exit code is exitOpen if some
// indicator has no score.
func (a *app) papers(ctx context.Context, c *cobra.Command, s *settings, paths []string) (int, error) {
	if len(paths) != 1 || s.output == "" {
		return 0, usage(c, "papers.what")
	}
	e, err := a.desk(s).evaluate(ctx, paths[0])
	if err != nil {
		return 0, err
	}
	var out bytes.Buffer
	of := papers.Case{Rules: e.rules, Facts: e.Facts, Evidence: e.Evidence, Assessment: e.assessment}
	words := func(m message.Message) string { return a.catalogue.Text(a.lang, m) }
	if err := papers.Write(ctx, &out, of, a.say, words); err != nil {
		return 0, err
	}
	return outcome(e.assessment), a.deliver(s.output, &out)
}
