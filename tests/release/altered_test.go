package release_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"rubric/engine/bundle"
	"rubric/engine/framework"
	"rubric/engine/message"
	"rubric/engine/signature"
	"rubric/tests/internal/shipped"
)

const today = "2026-11-22"

func keyPair(t *testing.T) (*signature.PrivateKey, *signature.Key) {
	t.Helper()
	private, public, err := signature.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	key, err := signature.ParsePrivateKey("key", private)
	if err != nil {
		t.Fatal(err)
	}
	pub, err := signature.ParseKey("key.pub", public)
	if err != nil {
		t.Fatal(err)
	}
	return key, pub
}

// refusal is the one problem that verifying a bundle finds, as file and id.
func refusal(t *testing.T, b *bundle.Bundle, key *signature.Key) string {
	t.Helper()
	_, err := signature.Verify(context.Background(), b, []*signature.Key{key}, today)
	var problems message.Problems
	if !errors.As(err, &problems) || len(problems) != 1 {
		return fmt.Sprint(err)
	}
	return problems[0].File + " " + problems[0].Message.ID
}

// One byte of any file of the shipped framework, altered after signing, is found,
// in the folder and in the archive, and the message names the file. The bytes are
// a space more at the end and, in the folder, the first, the last and one in the
// middle.
func TestOneByteAltered(t *testing.T) {
	key, public := keyPair(t)
	fw := loadShipped(t)
	text, err := signature.Sign(context.Background(), fw, key, signature.Never)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), shipped.Framework)
	if err := os.CopyFS(dir, os.DirFS(shipped.FrameworkDir(t))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, bundle.SignatureFile), text, 0o644); err != nil {
		t.Fatal(err)
	}
	whole, err := bundle.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := refusal(t, whole, public); got != "<nil>" {
		t.Fatal(got)
	}
	tried := 0
	for _, f := range fw.Bundle.Files {
		all := alterations(f.Text)
		for _, altered := range all {
			inFolder(t, dir, f, altered, public)
		}
		inArchive(t, fw, text, f, all[0], public)
		tried += len(all) + 1
	}
	fmt.Printf("figure release.altered_bytes_refused %d\n", tried)
}

// alterations of a file by one byte.
func alterations(text []byte) [][]byte {
	all := [][]byte{append(slices.Clone(text), ' ')}
	for _, at := range []int{0, len(text) / 2, len(text) - 1} {
		if at >= 0 && at < len(text) {
			other := slices.Clone(text)
			other[at] ^= 1
			all = append(all, other)
		}
	}
	return all
}

func inFolder(t *testing.T, dir string, f bundle.File, altered []byte, key *signature.Key) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(f.Name))
	if err := os.WriteFile(path, altered, 0o644); err != nil {
		t.Fatal(err)
	}
	b, err := bundle.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := refusal(t, b, key); got != path+" signature.changed" {
		t.Errorf("%s in a folder: %s", f.Name, got)
	}
	if err := os.WriteFile(path, f.Text, 0o644); err != nil {
		t.Fatal(err)
	}
}

func inArchive(t *testing.T, fw *framework.Framework, text []byte, f bundle.File, altered []byte, key *signature.Key) {
	t.Helper()
	forged := &bundle.Bundle{Files: slices.Clone(fw.Bundle.Files), Manifest: fw.Manifest(), Signature: text}
	at := slices.IndexFunc(forged.Files, func(other bundle.File) bool { return other.Name == f.Name })
	forged.Files[at].Text = altered
	packed, err := forged.Pack()
	if err != nil {
		t.Fatal(err)
	}
	b, err := bundle.Unpack("rules.tar.gz", packed)
	if err != nil {
		t.Fatal(err)
	}
	if got := refusal(t, b, key); got != filepath.Join("rules.tar.gz", f.Name)+" signature.changed" {
		t.Errorf("%s in an archive: %s", f.Name, got)
	}
}

// What an archive says of itself to OPA is held to its files, signed or not.
func TestManifestAltered(t *testing.T) {
	fw := loadShipped(t)
	manifest := fw.Manifest()
	for _, altered := range append(alterations(manifest), nil, bytes.Replace(manifest, []byte("1.0.0"), []byte("1.0.1"), 1)) {
		forged := &bundle.Bundle{Files: fw.Bundle.Files, Manifest: altered}
		packed, err := forged.Pack()
		if err != nil {
			t.Fatal(err)
		}
		b, err := bundle.Unpack("rules.tar.gz", packed)
		if err != nil {
			t.Fatal(err)
		}
		_, err = framework.LoadBundle(b, extensions)
		var problems message.Problems
		if !errors.As(err, &problems) || len(problems) != 1 || problems[0].Message.ID != "framework.manifest" {
			t.Errorf("%q: %v", altered, err)
		}
	}
}
