package casefolder

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// sha256 of "12\n", by sha256sum.
const twelve = "sha256:a1fb50e6c86fae1679ef3351296fd6713411a08cf8dd1790a4fd05fae8688164"

func TestFiled(t *testing.T) {
	evidence := `documents:
  - {id: a, title: A, file: docs/a.txt}
  - {id: b, title: B}
  - {id: c, title: C, file: gone.txt}
  - {id: d, title: D, file: link.txt}
  - {id: e, title: E, file: docs}
  - {id: f, title: F, file: pipe}
`
	dir := newFolder(t, map[string]string{caseFile: goodHead, factsFile: goodFacts, evidenceFile: evidence,
		"docs": "dir", "link.txt": "link:../outside.txt", "pipe": "pipe", "left.txt": "x", ".hidden": "x"})
	if err := os.WriteFile(filepath.Join(dir, "docs", "a.txt"), []byte("12\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	c, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range c.Filed {
		state := f.Digest
		if f.Absent {
			state = "absent"
		}
		if f.Wrong != nil {
			state = f.Wrong.ID
		}
		got = append(got, state)
	}
	want := []string{twelve, "", "absent", "casefolder.link", "casefolder.is_folder", "casefolder.not_a_file"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	left, err := c.Unlisted()
	if err != nil || !slices.Equal(left, []string{"left.txt"}) {
		t.Errorf("unlisted %q, %v", left, err)
	}
}

// The digest of the evidence follows what the files hold, not only what
// evidence.yaml says.
func TestEvidenceDigestFollowsFiles(t *testing.T) {
	dir := newFolder(t, map[string]string{caseFile: goodHead, factsFile: goodFacts, "a.txt": "12\n",
		evidenceFile: "documents: [{id: a, title: A, file: a.txt}]\n"})
	digest := func() string {
		c, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		return c.Evidence.Digest()
	}
	before := digest()
	if digest() != before {
		t.Error("the same files, another digest")
	}
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte("13\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	changed := digest()
	if changed == before {
		t.Error("another file, the same digest")
	}
	if err := os.Remove(filepath.Join(dir, "a.txt")); err != nil {
		t.Fatal(err)
	}
	if gone := digest(); gone == before || gone == changed {
		t.Error("no file, the same digest")
	}
}
