package report

import (
	"io"
	"net/url"
	"path/filepath"
	"slices"

	"rubric/engine/lint"
)

// SARIF 2.1.0, as far as findings need it.
const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool     `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitzero"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID      string         `json:"id"`
	Short   sarifText      `json:"shortDescription"`
	Help    sarifMarkdown  `json:"help"`
	Default sarifRuleLevel `json:"defaultConfiguration"`
}

type sarifRuleLevel struct {
	Level string `json:"level"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifMarkdown struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown"`
}

type sarifResult struct {
	RuleID    string          `json:"ruleId"`
	RuleIndex int             `json:"ruleIndex"`
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
}

type sarifLocation struct {
	Physical sarifPhysical `json:"physicalLocation"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitzero"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int        `json:"startLine"`
	StartColumn int        `json:"startColumn,omitzero"`
	Snippet     *sarifText `json:"snippet,omitzero"`
}

// SARIF writes findings in the form that code hosts and editors read, SARIF
// 2.1.0, with the page of every rule.
func SARIF(w io.Writer, found []lint.Finding, version string, words Words) error {
	driver := sarifDriver{Name: "rubric", Version: version}
	var names []string
	for _, r := range lint.Rules() {
		names = append(names, r.Name)
		page := lint.Page(r.Name, words.Lang)
		driver.Rules = append(driver.Rules, sarifRule{r.Name, sarifText{lint.Summary(r.Name, words.Lang)},
			sarifMarkdown{page, page}, sarifRuleLevel{sarifLevel(r.Severity)}})
	}
	run := sarifRun{Tool: sarifTool{driver}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	for _, f := range found {
		run.Results = append(run.Results, sarifResult{f.Rule, slices.Index(names, f.Rule), sarifLevel(f.Severity),
			sarifText{words.Catalogue.Text(words.Lang, f.Message)}, []sarifLocation{{sarifPlace(f)}}})
	}
	return document(w, sarifLog{sarifSchema, "2.1.0", []sarifRun{run}})
}

func sarifPlace(f lint.Finding) sarifPhysical {
	p := sarifPhysical{Artifact: sarifArtifact{(&url.URL{Path: filepath.ToSlash(f.File)}).String()}}
	if f.Line > 0 {
		p.Region = &sarifRegion{StartLine: f.Line, StartColumn: f.Column}
		if f.Source != "" {
			p.Region.Snippet = &sarifText{f.Source}
		}
	}
	return p
}

func sarifLevel(s lint.Severity) string {
	if s == lint.Info {
		return "note"
	}
	return string(s)
}
