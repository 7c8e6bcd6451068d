// Package bundle holds the files of a framework as they were read, once, from a
// folder or from the archive that Write makes of it. What is hashed, signed and
// compiled are the same bytes.
package bundle

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"rubric/engine/message"
)

// Bounds of what is read.
const (
	MaxFile  = 16 << 20 // bytes of one file
	MaxTotal = 64 << 20 // bytes of an archive, packed and unpacked
	MaxFiles = 10_000
)

// Files that stand beside a framework's own. Their names begin with a dot, so
// that they are no part of it.
const (
	ManifestFile  = ".manifest"            // in an archive, for OPA
	SignatureFile = ".signature.dsse.json" // in a folder and in an archive
)

// File is one file. Name is its path below the framework's folder, with slashes.
type File struct {
	Name string
	Text []byte
}

// Digest is "sha256:…" over the file's bytes.
func (f File) Digest() string {
	sum := sha256.Sum256(f.Text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Bundle is a framework's files. It is read-only.
type Bundle struct {
	Path      string // as the user gave it
	Archive   bool
	Files     []File // by name in byte order, hidden ones left out
	Manifest  []byte // of an archive
	Signature []byte // nil where there is none
}

// New is a bundle of files, whatever their order, that come from somewhere else
// than a folder or an archive. Path is how messages name it.
func New(path string, files []File) *Bundle {
	b := &Bundle{Path: path, Files: slices.Clone(files)}
	b.sort()
	return b
}

func (b *Bundle) sort() {
	slices.SortFunc(b.Files, func(x, y File) int { return cmp.Compare(x.Name, y.Name) })
}

// File is the content of a file, nil where there is none of that name.
func (b *Bundle) File(name string) []byte {
	at, ok := slices.BinarySearchFunc(b.Files, name, func(f File, name string) int { return cmp.Compare(f.Name, name) })
	if !ok {
		return nil
	}
	return b.Files[at].Text
}

// Digest is "sha256:…" over the names and bytes of all files, so that a changed
// byte anywhere, white space included, is another framework. An archive has the
// digest of the folder that it was made of.
func (b *Bundle) Digest() string {
	h := sha256.New()
	for _, f := range b.Files {
		sum := sha256.Sum256(f.Text)
		fmt.Fprintf(h, "%s  %s\n", hex.EncodeToString(sum[:]), f.Name)
	}
	return "sha256:" + hex.EncodeToString(h.Sum(nil))
}

// Read reads the folder or archive at a path. The error is a message.Problems;
// the bundle stands beside it where only some files of a folder cannot be read,
// and is nil otherwise.
func Read(path string) (*Bundle, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, unreadable(path, err)
	case info.IsDir():
		return readFolder(path)
	}
	return readArchive(path)
}

// IsArchiveName tells whether a file of that name is taken for an archive.
func IsArchiveName(name string) bool {
	return strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".tgz")
}

func hidden(name string) bool { return strings.HasPrefix(path.Base(name), ".") }

func unreadable(path string, err error) error {
	return problem(path, message.New("bundle.unreadable", "why", message.System(err)))
}

func problem(path string, m message.Message) error {
	return message.Problems{{File: path, Message: m}}
}
