package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// rootCommand is the command with all its verbs, in the user's language.
func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "rubric",
		Short:         a.say("cmd.root_short"),
		Long:          a.say("cmd.root_long"),
		Example:       a.say("cmd.root_example"),
		Args:          cobra.ArbitraryArgs,
		RunE:          a.noVerb,
		SilenceErrors: true,
		SilenceUsage:  true,

		DisableFlagsInUseLine: true,
	}
	root.SetArgs(a.args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	root.SetUsageFunc(a.printUsage)
	root.SetHelpFunc(a.printHelp)
	root.SetFlagErrorFunc(a.flagError)
	root.Version = buildVersion()
	root.SetVersionTemplate(versionText())
	root.Flags().Bool("version", false, a.say("cmd.flag_version"))
	root.PersistentFlags().BoolP("help", "h", false, a.say("cmd.flag_help"))
	root.PersistentFlags().String("lang", "", a.say("cmd.flag_lang"))
	root.PersistentFlags().String("config", "", a.say("cmd.flag_config"))
	complete(root, "lang", "zh", "en")
	if asked := a.verbAsked(); asked != nil {
		root.AddCommand(asked())
		return root
	}
	for _, v := range a.verbs() {
		root.AddCommand(v.command())
	}
	root.SetHelpCommand(a.helpCommand())
	root.InitDefaultHelpCmd()
	a.translateCompletion(root)
	return root
}

// verb is a command below the root, which is made when it is asked for: making
// all of them takes longer than many of them work.
type verb struct {
	name    string
	command func() *cobra.Command
}

func (a *app) verbs() []verb {
	return []verb{
		{"eval", a.evalCommand}, {"explain", a.explainCommand}, {"check", a.checkCommand}, {"test", a.testCommand},
		{"facts", a.factsCommand}, {"bench", a.benchCommand}, {"capabilities", a.capabilitiesCommand},
		{"schema", a.schemaCommand}, {"version", a.versionCommand}, {"build", a.buildCommand}, {"sign", a.signCommand},
		{"verify", a.verifyCommand}, {"new", a.newCommand}, {"fmt", a.fmtCommand}, {"diff", a.diffCommand},
		{"impact", a.impactCommand}, {"reconcile", a.reconcileCommand}, {"panel", a.panelCommand},
		{"years", a.yearsCommand}, {"evidence", a.evidenceCommand}, {"papers", a.papersCommand},
	}
}

// verbAsked makes the verb that the command line begins with, nil where it
// begins with something else: then all of them are needed to tell what it says.
func (a *app) verbAsked() func() *cobra.Command {
	for _, v := range a.verbs() {
		if len(a.args) > 0 && a.args[0] == v.name {
			return v.command
		}
	}
	return nil
}

// complete offers the values of a flag to the shell.
func complete(c *cobra.Command, flag string, values ...string) {
	// The error says that there is no such flag, or that it has values already.
	_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
}

// noVerb is what a command that only has verbs does when no verb was given, or
// one that is not there.
func (a *app) noVerb(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return unknownVerb(c, args[0])
	}
	c.SetOut(a.stderr)
	a.code = exitNotDone
	return c.Help()
}

func unknownVerb(c *cobra.Command, word string) error {
	var verbs []string
	for _, verb := range c.Commands() {
		if verb.IsAvailableCommand() {
			verbs = append(verbs, verb.Name())
		}
		for _, below := range verb.Commands() {
			if below.Name() == word {
				return usage(c, "cmd.unknown_verb_suggest", "verb", word, "suggestion", below.CommandPath())
			}
		}
	}
	if near := closest(word, verbs); near != "" {
		return usage(c, "cmd.unknown_verb_suggest", "verb", word, "suggestion", near)
	}
	return usage(c, "cmd.unknown_verb", "verb", word, "verbs", verbs)
}

// flagError puts what pflag says of a flag into the user's language. A flag
// behind a misspelt verb is not the first thing that is wrong.
func (a *app) flagError(c *cobra.Command, err error) error {
	if words := c.Flags().Args(); c.HasSubCommands() && len(words) > 0 {
		return unknownVerb(c, words[0])
	}
	var (
		unknown *pflag.NotExistError
		empty   *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
	)
	switch {
	case errors.As(err, &unknown):
		return a.unknownFlag(c, unknown)
	case errors.As(err, &empty):
		return usage(c, "cmd.flag_without_value", "flag", dashed(empty.GetSpecifiedName()))
	case errors.As(err, &invalid):
		return usage(c, "cmd.flag_invalid", "flag", dashed(invalid.GetFlag().Name), "value", invalid.GetValue())
	}
	return usage(c, "cmd.bad_usage", "error", err)
}

