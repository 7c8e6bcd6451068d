package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"rubric/engine/signature"
)

// publicEnd is what the name of a public key ends in.
const publicEnd = ".pub"

// keyPair is where a new pair of keys lies, as its JSON has it.
type keyPair struct {
	Private string `json:"private"`
	Public  string `json:"public"`
	Key     string `json:"key"`
}

// newKey makes a pair of keys: the private one for its owner's eyes only. It
// never overwrites a key.
func (a *app) newKey(s *settings, name string) (int, error) {
	private, public, err := signature.NewKey()
	if err != nil {
		return 0, err
	}
	key, err := signature.ParseKey(name+publicEnd, public)
	if err != nil {
		return 0, err
	}
	if err := a.createNew(name+publicEnd, public, 0o644); err != nil {
		return 0, err
	}
	if err := a.createNew(name, private, 0o600); err != nil {
		return 0, errors.Join(err, os.Remove(a.path(name+publicEnd)))
	}
	return exitDone, a.print(s, func(w io.Writer) error {
		if s.format == "json" {
			return writeJSON(w, keyPair{name, name + publicEnd, key.ID})
		}
		_, err := fmt.Fprintln(w, a.say("release.new_key", "private", name, "public", name+publicEnd, "key", key.ID))
		return err
	})
}

// createNew writes a file that is not there yet.
func (a *app) createNew(file string, data []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(a.path(file), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	switch {
	case errors.Is(err, fs.ErrExist):
		return complain("release.key_exists", "file", file)
	case err != nil:
		return complain("cmd.output_unwritable", "file", file, "error", cause(err))
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return complain("cmd.output_unwritable", "file", file, "error", cause(errors.Join(err, os.Remove(a.path(file)))))
	}
	return nil
}
