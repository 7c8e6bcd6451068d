package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"rubric/engine"
	"rubric/engine/bundle"
	"rubric/engine/casefolder"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/policy"
	"rubric/engine/policy/cel"
	"rubric/engine/policy/rego"
	"rubric/engine/reconcile"
	"rubric/engine/review"
	"rubric/engine/sensitivity"
	"rubric/engine/signature"
)

// languages are the languages in which policies are written; each evaluation
// keeps to the limits.
func languages(l policy.Limits) []policy.Language { return languagesWith(l, nil) }

// languagesWith is languages with a cache of what they compile.
func languagesWith(l policy.Limits, cache policy.Cache) []policy.Language {
	return []policy.Language{rego.Language{Limits: l, Cache: cache}, cel.Language{Limits: l, Cache: cache}}
}

func extensions() []string {
	var all []string
	for _, l := range languages(policy.Limits{}) {
		all = append(all, l.Extension())
	}
	return all
}

// desk is where cases are worked on: a framework is loaded and compiled once
// for all cases that use it.
type desk struct {
	*app
	*settings
	frameworks map[string]loaded
	rules      map[string]compiled
	drafts     bool // rules need no signature, whatever the settings say
}

type loaded struct {
	framework *framework.Framework
	err       error
}

type compiled struct {
	rules *engine.Rules
	err   error
}

func (a *app) desk(s *settings) *desk {
	return &desk{app: a, settings: s, frameworks: map[string]loaded{}, rules: map[string]compiled{}}
}

// authorsDesk is where rules are worked on, which are signed when they are done.
func (a *app) authorsDesk(s *settings) *desk {
	d := a.desk(s)
	d.drafts = true
	return d
}

// frameworkName is the file that makes a folder a framework.
const frameworkName = "framework.yaml"

// caseName is the file that makes a folder a case.
const caseName = "case.yaml"

// load is the framework in a folder.
func (d *desk) load(dir string) (*framework.Framework, error) {
	if l, ok := d.frameworks[dir]; ok {
		return l.framework, l.err
	}
	fw, err := d.loadNew(dir)
	d.frameworks[dir] = loaded{fw, err}
	return fw, err
}

func (d *desk) loadNew(dir string) (*framework.Framework, error) {
	if err := d.mustBeFramework(dir); err != nil {
		return nil, err
	}
	if d.drafts || len(d.keys) == 0 {
		return framework.Load(d.path(dir), extensions())
	}
	return d.loadTrusted(dir)
}

// loadTrusted is a framework that one of the configured keys has signed. Its
// signature is checked before anything is made of it.
func (d *desk) loadTrusted(dir string) (*framework.Framework, error) {
	b, err := bundle.Read(d.path(dir))
	if err != nil {
		return nil, err
	}
	if _, err := signature.Verify(context.Background(), b, d.keys, d.today); err != nil {
		return nil, err
	}
	return framework.LoadBundle(b, extensions())
}

func (a *app) mustBeFramework(dir string) error {
	info, err := os.Stat(a.path(dir))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return noSuchFolder(dir, a.beside(dir, usualPolicies, a.isFramework))
	case err != nil:
		return complain("cmd.folder_unreadable", "folder", dir, "error", cause(err))
	case a.isFramework(dir):
		return nil
	case !info.IsDir():
		return complain("cmd.not_a_folder", "folder", dir)
	case a.isCase(dir):
		return complain("cmd.case_for_framework", "folder", dir)
	}
	if there := a.frameworksIn(dir); len(there) > 0 {
		return complain("cmd.folder_of_frameworks", "folder", dir, "there", inside(dir, there))
	}
	return complain("cmd.not_a_framework", "folder", dir)
}

func (a *app) isCase(dir string) bool { return isThere(filepath.Join(a.path(dir), caseName)) }

// inside are paths of what a folder holds.
func inside(folder string, names []string) []string {
	var paths []string
	for _, name := range names {
		paths = append(paths, filepath.Join(folder, name))
	}
	return paths
}

// The folders in which frameworks and cases usually are.
const (
	usualPolicies = "policies"
	usualInputs   = "inputs"
)

// beside is the path most like one that is not there: of the folders of its
// kind in the same place, or in the usual one where no place is named; or "".
func (a *app) beside(path, usual string, is func(string) bool) string {
	parent, name := filepath.Split(filepath.Clean(path))
	if parent == "" {
		parent = usual
	}
	if near := closest(name, a.foldersIn(parent, is)); near != "" {
		return filepath.Join(parent, near)
	}
	return ""
}

func noSuchFolder(path, near string) error {
	if near != "" {
		return complain("cmd.no_such_folder_near", "folder", path, "suggestion", near)
	}
	return complain("cmd.no_such_folder", "folder", path)
}

