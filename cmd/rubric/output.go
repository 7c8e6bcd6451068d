package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// checkOutput refuses an output file that cannot be written, before any work
// is done.
func (a *app) checkOutput(file string) error {
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
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return complain("cmd.output_unwritable", "file", file, "error", cause(err))
	}
	folder := filepath.Dir(file)
	if info, err := os.Stat(a.path(folder)); err != nil || !info.IsDir() {
		return complain("cmd.output_no_folder", "file", file, "folder", folder)
	}
	return nil
}

// deliver writes a result, all of it or nothing.
func (a *app) deliver(file string, data *bytes.Buffer) error {
	if file == "" {
		_, err := a.stdout.Write(data.Bytes())
		return err
	}
	if err := replaceFile(a.path(file), data.Bytes()); err != nil {
		return complain("cmd.output_unwritable", "file", file, "error", cause(err))
	}
	a.tell(a.say("cmd.written", "file", file))
	return nil
}

// replaceFile puts data into a file so that at no moment, not even if the
// machine stops, there is half of it: it writes a file beside it and renames.
func replaceFile(file string, data []byte) error {
	mode := fs.FileMode(0o644)
	if real, err := filepath.EvalSymlinks(file); err == nil {
		file = real
		if info, err := os.Stat(file); err == nil {
			mode = info.Mode().Perm()
		}
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".rubric-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // fails once it is renamed
	_, err = temp.Write(data)
	err = errors.Join(err, temp.Chmod(mode), temp.Sync(), temp.Close())
	if err != nil {
		return err
	}
	if err := os.Rename(temp.Name(), file); err != nil {
		return err
	}
	syncFolder(filepath.Dir(file))
	return nil
}

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
