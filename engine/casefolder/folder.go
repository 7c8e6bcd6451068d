package casefolder

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"rubric/engine/facts"
	"rubric/engine/message"
)

// folder is an open folder out of which nothing is read, by no link and no
// name.
type folder struct {
	root     *os.Root
	shown    string // as the user gave it, for messages
	problems message.Problems
}

func open(dir string) (*folder, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	return &folder{root: root, shown: dir}, nil
}

func (f *folder) close() { f.root.Close() }

// path is name as the user would write it.
func (f *folder) path(name string) string { return filepath.Join(f.shown, name) }

func (f *folder) report(name string, m message.Message) {
	f.problems.Add(message.Problem{File: f.path(name), Message: m})
}

// note takes over the problems that err consists of.
func (f *folder) note(err error) {
	var problems message.Problems
	if errors.As(err, &problems) {
		f.problems = append(f.problems, problems...)
	}
}

// need is the content of a file that must be there; absent says what to do if
// it is not.
func (f *folder) need(name string, absent message.Message) []byte {
	before := len(f.problems)
	data := f.read(name)
	if data == nil && len(f.problems) == before {
		f.report(name, absent)
	}
	return data
}

// read is the content of a file, not nil; nil if there is no such file, or for
// a problem.
func (f *folder) read(name string) []byte {
	info, err := f.root.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !f.isLink(name):
		return nil
	case err != nil && f.isLink(name):
		f.report(name, message.New("casefolder.link"))
		return nil
	case err != nil:
		f.report(name, message.New("casefolder.unreadable", "detail", message.System(err)))
		return nil
	case info.IsDir():
		f.report(name, message.New("casefolder.is_folder"))
		return nil
	case !info.Mode().IsRegular(): // a pipe would keep us waiting
		f.report(name, message.New("casefolder.not_a_file"))
		return nil
	}
	return f.content(name, info.Size())
}

func (f *folder) isLink(name string) bool {
	info, err := f.root.Lstat(name)
	return err == nil && info.Mode()&fs.ModeSymlink != 0
}

// content reads one byte more than is allowed, so that a larger file is
// refused by those who parse it and never read whole. It has room for size bytes,
// and makes more where the file has grown.
func (f *folder) content(name string, size int64) []byte {
	file, err := f.root.Open(name)
	if err != nil {
		f.report(name, message.New("casefolder.unreadable", "detail", message.System(err)))
		return nil
	}
	defer file.Close()
	room := bytes.NewBuffer(make([]byte, 0, min(size, facts.MaxBytes)+bytes.MinRead))
	if _, err := room.ReadFrom(io.LimitReader(file, facts.MaxBytes+1)); err != nil {
		f.report(name, message.New("casefolder.unreadable", "detail", message.System(err)))
		return nil
	}
	return room.Bytes()
}

// facts parses data, nil if it could not be read.
func (f *folder) facts(name string, data []byte) *facts.Document {
	if data == nil {
		return nil
	}
	doc, err := facts.Parse(f.path(name), data)
	f.note(err)
	return doc
}
