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

// file is one catalogue file. It is cut into entries when the first of its
// sentences is needed, and an entry is read when it is: reading all of them
// would take longer than scoring a case.
type file struct {
	fsys fs.FS
	name string

	once    sync.Once
	entries map[string]*entry // by id
	err     error
}

// entry is a sentence as it stands in its file.
type entry struct {
	source string

	once     sync.Once
	sentence sentence
	err      error
}

// sentence is one entry: a template for each language, in the order of languages.
type sentence [2]template

// in is the template for a language.
func (s *sentence) in(lang Lang) (template, bool) {
	switch lang {
	case Chinese:
		return s[0], s[0] != nil
	case English:
		return s[1], s[1] != nil
	}
	return nil, false
}

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
		errs = append(errs, c.files[name].check())
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
	e := f.entries[id]
	if e == nil {
		return nil, false
	}
	_, _ = e.read() // what is wrong in a file shows in Check
	return e.sentence.in(lang)
}

// load cuts the file into its entries once.
func (f *file) load() {
	f.once.Do(func() {
		source, err := fs.ReadFile(f.fsys, f.name)
		f.entries, f.err = cut(string(source)), err
	})
}

// cut finds the entries of a file: each begins at the start of a line.
func cut(source string) map[string]*entry {
	entries := map[string]*entry{}
	id, start := "", 0
	at := 0
	for line := range strings.Lines(source) {
		if c := line[0]; 'a' <= c && c <= 'z' {
			if id != "" {
				entries[id] = &entry{source: source[start:at]}
			}
			id, _, _ = strings.Cut(line, ":")
			start = at
		}
		at += len(line)
	}
	if id != "" {
		entries[id] = &entry{source: source[start:]}
	}
	return entries
}

// check reads the file as one YAML document, which it has to be, and holds the
// entries that were cut out of it against that.
func (f *file) check() error {
	f.load()
	source, err := fs.ReadFile(f.fsys, f.name)
	var all map[string]map[Lang]string
	err = errors.Join(f.err, err, yaml.Unmarshal(source, &all))
	if err != nil {
		err = fmt.Errorf("%s: %w", f.name, err)
	}
	errs := []error{err}
	for _, id := range sortedKeys(all) {
		if err := f.checkEntry(id, all[id]); err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", path.Base(f.name), id, err))
		}
	}
	return errors.Join(errs...)
}

func (f *file) checkEntry(id string, texts map[Lang]string) error {
	if !strings.HasPrefix(id, strings.TrimSuffix(path.Base(f.name), "yaml")) {
		return errors.New("the id does not begin with the file's name")
	}
	want, err := newSentence(texts)
	if err != nil || f.entries[id] == nil {
		return errors.Join(err, f.err)
	}
	got, err := f.entries[id].read()
	if err == nil && !slices.EqualFunc(got[:], want[:], slices.Equal[template]) {
		err = errors.New("the entry alone is read otherwise than with the whole file")
	}
	return err
}

// read takes an entry apart, once. The id is its file's business.
func (e *entry) read() (sentence, error) {
	e.once.Do(func() {
		texts, ok := plainTexts(e.source)
		if !ok {
			var one map[string]map[Lang]string
			e.err = yaml.Unmarshal([]byte(e.source), &one)
			for _, texts = range one {
			}
		}
		if e.err == nil {
			e.sentence, e.err = newSentence(texts)
		}
	})
	return e.sentence, e.err
}

// newSentence makes templates of texts, which must stand in all languages, no
// others, and have the same placeholders.
func newSentence(texts map[Lang]string) (sentence, error) {
	var s sentence
	for i, lang := range languages() {
		if texts[lang] == "" {
			return sentence{}, fmt.Errorf("no text for %q", lang)
		}
		s[i] = newTemplate(texts[lang])
	}
	if len(texts) != len(languages()) {
		return sentence{}, fmt.Errorf("a language other than %v", languages())
	}
	if zh, en := s[0].names(), s[1].names(); !slices.Equal(zh, en) {
		return sentence{}, fmt.Errorf("placeholders %v for %q, %v for %q", zh, Chinese, en, English)
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
	if !strings.Contains(text, "{") {
		return template{{literal: text}}
	}
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
