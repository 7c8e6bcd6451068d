package main

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"rubric/engine/policy"
	"rubric/engine/scaffold"
)

func (a *app) newCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "new",
		Short:   a.say("scaffold.short"),
		Long:    a.say("scaffold.long"),
		Example: a.say("scaffold.example"),
		Args:    cobra.ArbitraryArgs,
		RunE:    a.noVerb,

		DisableFlagsInUseLine: true,
	}
	c.AddCommand(a.newFrameworkCommand(), a.newIndicatorCommand())
	return c
}

func (a *app) maker() scaffold.Maker {
	return scaffold.Maker{Lang: a.lang, Languages: languages(policy.Limits{})}
}

func (a *app) newFrameworkCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "framework ID",
		Short:   a.say("scaffold.framework_short"),
		Long:    a.say("scaffold.framework_long"),
		Example: a.say("scaffold.framework_example"),

		DisableFlagsInUseLine: true,
	}
	title := c.Flags().String("title", "", a.say("scaffold.flag_title"))
	dir := c.Flags().String("dir", "", a.say("scaffold.flag_dir"))
	c.RunE = a.verb(nil, func(ctx context.Context, c *cobra.Command, s *settings, args []string) (int, error) {
		if len(args) != 1 {
			return 0, usage(c, "scaffold.need_framework")
		}
		if *dir == "" {
			*dir = s.policies
		}
		made, err := a.maker().Framework(ctx, a.path(*dir), args[0], *title)
		return exitDone, a.tellMade(made, err)
	})
	return c
}

func (a *app) newIndicatorCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "indicator DIR ID",
		Short:   a.say("scaffold.indicator_short"),
		Long:    a.say("scaffold.indicator_long"),
		Example: a.say("scaffold.indicator_example"),

		DisableFlagsInUseLine: true,
	}
	var in scaffold.Indicator
	flags := c.Flags()
	flags.StringVar(&in.Title, "title", "", a.say("scaffold.flag_title"))
	flags.StringVar(&in.Group, "group", "", a.say("scaffold.flag_group"))
	flags.StringVar(&in.Pattern, "pattern", "", a.say("scaffold.flag_pattern"))
	flags.StringVar(&in.Weight, "weight", "", a.say("scaffold.flag_weight"))
	flags.StringVar(&in.TakeFrom, "take-from", "", a.say("scaffold.flag_take_from"))
	language := flags.String("policy", "cel", a.say("scaffold.flag_policy"))
	complete(c, "pattern", scaffold.Patterns()...)
	complete(c, "policy", "cel", "rego")
	c.RunE = a.verb(nil, func(ctx context.Context, c *cobra.Command, s *settings, args []string) (int, error) {
		if len(args) != 2 {
			return 0, usage(c, "scaffold.need_indicator")
		}
		var err error
		if in.Ext, err = policyEnd(*language); err != nil {
			return 0, err
		}
		dir := a.desk(s).frameworkNamed(args[0])
		if err := a.mustBeFramework(dir); err != nil {
			return 0, err
		}
		in.ID = args[1]
		made, err := a.maker().Indicator(ctx, a.path(dir), in)
		return exitDone, a.tellMade(made, err)
	})
	return c
}

// policyEnd is how the files of a policy language end.
func policyEnd(language string) (string, error) {
	for _, l := range languages(policy.Limits{}) {
		if name, _, _ := strings.Cut(strings.TrimPrefix(l.Extension(), "."), "."); name == language {
			return l.Extension(), nil
		}
	}
	return "", complain("scaffold.policy", "language", language)
}

// tellMade lists what was written, and what to do next.
func (a *app) tellMade(made *scaffold.Made, err error) error {
	if err != nil {
		return err
	}
	for _, file := range made.Files {
		a.tell(a.say("scaffold.made", "file", filepath.ToSlash(file)))
	}
	for _, note := range made.Notes {
		a.tell(a.catalogue.Text(a.lang, note))
	}
	return nil
}
