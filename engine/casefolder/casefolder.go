// Package casefolder reads a case, 评价案卷, from its folder: who and when
// (case.yaml), the facts, the evidence and the experts' review.
package casefolder

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"rubric/engine/facts"
	"rubric/engine/message"
)

// Case is a case as it stands in its folder, decoded but not yet bound to a
// framework's schema. A bare facts file has an ID and Facts only.
type Case struct {
	ID        string
	Title     string
	Framework string // the framework's id; "" for a bare facts file
	Period    string // as written, such as 2023
	Previous  string // the case of the period before; "" if none
	Dir       string // the folder as the user gave it; "" for a bare facts file

	Facts        *facts.Document // parsed, unbound
	Evidence     *facts.Evidence // nil if there is none
	EvidenceText []byte          // evidence.yaml as it is; nil if there is none
	Review       []byte          // review.yaml as it is; nil if there is none
	ReviewFile   string          // its path; "" if there is none
	Filed        []Filed         // what is in the files of Evidence.Documents, one for each
	Panel        []byte          // panel.yaml as it is; nil if there is none
	PanelFile    string          // its path; "" if there is none
}

// HeadFile is the file that makes a folder a case.
const HeadFile = "case.yaml"

// The files of a folder.
const (
	caseFile     = HeadFile
	factsFile    = "facts.json"
	evidenceFile = "evidence.yaml"
	reviewFile   = "review.yaml"
	panelFile    = "panel.yaml"
)

// Load reads the case at path: a folder, or a bare facts file whose name ends
// in .json. The error is a message.Problems.
func Load(path string) (*Case, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, unreadable(path, err)
	case info.IsDir():
		return loadFolder(path)
	case strings.HasSuffix(path, ".json"):
		return LoadFile(path)
	}
	return nil, problem(path, message.New("casefolder.not_a_case"))
}

// LoadFile reads a bare facts file; its name without .json is the case's id.
// The error is a message.Problems.
func LoadFile(path string) (*Case, error) {
	dir, name := filepath.Split(path)
	f, err := open(filepath.Clean(dir))
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.close()
	f.shown = dir
	data := f.need(name, message.New("casefolder.no_such_file"))
	doc := f.facts(name, data)
	if err := f.problems.Err(); err != nil {
		return nil, err
	}
	return &Case{ID: strings.TrimSuffix(name, ".json"), Facts: doc}, nil
}

func loadFolder(dir string) (*Case, error) {
	f, err := open(dir)
	if err != nil {
		return nil, unreadable(dir, err)
	}
	defer f.close()
	c := &Case{Dir: dir}
	f.readHead(c, f.need(caseFile, message.New("casefolder.no_case_file")))
	c.Facts = f.facts(factsFile, f.need(factsFile, message.New("casefolder.no_facts")))
	if data := f.read(evidenceFile); data != nil {
		c.Evidence, err = facts.ParseEvidence(f.path(evidenceFile), data)
		f.note(err)
		c.EvidenceText = data
	}
	if c.Evidence != nil {
		c.Filed = f.filed(c.Evidence)
	}
	if c.Review = f.read(reviewFile); c.Review != nil {
		c.ReviewFile = f.path(reviewFile)
	}
	if c.Panel = f.read(panelFile); c.Panel != nil {
		c.PanelFile = f.path(panelFile)
	}
	if err := f.problems.Err(); err != nil {
		return nil, err
	}
	return c, nil
}

// unreadable says why there is nothing at path.
func unreadable(path string, err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return problem(path, message.New("casefolder.missing"))
	}
	return problem(path, message.New("casefolder.unreadable", "detail", message.System(err)))
}

func problem(file string, m message.Message) error {
	return message.Problems{{File: file, Message: m}}
}
