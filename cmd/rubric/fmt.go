package main

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"rubric/engine/bundle"
	"rubric/engine/form"
	"rubric/engine/message"
)

func (a *app) fmtCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "fmt PATH…",
		Short:   a.say("form.short"),
		Long:    a.say("form.long"),
		Example: a.say("form.example"),

		DisableFlagsInUseLine: true,
	}
	f := &forming{app: a}
	c.Flags().BoolVar(&f.check, "check", false, a.say("form.flag_check"))
	c.Flags().BoolVarP(&f.diff, "diff", "d", false, a.say("form.flag_diff"))
	c.RunE = a.verb(nil, func(ctx context.Context, c *cobra.Command, _ *settings, args []string) (int, error) {
		if len(args) == 0 {
			return 0, usage(c, "form.need_files")
		}
		return f.run(ctx, args)
	})
	return c
}

// forming is files being brought into form.
type forming struct {
	*app
	check, diff bool

	changed  []string
	total    int
	out      bytes.Buffer // what goes to stdout
	problems message.Problems
}

func (f *forming) run(ctx context.Context, paths []string) (int, error) {
	var files []string
	for _, path := range paths {
		files = append(files, f.find(path)...)
	}
	for _, file := range files {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		f.file(file)
	}
	if _, err := f.stdout.Write(f.out.Bytes()); err != nil {
		return 0, err
	}
	return f.conclude()
}

// conclude says how it went.
func (f *forming) conclude() (int, error) {
	if err := f.problems.Err(); err != nil {
		return 0, err
	}
	switch only := f.check || f.diff; {
	case only && len(f.changed) > 0:
		f.tell(f.say("form.not_in_form", "count", len(f.changed)))
		if f.check {
			return exitNo, nil
		}
	case len(f.changed) == 0:
		f.tell(f.say("form.fine", "count", f.total))
	}
	return exitDone, nil
}

func (f *forming) problem(file string, m message.Message) {
	f.problems.Add(message.Problem{File: file, Message: m})
}

// find lists the files at a path that have a form, hidden ones left out.
func (f *forming) find(path string) []string {
	info, err := os.Stat(f.path(path))
	switch {
	case err != nil:
		f.problem(path, message.New("form.unreadable", "why", cause(err)))
		return nil
	case !info.IsDir() && !form.Has(path):
		f.problem(path, message.New("form.not_ours"))
		return nil
	case !info.IsDir():
		return []string{path}
	}
	var files []string
	err = filepath.WalkDir(f.path(path), func(name string, entry fs.DirEntry, err error) error {
		below, _ := filepath.Rel(f.path(path), name) // it is below
		switch {
		case err != nil:
			return err
		case below != "." && strings.HasPrefix(entry.Name(), ".") && entry.IsDir():
			return fs.SkipDir
		case entry.Type().IsRegular() && form.Has(name) && !strings.HasPrefix(entry.Name(), "."):
			files = append(files, filepath.Join(path, below))
		}
		return nil
	})
	if err != nil {
		f.problem(path, message.New("form.unreadable", "why", cause(err)))
	} else if len(files) == 0 {
		f.problem(path, message.New("form.nothing"))
	}
	return files
}

// file brings one file into form, or shows what would change.
func (f *forming) file(name string) {
	text, err := readFile(f.path(name))
	switch {
	case err != nil:
		f.problem(name, message.New("form.unreadable", "why", cause(err)))
		return
	case len(text) > bundle.MaxFile:
		f.problem(name, message.New("form.too_large", "limit", bundle.MaxFile>>20))
		return
	}
	f.total++
	formed, err := form.Source(name, text)
	if err := note(&f.problems, err); err != nil {
		f.problem(name, message.New("form.unreadable", "why", cause(err)))
	}
	if err != nil || bytes.Equal(formed, text) {
		return
	}
	f.changed = append(f.changed, name)
	if f.check {
		f.out.WriteString(name + "\n")
	}
	if f.diff {
		f.out.Write(diff.Diff(name, text, name, formed))
	}
	if !f.check && !f.diff {
		f.write(name, formed)
	}
}

func (f *forming) write(name string, formed []byte) {
	if err := replaceFile(f.path(name), formed); err != nil {
		f.problem(name, message.New("form.unwritable", "why", cause(err)))
		return
	}
	f.tell(f.say("form.formed", "file", name))
}

// readFile reads one byte more than is allowed at most.
func readFile(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, bundle.MaxFile+1))
}
