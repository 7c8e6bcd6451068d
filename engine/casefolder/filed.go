package casefolder

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/message"
)

// Filed is what the file of a document holds.
type Filed struct {
	Digest string           // "sha256:…"; "" where the document names no file, or it cannot be read
	Absent bool             // the document names a file, and there is none
	Wrong  *message.Message // why a file that is there cannot be read; nil if it can
}

// filed looks into the files of all documents.
func (f *folder) filed(e *facts.Evidence) []Filed {
	all := make([]Filed, len(e.Documents))
	digests := make([]string, len(e.Documents))
	for i, d := range e.Documents {
		if d.File != "" {
			all[i] = f.digestOf(filepath.FromSlash(d.File))
			digests[i] = all[i].Digest
		}
	}
	e.Filed(digests)
	return all
}

// digestOf hashes a file as it is read, however large it is.
func (f *folder) digestOf(name string) Filed {
	info, err := f.root.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !f.isLink(name):
		return Filed{Absent: true}
	case err != nil && f.isLink(name):
		return unreadableFile(message.New("casefolder.link"))
	case err != nil:
		return unreadableFile(message.New("casefolder.unreadable", "detail", message.System(err)))
	case info.IsDir():
		return unreadableFile(message.New("casefolder.is_folder"))
	case !info.Mode().IsRegular():
		return unreadableFile(message.New("casefolder.not_a_file"))
	}
	file, err := f.root.Open(name)
	if err != nil {
		return unreadableFile(message.New("casefolder.unreadable", "detail", message.System(err)))
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return unreadableFile(message.New("casefolder.unreadable", "detail", message.System(err)))
	}
	return Filed{Digest: "sha256:" + hex.EncodeToString(sum.Sum(nil))}
}

func unreadableFile(why message.Message) Filed { return Filed{Wrong: &why} }

// OwnFiles are the files of a case's folder that are not documents.
func OwnFiles() []string {
	return []string{caseFile, factsFile, evidenceFile, reviewFile, panelFile}
}

// Unlisted are the files in the folder of a case that no document names, with
// slashes, in the order of their names. Hidden ones are left out.
func (c *Case) Unlisted() ([]string, error) {
	if c.Dir == "" {
		return nil, nil
	}
	var all []string
	err := fs.WalkDir(os.DirFS(c.Dir), ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(path.Base(name), "."):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case !entry.IsDir() && !c.names(name):
			all = append(all, name)
		}
		return nil
	})
	if err != nil {
		return nil, unreadable(c.Dir, err)
	}
	return all, nil
}

// names tells whether a file is the case's own, or that of a document.
func (c *Case) names(file string) bool {
	of := func(d facts.EvidenceDocument) bool { return path.Clean(filepath.ToSlash(d.File)) == file }
	return slices.Contains(OwnFiles(), file) || c.Evidence != nil && slices.ContainsFunc(c.Evidence.Documents, of)
}
