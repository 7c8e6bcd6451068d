package bundle

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rubric/engine/message"
)

// ids are the ids of the problems that err consists of.
func ids(t *testing.T, err error) string {
	t.Helper()
	var problems message.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("the error is a %T: %v", err, err)
	}
	var all []string
	for _, p := range problems {
		all = append(all, strings.TrimPrefix(p.Message.ID, "bundle."))
	}
	return strings.Join(all, " ")
}

func folderOf(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// What is packed comes out again, hidden files do not go in, and the same files
// give the same bytes and digest whatever their times and modes.
func TestPack(t *testing.T) {
	files := map[string]string{"framework.yaml": "id: x\n", "a/b.rego": "package b\n", "a.cel.yaml": "", "a/empty": "", ".git/x": "no", SignatureFile: "signed"}
	one, err := Read(folderOf(t, files))
	if err != nil {
		t.Fatal(err)
	}
	dir := folderOf(t, files)
	if err := os.Chmod(filepath.Join(dir, "a/b.rego"), 0o600); err != nil {
		t.Fatal(err)
	}
	two, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	first, err := one.Pack()
	if err != nil {
		t.Fatal(err)
	}
	second, err := two.Pack()
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("%d and %d bytes, %v", len(first), len(second), err)
	}
	got, err := Unpack("x.tar.gz", first)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range got.Files {
		names = append(names, f.Name)
	}
	if strings.Join(names, " ") != "a.cel.yaml a/b.rego a/empty framework.yaml" || !got.Archive || string(got.Signature) != "signed" {
		t.Errorf("%v, %+v", names, got)
	}
	if got.Digest() != one.Digest() || string(got.File("a/b.rego")) != "package b\n" || got.File("a/b") != nil {
		t.Errorf("digest %s, was %s", got.Digest(), one.Digest())
	}
}

// A byte more in a file, or another name, is another digest.
func TestDigest(t *testing.T) {
	seen := map[string]bool{}
	for _, files := range [][]File{
		{{"a", []byte("x")}, {"b", nil}}, {{"a", []byte("x ")}, {"b", nil}}, {{"a", nil}, {"b", []byte("x")}}, {{"a", []byte("x")}, {"c", nil}}, {{"a", []byte("x")}},
	} {
		seen[New("", files).Digest()] = true
	}
	if len(seen) != 5 {
		t.Errorf("%d digests", len(seen))
	}
	if New("", []File{{"b", nil}, {"a", []byte("x")}}).Digest() != New("", []File{{"a", []byte("x")}, {"b", nil}}).Digest() {
		t.Error("the order matters")
	}
}

// archive makes one by hand.
func archive(t *testing.T, heads ...tar.Header) []byte {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	files := tar.NewWriter(zip)
	for _, h := range heads {
		if err := files.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := files.Write(make([]byte, h.Size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(files.Close(), zip.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func regular(name string, size int64) tar.Header {
	return tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o644}
}

func TestUnpackRefuses(t *testing.T) {
	good := archive(t, regular("framework.yaml", 10), tar.Header{Typeflag: tar.TypeDir, Name: "a/", Mode: 0o755}, regular("a/b", 1))
	var bomb []tar.Header
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		bomb = append(bomb, regular(name, MaxFile))
	}
	var many []tar.Header
	for i := range MaxFiles + 2 {
		many = append(many, regular(strings.Repeat("a", i%200+1)+"/"+strings.Repeat("b", i/200+1), 0))
	}
	flipped := bytes.Clone(good)
	flipped[len(flipped)-6] ^= 1 // of the checksum
	for _, c := range []struct {
		name   string
		packed []byte
		want   string
	}{
		{"good", good, ""},
		{"empty", nil, "no_archive"},
		{"text", []byte("id: x"), "no_archive"},
		{"cut off", good[:len(good)-9], "damaged"},
		{"cut in the middle", good[:len(good)/2], "damaged"},
		{"checksum", flipped, "damaged"},
		{"something behind", append(bytes.Clone(good), 'x'), "surplus_bytes"},
		{"two archives", append(bytes.Clone(good), good...), "surplus_bytes"},
		{"out of the folder", archive(t, regular("../x", 1)), "foreign_entry"},
		{"absolute", archive(t, regular("/x", 1)), "foreign_entry"},
		{"backslash", archive(t, regular(`a\b`, 1)), "foreign_entry"},
		{"link", archive(t, tar.Header{Typeflag: tar.TypeSymlink, Name: "x", Linkname: "y"}), "foreign_entry"},
		{"hidden", archive(t, regular(".x", 1)), "foreign_entry"},
		{"in a hidden folder", archive(t, regular("a/.b/x", 1)), "foreign_entry"},
		{"manifest elsewhere", archive(t, regular("a/.manifest", 1)), "foreign_entry"},
		{"twice", archive(t, regular("x", 1), regular("x", 1)), "entry_twice"},
		{"large file", archive(t, regular("x", MaxFile+1)), "file_too_large"},
		{"bomb", archive(t, bomb...), "too_large"},
		{"many files", archive(t, many...), "too_large"},
	} {
		b, err := Unpack("x.tar.gz", c.packed)
		if got := ids(t, err); got != c.want || (b == nil) != (c.want != "") {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// No bit of a signed archive can be flipped so that anything else comes out of it,
// and none that says how it was packed. (A few bits between the blocks of deflate
// mean nothing.)
func TestFlippedBit(t *testing.T) {
	b := New("x", []File{{"framework.yaml", []byte("id: x\n")}, {"a/b.rego", bytes.Repeat([]byte("package b\n"), 30)}})
	b.Signature = []byte("signed")
	packed, err := b.Pack()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Unpack("x", packed); err != nil {
		t.Fatal(err)
	}
	for i := range 8 * len(packed) {
		changed := bytes.Clone(packed)
		changed[i/8] ^= 1 << (i % 8)
		got, err := Unpack("x", changed)
		if err == nil && (i/8 < len(packedHead) || got.Digest() != b.Digest() || !bytes.Equal(got.Signature, b.Signature)) {
			t.Errorf("bit %d of byte %d of %d", i%8, i/8, len(packed))
		}
	}
}

func TestReadRefuses(t *testing.T) {
	dir := folderOf(t, map[string]string{"framework.yaml": "id: x\n", "notes.txt": "no archive\n"})
	for path, want := range map[string]string{filepath.Join(dir, "none"): "unreadable", filepath.Join(dir, "notes.txt"): "no_archive", os.DevNull: "not_a_file"} {
		if _, err := Read(path); ids(t, err) != want {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "large"), make([]byte, MaxFile+1), 0o644); err != nil {
		t.Fatal(err)
	}
	b, err := Read(dir)
	if ids(t, err) != "file_too_large" || b.File("framework.yaml") == nil {
		t.Errorf("%+v, %v", b, err)
	}
}
