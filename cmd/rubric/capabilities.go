package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"rubric/engine/policy/rego"
)

func (a *app) capabilitiesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "capabilities",
		Short:   a.say("cmd.capabilities_short"),
		Long:    a.say("cmd.capabilities_long"),
		Example: a.say("cmd.capabilities_example"),
		RunE:    a.verb(nil, a.capabilities),

		DisableFlagsInUseLine: true,
	}
	c.Flags().StringP("output", "o", "", a.say("cmd.flag_output"))
	return c
}

func (a *app) capabilities(_ context.Context, c *cobra.Command, s *settings, args []string) (int, error) {
	if len(args) > 0 {
		return 0, usage(c, "cmd.surplus_argument", "argument", args[0])
	}
	return exitDone, a.print(s, func(w io.Writer) error {
		text, err := rego.Capabilities()
		if err == nil {
			_, err = w.Write(text)
		}
		return err
	})
}
