package framework

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The head is read from a folder and from its archive, whatever else is wrong.
func TestReadHead(t *testing.T) {
	for _, c := range []struct{ name, old, new, want, problems string }{
		{"as it is", "", "", "tiny 1 2023-01-01 2023-12-31", ""},
		{"broken elsewhere", "weight: 57.5", "weight: 5", "tiny 1 2023-01-01 2023-12-31", ""},
		{"open end", "valid_to: 2023-12-31\n", "", "tiny 1 2023-01-01 ", ""},
		{"version in words", "version: \"1\"", "version: draft", "tiny draft 2023-01-01 2023-12-31", "framework.yaml:3:version"},
		{"no YAML", "tree:", "tree: [", "   ", "framework.yaml:14:typo.yaml_unclosed"},
	} {
		files := tiny()
		files[TreeFile] = strings.Replace(treeText, c.old, c.new, 1)
		h, err := ReadHead(write(t, files, slices.Sorted(maps.Keys(files))))
		if got := strings.Join([]string{h.ID, h.Version, h.ValidFrom, h.ValidTo}, " "); got != c.want || problemsOf(t, err) != c.problems {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
	fw, err := loadFiles(t, tiny())
	if err != nil {
		t.Fatal(err)
	}
	packed, err := fw.Pack(nil)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "tiny.tar.gz")
	if err := os.WriteFile(file, packed, 0o644); err != nil {
		t.Fatal(err)
	}
	if h, err := ReadHead(file); err != nil || h.ID != "tiny" {
		t.Errorf("%+v, %v", h, err)
	}
	if again, err := load(file); err != nil || again.Digest != fw.Digest {
		t.Errorf("%v: the archive's digest is not the folder's", err)
	}
	if _, err := ReadHead(t.TempDir()); !errors.Is(err, ErrNoFramework) {
		t.Error(err)
	}
}

func TestCompareVersions(t *testing.T) {
	inOrder := []string{"0.9.0-draft", "3.0.0-draft.2", "3.0.0-draft.10", "1", "1.0.1", "1.2", "1.9.0", "1.10.0", "2.0.0", "10.0.0"}
	for i := range inOrder {
		for j := range inOrder {
			got := CompareVersions(inOrder[i], inOrder[j])
			if (got < 0) != (i < j) || (got > 0) != (i > j) {
				t.Errorf("%s and %s: %d", inOrder[i], inOrder[j], got)
			}
		}
	}
	if CompareVersions("1.0.0", "1") != 0 {
		t.Error("1 is not 1.0.0")
	}
}
