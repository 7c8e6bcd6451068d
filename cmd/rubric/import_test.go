package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rubric/engine/message"
)

// Progress is told no more than once a second: of rows that are read after 0.4,
// 1.1, 1.5, 2.2 and 9 seconds, the second, fourth and fifth.
func TestImportProgress(t *testing.T) {
	words, err := message.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	start := time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC)
	now := start
	a := &app{stderr: &out, catalogue: words, lang: message.Chinese, now: func() time.Time { return now }}
	tell := (&desk{app: a}).importProgress()
	for i, ms := range []int{400, 1100, 1500, 2200, 9000} {
		now = start.Add(time.Duration(ms) * time.Millisecond)
		tell("项目.csv", 1000*(i+1))
	}
	if got := out.String(); got != "项目.csv：已读 2000 行\n项目.csv：已读 4000 行\n项目.csv：已读 5000 行\n" {
		t.Error(got)
	}
}

// Files that people take for a workbook are told from one that is broken: one in
// the old format or with a password, and what Excel leaves beside an open one.
func TestNoWorkbook(t *testing.T) {
	dir := t.TempDir()
	d := &desk{app: &app{}, settings: &settings{}}
	for name, want := range map[string]string{"旧 表.xls": "old format .xls", "~$我的 表.xlsx": "import 我的 表.xlsx"} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, append(bytes.Clone(compound), make([]byte, 600)...), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := d.tableFile(file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