// mustBeCase tells what people take for a case from what is one. What is
// neither is for casefolder to complain of.
func (d *desk) mustBeCase(given string) error {
	info, err := os.Stat(d.path(given))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if near := d.beside(given, usualInputs, d.isCase); near != "" {
			return complain("cmd.no_such_case_near", "case", given, "suggestion", near)
		}
		return nil
	case err != nil:
		return nil
	case !info.IsDir():
		if folder := filepath.Dir(given); d.framework == "" && d.isCase(folder) {
			return complain("cmd.file_of_case", "file", given, "folder", folder)
		}
		return nil
	case d.isCase(given):
		return nil
	case d.isFramework(given):
		return complain("cmd.framework_for_case", "folder", given)
	}
	if there := d.foldersIn(given, d.isCase); len(there) > 0 {
		return complain("cmd.folder_of_cases", "folder", given, "there", inside(given, there))
	}
	return nil
}

// isFramework tells a framework's folder, and a file that is called like the
// archive of one.
func (a *app) isFramework(path string) bool {
	if isThere(filepath.Join(a.path(path), frameworkName)) {
		return true
	}
	info, err := os.Stat(a.path(path))
	return err == nil && info.Mode().IsRegular() && bundle.IsArchiveName(path)
}

// compile is the framework in a folder, ready to evaluate.
func (d *desk) compile(ctx context.Context, dir string) (*engine.Rules, error) {
	if c, ok := d.rules[dir]; ok {
		return c.rules, c.err
	}
	fw, err := d.load(dir)
	if err != nil {
		return nil, err
	}
	rules, err := engine.Compile(ctx, fw, languagesWith(d.limits, d.compiledBefore())...)
	if ctx.Err() == nil {
		d.rules[dir] = compiled{rules, err}
	}
	return rules, err
}

// frameworkOf is the framework's folder for a case: the one set, else the one
// of that name among the policies.
func (d *desk) frameworkOf(c *casefolder.Case, given string) (string, error) {
	switch {
	case d.framework != "":
		return d.frameworkNamed(d.framework), nil
	case c.Framework == "":
		return "", complain("cmd.case_without_framework", "case", given)
	}
	return d.versionFor(c, given)
}

// frameworkNamed is the folder that the user set, or whose id among the policies
// the user set.
func (d *desk) frameworkNamed(name string) string {
	if dir := filepath.Join(d.policies, name); !isThere(d.path(name)) && filepath.IsLocal(name) && d.isFramework(dir) {
		return dir
	}
	return name
}

func (d *desk) unknownFramework(c *casefolder.Case, given string) error {
	there := d.frameworksIn(d.policies)
	if len(there) == 0 {
		return complain("cmd.no_frameworks", "case", given, "framework", c.Framework, "folder", d.policies)
	}
	if near := closest(c.Framework, there); near != "" {
		return complain("cmd.unknown_framework_suggest", "case", given, "framework", c.Framework,
			"folder", d.policies, "suggestion", near, "there", there)
	}
	return complain("cmd.unknown_framework", "case", given, "framework", c.Framework, "folder", d.policies, "there", there)
}

// frameworksIn names the frameworks in a folder, sorted.
func (a *app) frameworksIn(folder string) []string { return a.foldersIn(folder, a.isFramework) }

// foldersIn names the folders in a folder that are of some kind, sorted.
func (a *app) foldersIn(folder string, is func(string) bool) []string {
	entries, err := os.ReadDir(a.path(folder))
	if err != nil {
		return nil // as good as empty: the message names the folder
	}
	var names []string
	for _, e := range entries {
		if is(filepath.Join(folder, e.Name())) {
			names = append(names, e.Name())
		}
	}
	return names
}

// evaluated is a case and what became of it.
type evaluated struct {
	*casefolder.Case
	rules *engine.Rules
	input engine.Case // bound to the rules' framework

	frameworkPath string // where the rules were found, as the user would write it
	assessment    *engine.Assessment
}

// evaluate applies the rules to the case at a path. The case is there, beside
// an error, if it could be read.
func (d *desk) evaluate(ctx context.Context, given string) (evaluated, error) {
	e, err := d.open(ctx, given)
	if err != nil {
		return e, err
	}
	d.changedDocuments(e.Case)
	ballots, err := d.convene(ctx, &e)
	if err != nil {
		return e, err
	}
	var reconciled *reconcile.Result
	var unreconciled error
	var aside sync.WaitGroup
	aside.Go(func() { reconciled, unreconciled = reconcile.Run(ctx, e.rules, e.input) })
	err = d.decide(ctx, &e)
	if aside.Wait(); err == nil {
		err = unreconciled
	}
	if err != nil {
		return e, err
	}
	e.assessment.Reconciliation = reconciled.Findings
	if ballots != nil {
		e.assessment.Panel = ballots.Agreement.Published()
	}
	return e, nil
}

