package tests

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var pageLink = regexp.MustCompile(`\]\(([^)#\s]+)\)`)

// policies/README.md has a phrase for every policy of the gallery, and what it
// links to is there.
func TestGalleryPage(t *testing.T) {
	folder := filepath.Join("..", "policies")
	page, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var named []string
	for n, line := range strings.Split(string(page), "\n") {
		for _, link := range pageLink.FindAllStringSubmatch(line, -1) {
			if strings.Contains(link[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(folder, filepath.FromSlash(link[1]))); err != nil {
				t.Errorf("README.md:%d: %s is not there", n+1, link[1])
			}
			if phrase, _, table := strings.Cut(strings.TrimPrefix(line, "| "), " | "); table && strings.TrimSpace(phrase) == "" {
				t.Errorf("README.md:%d: %s has no phrase", n+1, link[1])
			}
			named = append(named, link[1])
		}
	}
	for _, end := range []string{".rego", ".cel.yaml"} {
		files, err := filepath.Glob(filepath.Join(folder, "gallery", "patterns", "*"+end))
		if err != nil || len(files) < 2 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			if link := "gallery/patterns/" + filepath.Base(file); !slices.Contains(named, link) {
				t.Errorf("README.md does not name %s", link)
			}
		}
	}
}
