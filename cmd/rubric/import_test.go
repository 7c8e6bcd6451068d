package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

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
