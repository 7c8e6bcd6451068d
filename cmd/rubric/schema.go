package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"rubric/engine/schemas"
)

func (a *app) schemaCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "schema [NAME]",
		Short:   a.say("schema.short"),
		Long:    a.say("schema.long"),
		Example: a.say("schema.example"),
		RunE:    a.verb(nil, a.schema),

		DisableFlagsInUseLine: true,
	}
	c.Flags().StringP("output", "o", "", a.say("cmd.flag_output"))
	return c
}

func (a *app) schema(_ context.Context, c *cobra.Command, s *settings, args []string) (int, error) {
	switch {
	case len(args) > 1:
		return 0, usage(c, "cmd.surplus_argument", "argument", args[1])
	case len(args) == 0:
		return exitDone, a.print(s, listSchemas)
	}
	found, ok := schemas.Find(args[0])
	if !ok {
		var known []string
		for _, one := range schemas.All() {
			known = append(known, one.Name)
		}
		return 0, usage(c, "schema.unknown", "name", args[0], "known", known)
	}
	return exitDone, a.print(s, func(w io.Writer) error {
		_, err := w.Write(found.Text)
		return err
	})
}

// listSchemas writes the names of all schemas, each with its files.
func listSchemas(w io.Writer) error {
	for _, s := range schemas.All() {
		if _, err := fmt.Fprintf(w, "%-12s%s\n", s.Name, strings.Join(s.Files, " ")); err != nil {
			return err
		}
	}
	return nil
}
