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

	"go.yaml.in/yaml/v3"
)

//go:embed catalog/*.yaml
var catalogFiles embed.FS

// Catalogue holds every sentence in every language.
type Catalogue struct {
	sentences map[string]sentence // by id
}

// sentence is one entry: a template for each language.
type sentence map[Lang]template

// Load reads the catalogue that is built into the program. Beside an error
// stands a catalogue of what could be read.
func Load() (*Catalogue, error) { return read(catalogFiles) }

func read(fsys fs.FS) (*Catalogue, error) {
	c := &Catalogue{sentences: map[string]sentence{}}
	files, err := fs.Glob(fsys, "catalog/*.yaml") // sorted
	if err != nil {
		return c, err
	}
	var errs []error
	for _, file := range files {
		entries, err := readFile(fsys, file)
		if err != nil {
			errs = append(errs, err)
		}
		errs = append(errs, c.add(path.Base(file), entries)...)
	}
	return c, errors.Join(errs...)
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

// add takes over the entries of one file that are in order.
func (c *Catalogue) add(file string, entries map[string]map[Lang]string) (errs []error) {
	for _, id := range slices.Sorted(maps.Keys(entries)) {
		s, err := newSentence(entries[id])
		if _, twice := c.sentences[id]; twice {
			err = errors.New("stands in two files")
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", file, id, err))
			continue
		}
		c.sentences[id] = s
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
