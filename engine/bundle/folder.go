package bundle

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"rubric/engine/message"
)

// folder is a folder being read. Links that lead out of it are refused by
// os.Root.
type folder struct {
	*Bundle
	root     *os.Root
	total    int
	problems message.Problems
}

func readFolder(dir string) (*Bundle, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, unreadable(dir, err)
	}
	defer root.Close()
	f := &folder{Bundle: &Bundle{Path: dir}, root: root}
	if err := fs.WalkDir(root.FS(), ".", f.visit); err != nil {
		var problems message.Problems
		if errors.As(err, &problems) {
			return nil, err
		}
		return nil, unreadable(dir, err)
	}
	f.sort()
	if text, err := f.content(SignatureFile); err == nil {
		f.Signature = text
	}
	return f.Bundle, f.problems.Err()
}

func (f *folder) visit(name string, d fs.DirEntry, err error) error {
	switch {
	case err != nil:
		return err
	case name != "." && hidden(name):
		if d.IsDir() {
			return fs.SkipDir
		}
		return nil
	case d.IsDir():
		return nil
	}
	return f.read(name)
}

func (f *folder) read(name string) error {
	text, err := f.content(name)
	var problems message.Problems
	switch {
	case errors.As(err, &problems):
		f.problems = append(f.problems, problems...)
		return nil
	case err != nil:
		f.problems.Add(message.Problem{File: f.path(name), Message: message.New("bundle.unreadable", "why", message.System(err))})
		return nil
	}
	f.Files = append(f.Files, File{Name: name, Text: text})
	if f.total += len(text); f.total > MaxTotal || len(f.Files) > MaxFiles {
		return problem(f.Path, message.New("bundle.too_large", "limit", MaxTotal>>20, "files", MaxFiles))
	}
	return nil
}

// content is a file's bytes, all of them or none.
func (f *folder) content(name string) ([]byte, error) {
	info, err := f.root.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() { // a pipe would keep us waiting
		return nil, problem(f.path(name), message.New("bundle.not_a_file"))
	}
	file, err := f.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	// Room for one byte more tells the end of a file that is as long as it was.
	room := bytes.NewBuffer(make([]byte, 0, min(info.Size(), MaxFile)+bytes.MinRead))
	_, err = room.ReadFrom(io.LimitReader(file, MaxFile+1))
	text := room.Bytes()
	if err == nil && len(text) > MaxFile {
		return nil, problem(f.path(name), message.New("bundle.file_too_large", "limit", MaxFile>>20))
	}
	return text, err
}

// path is how messages name a file.
func (f *folder) path(name string) string { return filepath.Join(f.Path, filepath.FromSlash(name)) }