// decide assesses the case, and tells how that hangs on contested facts.
func (d *desk) decide(ctx context.Context, e *evaluated) error {
	decided, err := e.rules.Decide(ctx, e.input)
	if err != nil {
		return err
	}
	e.assessment = decided.Assessment()
	if err := d.hold(e); err != nil {
		return err
	}
	e.assessment.Sensitivity, err = sensitivity.Of(ctx, e.rules, e.input, decided, e.assessment)
	return err
}

// open reads the case at a path and binds it to its rules. The case is there,
// beside an error, if it could be read.
func (d *desk) open(ctx context.Context, given string) (e evaluated, err error) {
	if err := ctx.Err(); err != nil {
		return e, err
	}
	if err := d.mustBeCase(given); err != nil {
		return e, err
	}
	if e.Case, err = d.caseAt(ctx, given); err != nil {
		return e, err
	}
	dir, err := d.frameworkOf(e.Case, given)
	if err != nil {
		return e, err
	}
	e.frameworkPath = dir
	if e.rules, err = d.compile(ctx, dir); err != nil {
		return e, err
	}
	if e.input, err = d.bind(e.Case, e.rules.Framework); err != nil {
		return e, err
	}
	if err := d.mustCover(e.Case, given, e.rules.Framework); err != nil {
		return e, err
	}
	d.notes(e.Case, e.rules.Framework)
	return e, nil
}

// bind prepares a case; where its facts do not fit and it names another
// framework, that is most likely why.
func (d *desk) bind(c *casefolder.Case, fw *framework.Framework) (engine.Case, error) {
	input, err := prepare(c, fw)
	if err != nil && c.Framework != "" && c.Framework != fw.ID {
		d.tell(d.say("cmd.case_of_other_framework", "case", c.ID, "framework", c.Framework, "other", fw.ID))
	}
	return input, err
}

// prepare binds a case to a framework.
func prepare(c *casefolder.Case, fw *framework.Framework) (engine.Case, error) {
	input := engine.Case{ID: c.ID, Title: c.Title, Facts: c.Facts, Evidence: c.Evidence}
	if err := c.Facts.Bind(fw.Schema); err != nil {
		return input, err
	}
	if c.Evidence != nil {
		if err := c.Evidence.Check(fw.Schema); err != nil {
			return input, err
		}
	}
	if c.Review == nil {
		return input, nil
	}
	digest := sha256.Sum256(c.Review)
	named := "sha256:" + hex.EncodeToString(digest[:])
	input.ReviewDigest = &named
	var err error
	input.Marks, err = review.Parse(c.ReviewFile, c.Review)
	return input, err
}

// notes says what in the head of a case is likely to be a slip.
func (d *desk) notes(c *casefolder.Case, fw *framework.Framework) {
	if n := c.Facts.Root.Member("period"); n != nil && c.Dir != "" && n.Kind == facts.Text && n.Text != c.Period {
		d.tell(d.say("cmd.other_period", "case", c.ID, "period", c.Period, "label", n.Schema.Label(), "other", n.Text))
	}
	if name := folderName(c.Dir); c.Dir != "" && name != c.ID {
		d.tell(d.say("cmd.other_folder", "case", c.ID, "folder", name))
	}
	if outside(c.Period, fw.ValidFrom, fw.ValidTo) {
		d.tell(d.say("cmd.outside_validity", "case", c.ID, "period", c.Period,
			"framework", fw.ID, "from", orDash(fw.ValidFrom), "to", orDash(fw.ValidTo)))
	}
}

// changedDocuments says which documents are not as they were recorded: the facts
// taken from them may not be either.
func (d *desk) changedDocuments(c *casefolder.Case) {
	if c.Evidence == nil {
		return
	}
	for i, doc := range c.Evidence.Documents {
		if doc.Digest != "" && doc.File != "" && doc.Digest != c.Filed[i].Digest {
			d.tell(d.say("evidence.changed_note", "title", doc.Title, "file", doc.File, "case", c.ID))
		}
	}
}

// folderName is what a folder is called, wherever the path to it begins.
func folderName(dir string) string {
	if whole, err := filepath.Abs(dir); err == nil {
		dir = whole
	}
	return filepath.Base(dir)
}

func orDash(text string) string {
	if text == "" {
		return "—"
	}
	return text
}

// outcome is the exit code for an assessment.
func outcome(a *engine.Assessment) int {
	if a.Total.Failure != nil {
		return exitOpen
	}
	for _, i := range a.Indicators {
		if i.Outcome == engine.Undetermined || i.Outcome == engine.Failed {
			return exitOpen
		}
	}
	return exitDone
}
