package cache

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func open(t *testing.T) *Folder {
	t.Helper()
	f, err := Open(filepath.Join(t.TempDir(), "deep", "er"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func save(t *testing.T, f *Folder, key, data string) string {
	t.Helper()
	if err := f.Save(key, []byte(data)); err != nil {
		t.Fatal(err)
	}
	return f.path(key)
}

func TestKept(t *testing.T) {
	f := open(t)
	if f.Load("a") != nil {
		t.Error("something is there before anything is saved")
	}
	save(t, f, "a", "one")
	save(t, f, "b", "")
	path := save(t, f, "a", "two")
	if got := f.Load("a"); string(got) != "two" {
		t.Errorf("got %q", got)
	}
	if got := f.Load("b"); got == nil || len(got) != 0 {
		t.Errorf("got %q", got)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	other := &Folder{f.dir, f.build + "x"}
	if other.Load("a") != nil {
		t.Error("another build takes it for its own")
	}
	var none *Folder
	if none.Load("a") != nil || none.Save("a", nil) != nil {
		t.Error("no folder keeps something")
	}
}

// Whatever byte is changed, taken away or added, and under whatever other name,
// a file no longer counts.
func TestTampered(t *testing.T) {
	f := open(t)
	path := save(t, f, "a", "some content")
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	put := func(path string, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		if put(path, bad); f.Load("a") != nil {
			t.Errorf("byte %d changed", i)
		}
		if put(path, good[:i]); f.Load("a") != nil {
			t.Errorf("cut to %d bytes", i)
		}
	}
	if put(path, append(bytes.Clone(good), 0)); f.Load("a") != nil {
		t.Error("longer by a byte")
	}
	if put(f.path("b"), good); f.Load("b") != nil {
		t.Error("under another name")
	}
	put(path, good)
	if f.Load("a") == nil {
		t.Error("the good file does not count either")
	}
	if err := os.Chmod(path, 0o622); err != nil {
		t.Fatal(err)
	}
	if f.Load("a") != nil {
		t.Error("others may write it")
	}
}

func TestFolderOfOthers(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir); err == nil {
		t.Error("a folder that everyone may write in")
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(file); err == nil {
		t.Error("a file for a folder")
	}
}

func TestPrune(t *testing.T) {
	f := open(t)
	for i := range maxKept + 3 {
		path := save(t, f, fmt.Sprint(i), "x")
		old := time.Now().Add(time.Duration(i-1000) * time.Minute)
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	save(t, f, "last", "x")
	entries, err := os.ReadDir(f.dir)
	if err != nil || len(entries) != maxKept {
		t.Errorf("%d files, %v", len(entries), err)
	}
	if f.Load("last") == nil || f.Load("3") != nil || f.Load("4") == nil {
		t.Error("not the oldest went")
	}
}

func TestBuildID(t *testing.T) {
	if id := buildID(); len(id) < 20 || !strings.Contains(id, "/") {
		t.Errorf("got %q", id)
	}
}
