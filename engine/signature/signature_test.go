package signature

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"rubric/engine/bundle"
	"rubric/engine/framework"
	"rubric/engine/message"
)

// ids are the problems that err consists of, as file:id.
func ids(t *testing.T, err error) string {
	t.Helper()
	var problems message.Problems
	if err != nil && !errors.As(err, &problems) {
		t.Fatalf("the error is a %T: %v", err, err)
	}
	var all []string
	for _, p := range problems {
		all = append(all, p.File+":"+strings.TrimPrefix(p.Message.ID, "signature."))
	}
	return strings.Join(all, " ")
}

func pair(t *testing.T, name string) (*PrivateKey, *Key) {
	t.Helper()
	private, public, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, name, private, public)
}

func parsed(t *testing.T, name string, private, public []byte) (*PrivateKey, *Key) {
	t.Helper()
	key, err := ParsePrivateKey(name, private)
	if err != nil {
		t.Fatal(err)
	}
	pub, err := ParseKey(name+".pub", public)
	if err != nil {
		t.Fatal(err)
	}
	if key.ID != pub.ID {
		t.Errorf("%s and %s", key.ID, pub.ID)
	}
	return key, pub
}

func ecdsaPair(t *testing.T) (*PrivateKey, *Key) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, "ec", pem.EncodeToMemory(&pem.Block{Type: privateBlock, Bytes: private}), pem.EncodeToMemory(&pem.Block{Type: publicBlock, Bytes: public}))
}

func sample() *bundle.Bundle {
	return bundle.New("x", []bundle.File{{Name: "framework.yaml", Text: []byte("id: x\n")}, {Name: "a/b.rego", Text: []byte("package b\n")}, {Name: "empty"}})
}

func sign(t *testing.T, b *bundle.Bundle, key *PrivateKey, expires string) []byte {
	t.Helper()
	text, err := Sign(context.Background(), &framework.Framework{ID: "x", Version: "1.0.0", Digest: b.Digest(), Bundle: b}, key, expires)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Each way in which rules are not what was signed has its own message.
func TestVerify(t *testing.T) {
	ours, oursPublic := pair(t, "ours")
	theirs, theirsPublic := pair(t, "theirs")
	ec, ecPublic := ecdsaPair(t)
	good := sign(t, sample(), ours, "2027-12-31")
	with := func(signature []byte, change func(b *bundle.Bundle)) *bundle.Bundle {
		b := sample()
		b.Signature = signature
		if change != nil {
			change(b)
		}
		return b
	}
	file := "x/" + bundle.SignatureFile
	for _, c := range []struct {
		name  string
		b     *bundle.Bundle
		keys  []*Key
		today string
		want  string
	}{
		{"good", with(good, nil), []*Key{oursPublic}, "2026-01-01", ""},
		{"one of two keys", with(good, nil), []*Key{theirsPublic, oursPublic}, "2026-01-01", ""},
		{"a key twice", with(good, nil), []*Key{oursPublic, oursPublic}, "2026-01-01", ""},
		{"last day", with(good, nil), []*Key{oursPublic}, "2027-12-31", ""},
		{"ECDSA", with(sign(t, sample(), ec, Never), nil), []*Key{ecPublic}, "2999-12-31", ""},
		{"expired", with(good, nil), []*Key{oursPublic}, "2028-01-01", "x:expired"},
		{"unsigned", with(nil, nil), []*Key{oursPublic}, "2026-01-01", "x:unsigned"},
		{"foreign", with(sign(t, sample(), theirs, Never), nil), []*Key{oursPublic, ecPublic}, "2026-01-01", "x:foreign"},
		{"no JSON", with(good[1:], nil), []*Key{oursPublic}, "2026-01-01", file + ":unreadable"},
		{"no signature in it", with([]byte("{}"), nil), []*Key{oursPublic}, "2026-01-01", file + ":unreadable"},
		{"no keys", with(good, nil), nil, "2026-01-01", file + ":no_keys"},
		{"changed", with(good, func(b *bundle.Bundle) { b.Files[0].Text = []byte("package b \n") }), []*Key{oursPublic}, "2026-01-01", "x/a/b.rego:changed"},
		{"missing", with(good, func(b *bundle.Bundle) { b.Files = b.Files[1:] }), []*Key{oursPublic}, "2026-01-01", "x/a/b.rego:missing"},
		{"surplus", with(good, func(b *bundle.Bundle) { b.Files = append(b.Files, bundle.File{Name: "z"}) }), []*Key{oursPublic}, "2026-01-01", "x/z:surplus"},
		{"renamed", with(good, func(b *bundle.Bundle) { b.Files[1].Name = "empti" }), []*Key{oursPublic}, "2026-01-01", "x/empty:missing x/empti:surplus"},
	} {
		_, err := Verify(context.Background(), c.b, c.keys, c.today)
		if got := ids(t, err); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if c.b.Signature != nil && c.name != "good" && strings.Contains(c.want, "/") && !strings.HasPrefix(c.want, file) {
			if got := ids(t, Fits(c.b)); got != c.want {
				t.Errorf("%s fits: %q, want %q", c.name, got, c.want)
			}
		}
	}
	if !bytes.Equal(good, sign(t, sample(), ours, "2027-12-31")) || !bytes.Equal(sign(t, sample(), ec, Never), sign(t, sample(), ec, Never)) {
		t.Error("another signature of the same")
	}
}

// No byte of an envelope can be altered so that something else counts as signed.
func TestAlteredEnvelope(t *testing.T) {
	key, public := pair(t, "k")
	text := sign(t, sample(), key, "2027-12-31")
	for i := range text {
		b := sample()
		b.Signature = bytes.Clone(text)
		b.Signature[i] ^= 1
		s, err := Verify(context.Background(), b, []*Key{public}, "2026-01-01")
		if err == nil && (s.Predicate.Expires != "2027-12-31" || len(s.Subject) != 3) {
			t.Errorf("byte %d: %+v", i, s)
		}
	}
}

func TestKeys(t *testing.T) {
	private, public, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(rsaKey)
	if err != nil {
		t.Fatal(err)
	}
	pub, err := x509.MarshalPKIXPublicKey(&rsaKey.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name          string
		text          []byte
		asPrivate, as string
	}{
		{"private", private, "", "f:private_for_public"},
		{"public", public, "f:public_for_private", ""},
		{"nothing", nil, "f:no_private_key", "f:no_public_key"},
		{"text", []byte("key"), "f:no_private_key", "f:no_public_key"},
		{"broken", pem.EncodeToMemory(&pem.Block{Type: privateBlock, Bytes: []byte("x")}), "f:no_private_key", "f:private_for_public"},
		{"broken public", pem.EncodeToMemory(&pem.Block{Type: publicBlock, Bytes: []byte("x")}), "f:public_for_private", "f:no_public_key"},
		{"RSA", pem.EncodeToMemory(&pem.Block{Type: privateBlock, Bytes: der}), "f:kind_of_key", "f:private_for_public"},
		{"RSA public", pem.EncodeToMemory(&pem.Block{Type: publicBlock, Bytes: pub}), "f:public_for_private", "f:kind_of_key"},
	} {
		_, one := ParsePrivateKey("f", c.text)
		_, two := ParseKey("f", c.text)
		if ids(t, one) != c.asPrivate || ids(t, two) != c.as {
			t.Errorf("%s: %q, %q", c.name, ids(t, one), ids(t, two))
		}
	}
	for text, want := range map[string]bool{"2027-12-31": true, Never: true, "": false, "2027-02-29": false, "tomorrow": false} {
		if CheckExpiry(text) != want {
			t.Errorf("%q", text)
		}
	}
}
