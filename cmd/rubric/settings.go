package main

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/spf13/viper"
	"golang.org/x/term"

	"rubric/engine/cache"
	"rubric/engine/message"
	"rubric/engine/policy"
	"rubric/engine/report"
	"rubric/engine/signature"
)

// configFile is read from the working directory unless --config names another.
const configFile = "rubric.yaml"

// envPrefix begins the names of environment variables: RUBRIC_LANG.
const envPrefix = "RUBRIC_"

// configKeys are what the configuration file and the environment may set. A
// flag has the same name, where there is one. None of them can change a score:
// with the limits, a policy has its score or has failed.
func configKeys() []string {
	keys := []string{"cache", "format", "framework", keysKey, "lang"}
	for _, l := range limitKeys(&policy.Limits{}) {
		keys = append(keys, l.key)
	}
	return append(keys, "policies", "timeout", "width")
}

// envName is the environment variable for a key: RUBRIC_LIMITS_STEPS.
func envName(key string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// formats are what a verb can print, the usual one first.
type formats []string

func allFormats() formats { return formats{"table", "text", "json", "markdown", "html", "xlsx"} }

// settings are what a verb works with, wherever it was set.
type settings struct {
	framework string // folder, "" to find it by the case's framework
	policies  string // folder in which frameworks are found
	format    string
	output    string           // file, "" for stdout
	config    string           // configuration file, whether it is there or not
	width     int              // of a text, in columns
	timeout   time.Duration    // 0 for none
	limits    policy.Limits    // of each policy's evaluation; 0 is the default
	keys      []*signature.Key // of which one must have signed the rules; none if they need no signature
	today     string           // ISO date, on which signatures must count
	cache     *cache.Folder    // of what was compiled; nil for none
}

// reads are the files and folders that a run reads because of its settings.
func (s *settings) reads() []string {
	var names []string
	for _, name := range []string{s.framework, s.config} {
		if name != "" {
			names = append(names, name)
		}
	}
	return names
}

// settingFlags gives a verb the flags that its settings come from.
func (a *app) settingFlags(c *cobra.Command, can formats, names ...string) {
	usages := map[string]string{
		"framework": a.say("cmd.flag_framework"),
		"policies":  a.say("cmd.flag_policies"),
		"date":      a.say("release.flag_date"),
		"width":     a.say("cmd.flag_width"),
	}
	for _, name := range names {
		if name == keysKey {
			c.Flags().StringSlice(keysKey, nil, a.say("release.flag_keys"))
			continue
		}
		c.Flags().String(name, "", usages[name])
	}
	c.Flags().String("format", "", a.say("cmd.flag_format", "formats", strings.Join(can, "|"), "default", can[0]))
	c.Flags().StringP("output", "o", "", a.say("cmd.flag_output"))
	c.Flags().String("timeout", "", a.say("cmd.flag_timeout"))
	complete(c, "format", can...)
}

// source is the layers of the configuration: flags over the environment over
// the file.
type source struct {
	*viper.Viper
	app   *app
	file  string // the configuration file, as the user knows it
	flags *pflag.FlagSet
}

// settings reads and checks everything that can be set.
func (a *app) settings(c *cobra.Command, can formats) (*settings, error) {
	if err := a.checkEnvironment(); err != nil {
		return nil, err
	}
	src, err := a.source(c.Flags())
	if err != nil {
		return nil, err
	}
	s := &settings{framework: src.GetString("framework"), policies: src.GetString("policies"), config: src.file}
	if s.policies == "" {
		s.policies = usualPolicies
	}
	if f := c.Flags().Lookup("output"); f != nil {
		s.output = f.Value.String()
	}
	if s.output == "-" { // as other programs call it
		s.output = ""
	}
	var problems [8]error
	problems[0] = src.checkLang()
	s.format, problems[1] = src.chooseFormat(can, s.output)
	s.width, problems[2] = src.chooseWidth(s.output != "")
	s.timeout, problems[3] = src.chooseTimeout()
	s.limits, problems[4] = src.chooseLimits()
	s.keys, problems[5] = src.chooseKeys()
	s.today, problems[6] = src.chooseDate()
	s.cache, problems[7] = src.chooseCache()
	for _, problem := range problems {
		if problem != nil {
			return nil, problem
		}
	}
	return s, nil
}

func (a *app) source(flags *pflag.FlagSet) (*source, error) {
	given := ""
	if f := flags.Lookup("config"); f != nil {
		given = f.Value.String()
	}
	src, err := a.config(given)
	if err != nil {
		return nil, err
	}
	src.flags = flags
	for _, key := range configKeys() {
		if f := flags.Lookup(key); f != nil {
			if err := src.BindPFlag(key, f); err != nil {
				return nil, err
			}
		}
	}
	return src, nil
}

// config reads the configuration file, which is the one given by the flag, by
// RUBRIC_CONFIG, or rubric.yaml if it is there, and lays the environment over
// it.
func (a *app) config(given string) (*source, error) {
	src := &source{Viper: viper.New(), app: a, file: given}
	if src.file == "" {
		src.file = a.env(envPrefix + "CONFIG")
	}
	optional := src.file == ""
	if optional {
		src.file = configFile
	}
	data, err := os.ReadFile(a.path(src.file))
	switch {
	case optional && errors.Is(err, fs.ErrNotExist):
	case errors.Is(err, fs.ErrNotExist):
		return nil, complain("cmd.config_missing", "file", src.file)
	case err != nil:
		return nil, complain("cmd.config_unreadable", "file", src.file, "error", cause(err))
	default:
		if err := src.read(data); err != nil {
			return nil, err
		}
	}
	return src, src.overlay()
}

// checkEnvironment refuses variables that look like settings and are none.
func (a *app) checkEnvironment() error {
	known := []string{envPrefix + "CONFIG"}
	for _, key := range configKeys() {
		known = append(known, envName(key))
	}
	slices.Sort(known)
	names := slices.Sorted(slices.Values(a.variables))
	for _, name := range names {
		if !strings.HasPrefix(name, envPrefix) || slices.Contains(known, name) || a.env(name) == "" {
			continue
		}
		if near := closest(name, known); near != "" {
			return complain("cmd.variable_suggest", "variable", name, "suggestion", near, "known", known)
		}
		return complain("cmd.variable", "variable", name, "known", known)
	}
	return nil
}

// cause is what went wrong with a file, in our words, without its path.
func cause(err error) message.Message { return message.System(err) }

func (s *source) read(data []byte) error {
	s.SetConfigType("yaml")
	if err := s.ReadConfig(bytes.NewReader(data)); err != nil {
		return complain("cmd.config_unreadable", "file", s.file, "error", err)
	}
	var problems message.Problems
	keys := s.AllKeys()
	slices.Sort(keys)
	for _, key := range keys {
		if m, ok := s.wrongKey(key); ok {
			problems = append(problems, message.Problem{File: s.file, Message: m})
		}
	}
	return problems.Err()
}

// wrongKey tells what is wrong with a key of the file, if anything is.
func (s *source) wrongKey(key string) (message.Message, bool) {
	if !slices.Contains(configKeys(), key) {
		if near := closest(key, configKeys()); near != "" {
			return message.New("cmd.config_key_suggest", "key", key, "suggestion", near, "known", configKeys()), true
		}
		return message.New("cmd.config_key", "key", key, "known", configKeys()), true
	}
	switch s.Get(key).(type) {
	case string, int, nil:
		return message.Message{}, false
	case []any:
		if key == keysKey {
			return message.Message{}, false
		}
	}
	return message.New("cmd.config_value", "key", key), true
}

// overlay lays the environment over the file.
func (s *source) overlay() error {
	set := map[string]any{}
	for _, key := range configKeys() {
		if value := s.app.env(envName(key)); value != "" {
			s.put(set, key, value)
		}
	}
	return s.MergeConfigMap(set)
}

// put sets a key, whose parts before a dot are sections.
func (s *source) put(set map[string]any, key, value string) {
	section, rest, nested := strings.Cut(key, ".")
	if !nested {
		set[key] = value
		return
	}
	inner, _ := set[section].(map[string]any)
	if inner == nil {
		inner = map[string]any{}
		set[section] = inner
	}
	inner[rest] = value
}

// name is where a setting comes from, in the words of the user.
func (s *source) name(key string) string {
	if f := s.flags.Lookup(key); f != nil && f.Changed {
		return dashed(key)
	}
	if name := envName(key); s.app.env(name) != "" {
		return name
	}
	return s.file + ": " + key
}

func (s *source) byFlag(key string) bool {
	f := s.flags.Lookup(key)
	return f != nil && f.Changed
}

func (s *source) checkLang() error {
	value := s.GetString("lang")
	if _, ok := message.ParseLang(value); ok || value == "" {
		return nil
	}
	return complain("cmd.bad_choice", "source", s.name("lang"), "value", value, "choices", []string{"zh", "en"})
}

// chooseFormat is the format to print in: the one that is asked for, else the one
// that the output file is named after. A format that is configured for other
// verbs, and that this one does not have, does not concern it.
func (s *source) chooseFormat(can formats, output string) (string, error) {
	value := s.GetString("format")
	allowed := can
	if named := formatOf(output); named != "" && !s.byFlag("format") && len(can) > 1 {
		if !slices.Contains(can, named) {
			return "", complain("cmd.output_format", "file", output, "choices", []string(can))
		}
		return named, nil
	}
	if !s.byFlag("format") {
		allowed = allFormats()
	}
	switch {
	case slices.Contains(can, value):
		return value, nil
	case value != "" && !slices.Contains(allowed, value):
		return "", complain("cmd.bad_choice", "source", s.name("format"), "value", value, "choices", []string(allowed))
	case len(can) == 0:
		return "", nil
	}
	return can[0], nil
}

// formatOf is the format that a file's name says it has, "" where it says none.
func formatOf(file string) string {
	switch extension := strings.ToLower(filepath.Ext(file)); extension {
	case ".json", ".html", ".xlsx", ".docx", ".sarif":
		return extension[1:]
	case ".htm":
		return "html"
	case ".md":
		return "markdown"
	case ".xml":
		return "junit"
	}
	return ""
}

// maxWidth is the widest a text may be asked for.
const maxWidth = 1000

func (s *source) chooseWidth(toFile bool) (int, error) {
	value := s.GetString("width")
	if value == "" {
		return terminalWidth(s.app.stdout, toFile), nil
	}
	columns, err := strconv.Atoi(value)
	if err != nil || columns < report.MinWidth || columns > maxWidth {
		return 0, complain("cmd.bad_width", "source", s.name("width"), "value", value, "min", report.MinWidth, "max", maxWidth)
	}
	return columns, nil
}

// terminalWidth is how wide a text is printed if nobody says so: as wide as
// the terminal within reason, and the same everywhere if it goes to a file.
func terminalWidth(stdout io.Writer, toFile bool) int {
	if columns, ok := terminalColumns(stdout); ok && !toFile {
		return columns
	}
	return report.DefaultWidth
}

// terminalColumns is how wide a text is on a terminal, within reason; not ok if w
// is none.
func terminalColumns(w io.Writer) (columns int, ok bool) {
	const widest = 120 // lines longer than that are hard to read
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	if columns, _, err := term.GetSize(int(f.Fd())); err == nil {
		return min(max(columns, report.MinWidth), widest), true
	}
	return 0, false
}

func (s *source) chooseTimeout() (time.Duration, error) {
	value := s.GetString("timeout")
	if value == "" || value == "0" {
		return 0, nil
	}
	timeout, err := time.ParseDuration(value)
	if err != nil || timeout <= 0 {
		return 0, complain("cmd.bad_timeout", "source", s.name("timeout"), "value", value)
	}
	return timeout, nil
}

// limitKey is a limit with its key in the configuration.
type limitKey struct {
	key string
	set func(n int64)
}

func limitKeys(l *policy.Limits) []limitKey {
	whole := func(into *int) func(int64) { return func(n int64) { *into = int(n) } }
	return []limitKey{
		{"limits.bits", whole(&l.Bits)},
		{"limits.bytes", func(n int64) { l.Bytes = n }},
		{"limits.depth", whole(&l.Depth)},
		{"limits.items", whole(&l.Items)},
		{"limits.steps", func(n int64) { l.Steps = n }},
		{"limits.text", whole(&l.Text)},
	}
}

// limitOff is the word for no limit.
const limitOff = "off"

func (s *source) chooseLimits() (l policy.Limits, err error) {
	for _, k := range limitKeys(&l) {
		value := s.GetString(k.key)
		n, err := strconv.ParseInt(value, 10, 32)
		switch {
		case value == "":
		case value == limitOff:
			k.set(policy.NoLimit)
		case err != nil || n <= 0:
			return l, complain("cmd.bad_limit", "source", s.name(k.key), "value", value, "max", math.MaxInt32)
		default:
			k.set(n)
		}
	}
	return l, nil
}

// chooseLang is the language to speak, found before the command line is read
// in earnest so that help and mistakes are in it too: by the flag, the
// environment, the configuration file, else the locale. What is wrong with any
// of them is reported later.
func (a *app) chooseLang() message.Lang {
	early := pflag.NewFlagSet("early", pflag.ContinueOnError)
	early.ParseErrorsAllowlist.UnknownFlags = true
	early.SetOutput(io.Discard)
	lang := early.String("lang", "", "")
	config := early.String("config", "", "")
	early.BoolP("help", "h", false, "")
	_ = early.Parse(a.args) // read again, and judged, by cobra

	for _, c := range a.langCandidates(*lang, *config) {
		if lang, ok := message.ParseLang(c); ok {
			a.langSaid = true
			return lang
		}
	}
	return message.LangFromLocale(a.env)
}

// langCandidates are the languages that the user may have set, the one that counts
// first.
func (a *app) langCandidates(flag, config string) []string {
	candidates := []string{flag, a.env(envPrefix + "LANG")}
	if src, err := a.config(config); err == nil {
		candidates = append(candidates, src.GetString("lang"))
	}
	return candidates
}

// langNamed tells whether somebody has named a language: by the flag, a setting,
// or a locale that is one, which C and POSIX are not.
func (a *app) langNamed() bool {
	if a.langSaid {
		return true
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if locale, _, _ := strings.Cut(a.env(name), "."); locale != "" {
			return locale != "C" && locale != "POSIX"
		}
	}
	return false
}
