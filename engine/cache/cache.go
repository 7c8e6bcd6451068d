// Package cache keeps, in a folder of the user's own, what was compiled, for the
// next run to begin with. A file that is not exactly what was put there under
// its name by the same build of the program does not count: it is as if it were
// not there, and is written again.
package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Folder is a cache on disk. A nil Folder keeps nothing.
type Folder struct {
	dir   string
	build string
}

const (
	ending  = ".compiled"
	header  = "rubric compiled 1\n"
	maxFile = 64 << 20 // bytes; larger ones are neither read nor written
	maxKept = 100      // files; the oldest go first
)

// ErrNotOwn says that a folder is no place for a cache, because others may
// write there.
var ErrNotOwn = errors.New("others may write there")

// ErrNoBuild says that the program does not know which build it is, so that
// what one build compiled could be taken for another's.
var ErrNoBuild = errors.New("the program has no build ID")

// Open is the cache in a folder, which is made, for the user alone, where it is
// not there.
func Open(dir string) (*Folder, error) {
	build := buildID()
	if build == "" {
		return nil, ErrNoBuild
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() || !own(info) {
		return nil, errors.Join(err, ErrNotOwn)
	}
	return &Folder{dir, build}, nil
}

// path is the file for a key, which tells apart whatever may differ.
func (f *Folder) path(key string) string {
	sum := sha256.Sum256([]byte(f.build + "\x00" + key))
	return filepath.Join(f.dir, hex.EncodeToString(sum[:])+ending)
}

// Load is what was saved under a key, nil if there is nothing, or nothing that
// can be relied on.
func (f *Folder) Load(key string) []byte {
	if f == nil {
		return nil
	}
	path := f.path(key)
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() || !own(info) || info.Size() > maxFile {
		return nil
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(file, data); err != nil {
		return nil
	}
	rest, ok := bytes.CutPrefix(data, []byte(header))
	if !ok || len(rest) < sha256.Size {
		return nil
	}
	data = rest[sha256.Size:]
	if want := check(path, data); !bytes.Equal(rest[:sha256.Size], want[:]) {
		return nil
	}
	return data
}

// check is over the name and the content of a file, so that a file under
// another name does not hold either.
func check(path string, data []byte) [sha256.Size]byte {
	h := sha256.New()
	io.WriteString(h, filepath.Base(path)+"\n")
	h.Write(data)
	return [sha256.Size]byte(h.Sum(nil))
}

// Save keeps data under a key. What is there is replaced as a whole, so that no
// reader sees half of it.
func (f *Folder) Save(key string, data []byte) error {
	if f == nil || len(data) > maxFile-len(header)-sha256.Size {
		return nil
	}
	path := f.path(key)
	temp, err := os.CreateTemp(f.dir, ".new-*") // for the user alone
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name()) // fails once it is renamed
	sum := check(path, data)
	_, err = temp.Write(slices.Concat([]byte(header), sum[:], data))
	if err = errors.Join(err, temp.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return err
	}
	return f.prune()
}

// prune removes the oldest files beyond maxKept.
func (f *Folder) prune() error {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return err
	}
	var kept []fs.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil && strings.HasSuffix(e.Name(), ending) {
			kept = append(kept, info)
		}
	}
	slices.SortFunc(kept, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	for _, info := range kept[min(maxKept, len(kept)):] {
		err = errors.Join(err, os.Remove(filepath.Join(f.dir, info.Name())))
	}
	return err
}
