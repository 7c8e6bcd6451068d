package main

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"rubric/engine/message"
)

// settle is the settings for a verb with all flags, and what is wrong with
// them.
func settle(t *testing.T, file string, env []string, args ...string) (*settings, string) {
	t.Helper()
	dir := t.TempDir()
	if file != "" {
		writeFile(t, dir, configFile, file)
	}
	catalogue, _ := message.Load()
	a := &app{args: args, dir: dir, catalogue: catalogue, lang: message.English,
		stdout: &strings.Builder{}, now: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }}
	a.env, a.variables = variables(env)
	c := &cobra.Command{Use: "eval"}
	can := formats{"table", "json"}
	a.settingFlags(c, can, "framework", "policies", "width")
	c.Flags().String("lang", "", "")
	c.Flags().String("config", "", "")
	if err := c.ParseFlags(args); err != nil {
		t.Fatal(err)
	}
	s, err := a.settings(c, can)
	if err != nil {
		return nil, a.reason(err)
	}
	return s, ""
}

// Flags win over the environment, the environment over the file, the file over
// what is usual.
func TestPrecedence(t *testing.T) {
	file := "policies: by-file\nframework: by-file\nwidth: 70\ntimeout: 1m\nformat: json\n"
	env := []string{"RUBRIC_POLICIES=by-env", "RUBRIC_WIDTH=90", "RUBRIC_TIMEOUT=2m"}
	for _, c := range []struct {
		name, file string
		env, args  []string
		want       settings
	}{
		{"usual", "", nil, nil, settings{policies: "policies", format: "table", width: 80}},
		{"file", file, nil, nil, settings{framework: "by-file", policies: "by-file", format: "json", width: 70, timeout: time.Minute}},
		{"environment", file, env, nil, settings{framework: "by-file", policies: "by-env", format: "json", width: 90, timeout: 2 * time.Minute}},
		{"flags", file, env, []string{"--policies", "by-flag", "--width=100", "--timeout", "3s", "--format", "table", "-o", "x"},
			settings{framework: "by-file", policies: "by-flag", format: "table", output: "x", width: 100, timeout: 3 * time.Second}},
		{"a format for other verbs", "format: markdown\n", nil, nil, settings{policies: "policies", format: "table", width: 80}},
		{"empty file", "# nothing\n", nil, nil, settings{policies: "policies", format: "table", width: 80}},
	} {
		got, wrong := settle(t, c.file, c.env, c.args...)
		if wrong != "" {
			t.Errorf("%s: %s", c.name, wrong)
			continue
		}
		c.want.config, c.want.today = configFile, "2026-01-02"
		if !reflect.DeepEqual(*got, c.want) {
			t.Errorf("%s: got %+v, want %+v", c.name, *got, c.want)
		}
	}
}

// What is wrong is told with the place it was set in.
func TestWrongSettings(t *testing.T) {
	known := "The settings are: cache, format, framework, keys, lang, limits.bits, limits.bytes, limits.depth, limits.items, limits.steps, limits.text, policies, timeout, width"
	for _, c := range []struct {
		file, env string
		args      []string
		want      string
	}{
		{file: "widht: 80\n", want: "rubric.yaml: “widht” is no setting; did you mean “width”? " + known},
		{file: "weights:\n  plan: 3\n", want: "rubric.yaml: “weights.plan” is no setting"},
		{file: "width: [80]\n", want: "rubric.yaml: the value of “width”"},
		{file: "width: 80.5\n", want: "rubric.yaml: the value of “width”"},
		{file: "width: wide\n", want: "rubric.yaml: width: “wide”"},
		{file: "width: 20\n", want: "from 60 to 1000"},
		{file: "lang: fr\n", want: "rubric.yaml: lang: “fr”"},
		{file: "format: xml\n", want: "rubric.yaml: format: “xml”"},
		{file: "timeout: 30\n", want: "rubric.yaml: timeout: “30”"},
		{file: "a: b: c\n", want: "rubric.yaml cannot be read"},
		{file: "width: 70\nwidth: 80\n", want: "rubric.yaml cannot be read"},
		{env: "RUBRIC_TIMEOUT=-1s", want: "RUBRIC_TIMEOUT: “-1s”"},
		{env: "RUBRIC_FORMAT=xml", want: "RUBRIC_FORMAT: “xml”"},
		{env: "RUBRIC_CONFIG=none.yaml", want: "none.yaml"},
		{args: []string{"--format", "markdown"}, want: "--format: “markdown” will not do; choose one of: table, json"},
	} {
		if _, got := settle(t, c.file, []string{c.env}, c.args...); !strings.Contains(got, c.want) {
			t.Errorf("%+v: got %q", c, got)
		}
	}
}

func TestChooseLang(t *testing.T) {
	for _, c := range []struct {
		file string
		env  []string
		args []string
		want message.Lang
	}{
		{"", nil, nil, message.English},
		{"", []string{"LANG=zh_CN.UTF-8"}, nil, message.Chinese},
		{"", []string{"LC_ALL=C", "LANG=zh_CN.UTF-8"}, nil, message.English},
		{"lang: zh\n", []string{"LANG=C"}, nil, message.Chinese},
		{"lang: zh\n", []string{"RUBRIC_LANG=en"}, nil, message.English},
		{"lang: zh\n", []string{"RUBRIC_LANG=zh"}, []string{"eval", "x", "--format", "json", "--lang=en", "-h"}, message.English},
		{"", nil, []string{"--lang", "zh", "frobnicate", "--unknown"}, message.Chinese},
		{"", []string{"RUBRIC_LANG=zh"}, []string{"--lang", "fr"}, message.Chinese}, // the mistake is told in it
	} {
		dir := t.TempDir()
		if c.file != "" {
			writeFile(t, dir, configFile, c.file)
		}
		a := &app{args: c.args, dir: dir, env: lookup(c.env)}
		if got := a.chooseLang(); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
}

func TestConfigElsewhere(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "conf/mine.yaml", "lang: zh\n")
	got := call(t, dir, nil, "eval", "--config", "conf/mine.yaml")
	if !strings.HasPrefix(got.stderr, "请给出案卷") {
		t.Errorf("%+v", got)
	}
}
