package framework

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/semver"

	"rubric/engine/bundle"
	"rubric/engine/facts/yamlfile"
)

// Head is what tells the versions of a framework apart.
type Head struct {
	ID        string
	Version   string
	ValidFrom string // ISO date, or ""
	ValidTo   string // ISO date, or ""
}

// ReadHead reads the head of the framework at a path, a folder or an archive,
// and no more of it than that needs. The error is a message.Problems, or wraps
// ErrNoFramework.
func ReadHead(path string) (Head, error) {
	text, err := readTree(path)
	if err != nil {
		return Head{}, err
	}
	t := &treeFile{File: yamlfile.Open(filepath.Join(path, TreeFile), text)}
	var h Head
	if t.Root != nil {
		h = t.head()
	}
	return h, t.Err()
}

// head reads those keys alone; what is wrong with the others shows when the
// framework is loaded.
func (t *treeFile) head() (h Head) {
	for _, p := range t.Pairs(t.Root) {
		switch p.Key.Value {
		case "id":
			h.ID = t.Text(p.Value)
		case "version":
			h.Version = t.Text(p.Value)
			t.checkVersion(p.Value)
		case "valid_from":
			h.ValidFrom = t.Text(p.Value)
		case "valid_to":
			h.ValidTo = t.Text(p.Value)
		}
	}
	return h
}

func readTree(path string) ([]byte, error) {
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		b, err := bundle.Read(path)
		if err != nil {
			return nil, err
		}
		if text := b.File(TreeFile); text != nil {
			return text, nil
		}
		return nil, noFramework(path)
	}
	text, err := os.ReadFile(filepath.Join(path, TreeFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, noFramework(path)
	}
	return text, err
}

// CompareVersions orders versions: negative where a is before b. A draft such as
// 2.0.0-draft is before every version that is none.
func CompareVersions(a, b string) int {
	a, b = "v"+a, "v"+b
	return cmp.Or(cmp.Compare(released(a), released(b)), semver.Compare(a, b))
}

func released(version string) int {
	if semver.Prerelease(version) != "" {
		return 0
	}
	return 1
}
