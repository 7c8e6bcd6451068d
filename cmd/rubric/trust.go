package main

import (
	"io"
	"os"
	"path/filepath"
	"time"

	"rubric/engine/signature"
)

// keysKey is the setting that lists the files of public keys.
const keysKey = "keys"

// maxKey is more than a key takes, in bytes.
const maxKey = 64 << 10

// chooseKeys are the public keys of which one must have signed the rules. In the
// environment their files are listed as PATH lists folders.
func (s *source) chooseKeys() ([]*signature.Key, error) {
	var keys []*signature.Key
	for _, file := range s.keyFiles() {
		text, err := s.app.readSmall(file)
		if err != nil {
			return nil, complain("release.key_unreadable", "source", s.name(keysKey), "file", file, "error", cause(err))
		}
		key, err := signature.ParseKey(file, text)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

func (s *source) keyFiles() (files []string) {
	switch value := s.Get(keysKey).(type) {
	case string:
		return filepath.SplitList(value)
	case []string:
		return value
	case []any:
		for _, file := range value {
			if name, ok := file.(string); ok {
				files = append(files, name)
			}
		}
	}
	return files
}

// readSmall reads a file that is small or not what it should be.
func (a *app) readSmall(file string) ([]byte, error) {
	f, err := os.Open(a.path(file))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxKey))
}

// chooseDate is the day on which signatures must count: today, unless the verb
// lets another be given. It never has a part in a score.
func (s *source) chooseDate() (string, error) {
	value := ""
	if f := s.flags.Lookup("date"); f != nil {
		value = f.Value.String()
	}
	if value == "" {
		return s.app.now().Format(time.DateOnly), nil
	}
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		return "", complain("release.bad_date", "flag", "--date", "value", value)
	}
	return value, nil
}
