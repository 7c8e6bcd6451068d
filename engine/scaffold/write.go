package scaffold

import (
	"errors"
	"os"
	"path/filepath"
	"slices"

	"rubric/engine/bundle"
)

// writeFolder writes a new folder, all of it or nothing: it is filled under
// another name and then renamed.
func writeFolder(folder string, files []bundle.File) error {
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return err
	}
	temp, err := os.MkdirTemp(filepath.Dir(folder), ".rubric-new-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp) // there is none once it is renamed
	for _, f := range files {
		if err := create(filepath.Join(temp, filepath.FromSlash(f.Name)), f.Text); err != nil {
			return err
		}
	}
	if err := os.Chmod(temp, 0o755); err != nil {
		return err
	}
	return os.Rename(temp, folder)
}

// create writes a file that is not there, and the folders above it.
func create(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// write writes files into a folder, new ones and others in the place of those
// that are there, all of them or none: what was done is undone if something
// fails. Each file is whole at any moment.
func write(dir string, files []bundle.File) (err error) {
	var undo []func()
	defer func() {
		if err != nil {
			for _, step := range slices.Backward(undo) {
				step()
			}
		}
	}()
	for _, f := range files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		old, missing := os.ReadFile(name)
		if err := put(name, f.Text); err != nil {
			return err
		}
		if missing != nil {
			undo = append(undo, func() { os.Remove(name) })
		} else {
			undo = append(undo, func() { _ = put(name, old) }) // nothing more can be done
		}
	}
	return nil
}

// put writes a file beside its place and renames it.
func put(name string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(name), ".rubric-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // fails once it is renamed
	mode := os.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	_, err = temp.Write(text)
	if err = errors.Join(err, temp.Chmod(mode), temp.Sync(), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), name)
}
