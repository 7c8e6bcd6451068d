package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// checkOutput refuses an output file that cannot be written, or that would
// change what the run reads, before any work is done. Read are the paths that
// the user gave.
func (a *app) checkOutput(file string, read []string) error {
	if file == "" {
		return nil
	}
	info, err := os.Stat(a.path(file))
	switch {
	case err == nil && info.IsDir():
		return complain("cmd.output_is_folder", "file", file)
	case err == nil && !info.Mode().IsRegular():
		return complain("cmd.output_is_special", "file", file)
	case err == nil:
		return a.checkOverwrite(file, info, read)
	case !errors.Is(err, fs.ErrNotExist):
		return complain("cmd.output_unwritable", "file", file, "error", cause(err))
	}
	if _, err := os.Lstat(a.path(file)); err == nil {
		return complain("cmd.output_dangling", "file", file)
	}
	folder := filepath.Dir(file)
	if info, err := os.Stat(a.path(folder)); err != nil || !info.IsDir() {
		return complain("cmd.output_no_folder", "file", file, "folder", folder)
	}
	return a.checkFolder(file, read)
}

// checkOverwrite refuses to replace a file that the run reads, by whatever name
// or link.
func (a *app) checkOverwrite(file string, info fs.FileInfo, read []string) error {
	for _, name := range read {
		if other, err := os.Stat(a.path(name)); err == nil && os.SameFile(info, other) {
			return complain("cmd.output_is_input", "file", file)
		}
	}
	return a.checkFolder(file, read)
}

// checkFolder refuses to write into the folder of a case or a framework: what
// lies there is input, and a framework's digest is over all of it.
func (a *app) checkFolder(file string, read []string) error {
	whole, err := filepath.Abs(a.path(file))
	if err != nil {
		return complain("cmd.output_unwritable", "file", file, "error", cause(err))
	}
	if real, err := filepath.EvalSymlinks(whole); err == nil {
		whole = real
	} else if folder, err := filepath.EvalSymlinks(filepath.Dir(whole)); err == nil {
		whole = filepath.Join(folder, filepath.Base(whole))
	}
	for folder := filepath.Dir(whole); ; folder = filepath.Dir(folder) {
		if isThere(filepath.Join(folder, caseName)) || isThere(filepath.Join(folder, frameworkName)) || a.isOneOf(folder, read) {
			return complain("cmd.output_among_inputs", "file", file, "folder", folder)
		}
		if folder == filepath.Dir(folder) {
			return nil
		}
	}
}

// isOneOf tells whether a folder is one of those that the user gave.
func (a *app) isOneOf(folder string, given []string) bool {
	info, err := os.Stat(folder)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(given, func(name string) bool {
		other, err := os.Stat(a.path(name))
		return err == nil && os.SameFile(info, other)
	})
}

func isThere(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// deliver writes a result, all of it or nothing.
func (a *app) deliver(file string, data *bytes.Buffer) error {
	if file == "" {
		_, err := a.stdout.Write(data.Bytes())
		return err
	}
	if err := a.replace(file, data.Bytes()); err != nil {
		return err
	}
	a.tell(a.say("cmd.written", "file", file))
	return nil
}

// replace writes a file, all of it or nothing, without a word.
func (a *app) replace(file string, data []byte) error {
	if err := replaceFile(a.path(file), data); err != nil {
		return complain("cmd.output_unwritable", "file", file, "error", cause(err))
	}
	return nil
}

// replaceFile puts data into a file so that at no moment, not even if the
// machine stops, there is half of it: it writes a file beside it and renames.
func replaceFile(file string, data []byte) error {
	s, err := stage(file, data)
	if err != nil {
		return err
	}
	defer s.drop()
	return s.put()
}

// staged is a file that is written and safe beside the one that it is to replace.
type staged struct{ temp, file string }

func stage(file string, data []byte) (s staged, err error) {
	mode := fs.FileMode(0o644)
	if real, err := filepath.EvalSymlinks(file); err == nil {
		file = real
		if info, err := os.Stat(file); err == nil {
			mode = info.Mode().Perm()
		}
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".rubric-*")
	if err != nil {
		return s, err
	}
	s = staged{temp.Name(), file}
	_, err = temp.Write(data)
	if err = errors.Join(err, temp.Chmod(mode), temp.Sync(), temp.Close()); err != nil {
		s.drop()
	}
	return s, err
}

// put lets the file take its place.
func (s staged) put() error {
	if err := os.Rename(s.temp, s.file); err != nil {
		return err
	}
	syncFolder(filepath.Dir(s.file))
	return nil
}

// drop removes the file if it has not taken its place.
func (s staged) drop() { _ = os.Remove(s.temp) } // once it has, there is none

// syncFolder makes the new name last. Systems that cannot do that for a folder
// say so by an error, which is of no use: the file is in its place.
func syncFolder(folder string) {
	f, err := os.Open(folder)
	if err != nil {
		return
	}
	defer f.Close()
	_ = f.Sync()
}