func (a *app) unknownFlag(c *cobra.Command, err *pflag.NotExistError) error {
	name := dashed(err.GetSpecifiedName())
	var flags []string
	c.Flags().VisitAll(func(f *pflag.Flag) { flags = append(flags, dashed(f.Name)) })
	if near := closest(name, flags); near != "" {
		return usage(c, "cmd.unknown_flag_suggest", "flag", name, "suggestion", near)
	}
	return usage(c, "cmd.unknown_flag", "flag", name)
}

func dashed(flag string) string {
	if len(flag) == 1 {
		return "-" + flag
	}
	return "--" + flag
}

func (a *app) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [VERB]",
		Short: a.say("cmd.help_short"),

		DisableFlagsInUseLine: true,
		RunE: func(c *cobra.Command, args []string) error {
			about, rest, err := c.Root().Find(args)
			if err != nil {
				return err
			}
			if about.HasSubCommands() && len(rest) > 0 {
				return unknownVerb(about, rest[0])
			}
			return about.Help()
		},
	}
}

// translateCompletion adds cobra's completion command in the user's language.
func (a *app) translateCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd(a.args...)
	for _, c := range root.Commands() {
		if c.Name() != "completion" {
			continue
		}
		c.Use, c.Short, c.Long = "completion SHELL", a.say("cmd.completion_short"), a.say("cmd.completion_long")
		c.Example, c.DisableFlagsInUseLine = a.say("cmd.completion_example"), true
		c.Args, c.RunE = cobra.ArbitraryArgs, a.noVerb
		for _, shell := range c.Commands() {
			shell.Short = a.say("cmd.completion_shell", "shell", shell.Name())
			shell.Long = a.say("cmd.completion_shell_long", "shell", shell.Name())
			shell.Example = "rubric completion " + shell.Name()
			if f := shell.Flags().Lookup("no-descriptions"); f != nil {
				f.Usage = a.say("cmd.flag_no_descriptions")
			}
		}
	}
}

// printHelp is cobra's help with our own words. Behind a verb that is not there
// the help of the others would hide that.
func (a *app) printHelp(c *cobra.Command, _ []string) {
	if words := c.Flags().Args(); c.HasSubCommands() && len(words) > 0 {
		a.complain(unknownVerb(c, words[0]))
		a.code = exitNotDone
		return
	}
	about := c.Long
	if about == "" {
		about = c.Short
	}
	fmt.Fprintf(c.OutOrStdout(), "%s\n\n", strings.TrimSpace(about))
	a.writeUsage(c.OutOrStdout(), c)
}

func (a *app) printUsage(c *cobra.Command) error {
	a.writeUsage(c.OutOrStderr(), c)
	return nil
}

// writeUsage is cobra's usage with our own words.
func (a *app) writeUsage(w io.Writer, c *cobra.Command) {
	fmt.Fprintf(w, "%s\n  %s\n", a.say("cmd.usage"), a.useLine(c))
	if c.HasExample() {
		fmt.Fprintf(w, "\n%s\n%s\n", a.say("cmd.examples"), indented(c.Example))
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\n%s\n", a.say("cmd.verbs"))
		for _, verb := range c.Commands() {
			if verb.IsAvailableCommand() {
				fmt.Fprintf(w, "  %-*s  %s\n", c.Commands()[0].NamePadding(), verb.Name(), verb.Short)
			}
		}
	}
	if c.HasAvailableLocalFlags() {
		fmt.Fprintf(w, "\n%s\n%s", a.say("cmd.flags"), c.LocalFlags().FlagUsages())
	}
	if c.HasAvailableInheritedFlags() {
		fmt.Fprintf(w, "\n%s\n%s", a.say("cmd.global_flags"), c.InheritedFlags().FlagUsages())
	}
	if c.HasAvailableSubCommands() {
		fmt.Fprintf(w, "\n%s\n", a.say("cmd.more_help", "command", c.CommandPath()))
	}
}

func (a *app) useLine(c *cobra.Command) string {
	if c.HasAvailableSubCommands() {
		return c.CommandPath() + " " + a.say("cmd.verb_placeholder")
	}
	return c.UseLine()
}

func indented(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")
}
