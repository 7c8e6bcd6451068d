// Package gitrev reads the files of a framework as they were at a revision of
// the git repository they are kept in. It runs git and writes nothing.
package gitrev

import (
	"bytes"
	"context"
	"errors"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"rubric/engine/bundle"
	"rubric/engine/message"
)

// prefix begins what names a revision in the place of a folder.
const prefix = "git:"

// Is tells whether text names a folder at a revision: git:REV:PATH.
func Is(text string) bool { return strings.HasPrefix(text, prefix) }

// Read is the folder that text (git:REV:PATH) names, as it was then. dir is the
// folder that PATH begins at, "" for the process's own. Hidden files are left
// out, as they are of a folder. The error is ctx's or a message.Problems.
func Read(ctx context.Context, dir, text string) (*bundle.Bundle, error) {
	r := &reading{ctx: ctx, dir: dir, text: text}
	revision, folder, ok := strings.Cut(strings.TrimPrefix(text, prefix), ":")
	switch {
	case !ok || revision == "" || folder == "":
		return nil, r.problem(message.New("gitrev.form"))
	case strings.HasPrefix(revision, "-") || strings.ContainsAny(revision, " \x00"):
		return nil, r.problem(message.New("gitrev.no_revision", "revision", revision))
	case filepath.IsAbs(folder):
		return nil, r.problem(message.New("gitrev.absolute", "folder", folder))
	}
	return r.read(revision, path.Clean(filepath.ToSlash(folder)))
}

// reading is one folder being read at one revision.
type reading struct {
	ctx       context.Context
	dir, text string
}

// problem is what is wrong, unless it is that time is up.
func (r *reading) problem(m message.Message) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	return message.Problems{{File: r.text, Message: m}}
}

func (r *reading) read(revision, folder string) (*bundle.Bundle, error) {
	if _, err := exec.LookPath("git"); err != nil {
		return nil, r.problem(message.New("gitrev.no_git"))
	}
	top, err := r.git("rev-parse", "--show-toplevel")
	if err != nil {
		return nil, r.problem(message.New("gitrev.no_repository"))
	}
	if _, err := r.git("rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}"); err != nil {
		return nil, r.problem(message.New("gitrev.no_revision", "revision", revision))
	}
	tree, err := r.git("rev-parse", "--verify", "--quiet", "--end-of-options", revision+":./"+folder)
	kind, wrong := r.git("cat-file", "-t", line(tree))
	if err != nil || wrong != nil || line(kind) != "tree" {
		return nil, r.problem(message.New("gitrev.no_folder", "revision", revision, "folder", folder))
	}
	r.dir = line(top) // below it git would leave out what is not of the folder it runs in
	packed, err := r.git("archive", "--format=tar.gz", line(tree), "--", ".", ":(exclude,glob)**/.*", ":(exclude,glob)**/.*/**")
	if err != nil {
		return nil, r.problem(message.New("gitrev.failed", "detail", err))
	}
	b, err := bundle.Unpack(r.text, packed)
	if b != nil {
		b.Archive = false // it is a folder of another day
	}
	return b, err
}

func line(out []byte) string { return strings.TrimSpace(string(out)) }

// git runs git with arguments of ours; what the user wrote stands after
// --end-of-options or has been made a name of git's own.
func (r *reading) git(arguments ...string) ([]byte, error) {
	c := exec.CommandContext(r.ctx, "git", arguments...)
	c.Dir = r.dir
	var out, said bytes.Buffer
	c.Stdout, c.Stderr = &out, &said
	if err := c.Run(); err != nil {
		return nil, errors.New(line(said.Bytes()))
	}
	return out.Bytes(), nil
}
