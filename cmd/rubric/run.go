package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rubric/engine/message"
	"rubric/engine/report"
)

// Exit codes.
const (
	exitDone    = 0 // done
	exitNo      = 1 // done, and the answer is "no"
	exitNotDone = 2 // bad usage, bad input, a framework that does not compile, deadline
	exitOpen    = 3 // done, but something is undetermined or failed
)

// worse is the exit code for two things done: 2 wins over 3, 3 over 1.
func worse(a, b int) int {
	rank := [...]int{exitDone: 0, exitNo: 1, exitOpen: 2, exitNotDone: 3}
	if rank[a] > rank[b] {
		return a
	}
	return b
}

// app is one run of the command and what it may touch.
type app struct {
	args   []string
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	env    func(string) string
	dir    string // working directory; "" for the process's own
	now    func() time.Time

	variables []string // the names of all environment variables
	columns   int      // of the terminal that messages go to, 0 if it is none

	catalogue *message.Catalogue
	lang      message.Lang
	langSaid  bool // by a flag or a setting
	code      int
}

// run is the whole command: it returns the exit code. The environment is a list
// of NAME=value.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, environment []string, dir string) int {
	catalogue, err := message.Load()
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitNotDone
	}
	a := &app{args: args, stdin: stdin, stdout: stdout, stderr: stderr, dir: dir, now: time.Now, catalogue: catalogue}
	a.columns, _ = terminalColumns(stderr)
	a.env, a.variables = variables(environment)
	a.lang = a.chooseLang()
	root := a.rootCommand()
	if err := root.ExecuteContext(ctx); err != nil {
		a.complain(err)
		return exitNotDone
	}
	return a.code
}

// variables looks up the variables of an environment, of which the last of the
// same name counts, and lists their names.
func variables(environment []string) (lookup func(string) string, names []string) {
	values := map[string]string{}
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		values[name] = value
		names = append(names, name)
	}
	return func(name string) string { return values[name] }, names
}

// say is a sentence of the catalogue in the user's language.
func (a *app) say(id string, pairs ...any) string {
	return a.catalogue.Text(a.lang, message.New(id, pairs...))
}

// tell prints a message for the user. What reads it by lines, such as an editor or
// a script, gets a line for each problem; a person at a terminal gets lines that
// fit.
func (a *app) tell(text string) {
	if a.columns > 0 {
		fmt.Fprint(a.stderr, report.Lines(text, a.columns))
		return
	}
	fmt.Fprintln(a.stderr, text)
}

// path is where a path that the user gave leads.
func (a *app) path(given string) string {
	if a.dir == "" || given == "" || filepath.IsAbs(given) {
		return given
	}
	return filepath.Join(a.dir, given)
}

// usageError is a mistake in the command line; command is the one to look up.
type usageError struct {
	command string
	message message.Message
}

func (e usageError) Error() string { return e.command + ": " + e.message.ID }

func usage(c *cobra.Command, id string, pairs ...any) error {
	return usageError{c.CommandPath(), message.New(id, pairs...)}
}

// complaint is a sentence as an error.
type complaint message.Message

func (c complaint) Error() string { return c.ID }

func complain(id string, pairs ...any) error { return complaint(message.New(id, pairs...)) }

// complain prints why nothing was done.
func (a *app) complain(err error) {
	var u usageError
	a.tell(a.reason(err))
	if errors.As(err, &u) {
		a.tell(a.say("cmd.see_help", "command", u.command))
	}
}

// reason is an error in the user's language, a line for each problem.
func (a *app) reason(err error) string {
	var (
		problems message.Problems
		problem  message.Problem
		sentence complaint
		u        usageError
	)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return a.say("cmd.deadline")
	case errors.Is(err, context.Canceled):
		return a.say("cmd.cancelled")
	case errors.As(err, &problems):
		return a.lines(problems)
	case errors.As(err, &problem):
		return a.catalogue.Problem(a.lang, problem)
	case errors.As(err, &sentence):
		return a.catalogue.Text(a.lang, message.Message(sentence))
	case errors.As(err, &u):
		return a.catalogue.Text(a.lang, u.message)
	}
	return a.say("cmd.error", "error", message.System(err))
}

// lines are problems, one a line.
func (a *app) lines(problems message.Problems) string {
	text := ""
	for i, p := range inOrder(problems) {
		if i > 0 {
			text += "\n"
		}
		text += a.catalogue.Problem(a.lang, p)
	}
	return text
}

// inOrder are problems by file, in the order in which the files first appear,
// and within a file by line.
func inOrder(problems message.Problems) message.Problems {
	files := map[string]int{}
	for n, p := range problems {
		if _, seen := files[p.File]; !seen {
			files[p.File] = n
		}
	}
	sorted := slices.Clone(problems)
	slices.SortStableFunc(sorted, func(a, b message.Problem) int {
		return cmp.Or(files[a.File]-files[b.File], a.Line-b.Line, a.Column-b.Column)
	})
	return sorted
}
