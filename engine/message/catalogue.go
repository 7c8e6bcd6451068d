package message

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed catalog/*.yaml
var catalogFiles embed.FS

// Catalogue holds every sentence in every language. It is shared by goroutines.
type Catalogue struct {
	files map[string]*file // by name without ending: ids begin with it
}

// file is one catalogue file, read when the first of its sentences is needed:
// reading all of them would take longer than scoring a case.
type file struct {
	fsys fs.FS
	name string

	once      sync.Once
	sentences map[string]sentence // by id
	err       error
}

// sentence is one entry: a template for each language.
type sentence map[Lang]template

// Load is the catalogue that is built into the program. An error means that the
// program was built wrong; what is wrong inside a file shows in Check.
func Load() (*Catalogue, error) { return read(catalogFiles) }

func read(fsys fs.FS) (*Catalogue, error) {
	c := &Catalogue{files: map[string]*file{}}
	names, err := fs.Glob(fsys, "catalog/*.yaml")
	for _, name := range names {
		c.files[strings.TrimSuffix(path.Base(name), ".yaml")] = &file{fsys: fsys, name: name}
	}
	return c, err
}

// Check reads every file and is an error with all that is wrong in them.
func (c *Catalogue) Check() error {
	var errs []error
	for _, name := range sortedKeys(c.files) {
		f := c.files[name]
		f.load()
		errs = append(errs, f.err)
	}
	return errors.Join(errs...)
}

// find is the sentence with that id in a language.
func (c *Catalogue) find(id string, lang Lang) (template, bool) {
	name, _, _ := strings.Cut(id, ".")
	f := c.files[name]
	if f == nil {
		return nil, false
	}
	f.load()
	t, ok := f.sentences[id][lang]
	return t, ok
}

// load reads the file once. What could be read stands beside an error.
func (f *file) load() {
	f.once.Do(func() {
		f.sentences = map[string]sentence{}
		entries, err := readFile(f.fsys, f.name)
		f.err = errors.Join(append(f.add(entries), err)...)
	})
}

// readFile is the entries of one file: id, language, text.
func readFile(fsys fs.FS, file string) (map[string]map[Lang]string, error) {
	source, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, err
	}
	var entries map[string]map[Lang]string
	if err := yaml.Unmarshal(source, &entries); err != nil {
		return entries, fmt.Errorf("%s: %w", file, err)
	}
	return entries, nil
}

// add takes over the entries that are in order.
func (f *file) add(entries map[string]map[Lang]string) (errs []error) {
	base := path.Base(f.name)
	for _, id := range sortedKeys(entries) {
		s, err := newSentence(entries[id])
		if !strings.HasPrefix(id, strings.TrimSuffix(base, "yaml")) {
			err = errors.New("the id does not begin with the file's name")
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", base, id, err))
			continue
		}
		f.sentences[id] = s
	}
	return errs
}

// newSentence makes templates of texts, which must stand in all languages, no
// others, and have the same placeholders.
func newSentence(texts map[Lang]string) (sentence, error) {
	s := sentence{}
	for _, lang := range languages() {
		if texts[lang] == "" {
			return nil, fmt.Errorf("no text for %q", lang)
		}
		s[lang] = newTemplate(texts[lang])
	}
	if len(texts) != len(languages()) {
		return nil, fmt.Errorf("a language other than %v", languages())
	}
	for _, lang := range languages() {
		if !slices.Equal(s[lang].names(), s[English].names()) {
			return nil, fmt.Errorf("placeholders %v for %q, %v for %q",
				s[lang].names(), lang, s[English].names(), English)
		}
	}
	return s, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// template is a text taken apart: literal text and placeholders in turn.
type template []segment

// segment is literal text, followed by the argument name unless that is "".
type segment struct{ literal, name string }

var placeholder = regexp.MustCompile(`\{[a-z][a-z0-9_]*\}`)

func newTemplate(text string) template {
	var t template
	end := 0
	for _, at := range placeholder.FindAllStringIndex(text, -1) {
		t = append(t, segment{text[end:at[0]], text[at[0]+1 : at[1]-1]})
		end = at[1]
	}
	return append(t, segment{literal: text[end:]})
}

// names are the placeholders, sorted, each once.
func (t template) names() []string {
	var names []string
	for _, s := range t {
		if s.name != "" {
			names = append(names, s.name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
