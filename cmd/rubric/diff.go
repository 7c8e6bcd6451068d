package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"rubric/engine/diff"
	"rubric/engine/report"
)

func (a *app) diffCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "diff OLD NEW",
		Short:   a.say("diff.short"),
		Long:    a.say("diff.long"),
		Example: a.say("diff.example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"text", "json", "markdown"}
	a.settingFlags(c, can, "policies", "width")
	code := c.Flags().Bool("exit-code", false, a.say("diff.flag_exit_code"))
	c.RunE = a.verb(can, func(ctx context.Context, c *cobra.Command, s *settings, args []string) (int, error) {
		if len(args) != 2 {
			return 0, usage(c, "diff.need_arguments")
		}
		old, new, err := a.desk(s).editions(ctx, args[0], args[1])
		if err != nil {
			return 0, err
		}
		d := diff.Compare(old, new)
		err = a.print(s, func(w io.Writer) error { return a.renderDiff(w, s, d) })
		if *code && !d.Same {
			return exitNo, err
		}
		return exitDone, err
	})
	return c
}

func (a *app) renderDiff(w io.Writer, s *settings, d *diff.Difference) error {
	switch s.format {
	case "json":
		return report.DiffJSON(w, d)
	case "markdown":
		return report.DiffMarkdown(w, d, a.words())
	}
	return report.DiffText(w, d, a.words(), s.width)
}
