// Package signature signs a framework's files and checks them against what was
// signed. The signature is a DSSE envelope around an in-toto statement: the
// digest and size of every file's raw bytes, the framework's id and version, and
// the last day on which the signature counts.
package signature

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/secure-systems-lab/go-securesystemslib/dsse"

	"rubric/engine/bundle"
	"rubric/engine/framework"
	"rubric/engine/message"
)

// What the envelope says that it holds.
const (
	payloadType   = "application/vnd.in-toto+json"
	statementType = "https://in-toto.io/Statement/v1"
	predicateType = "urn:rubric:framework:v1"
)

// Never is the expiry of a signature that does not expire.
const Never = "never"

// Statement is what is signed.
type Statement struct {
	Type          string    `json:"_type"`
	Subject       []Subject `json:"subject"` // every file, by name
	PredicateType string    `json:"predicateType"`
	Predicate     Predicate `json:"predicate"`
}

// Subject is one file: the digest is in hex, by algorithm.
type Subject struct {
	Name        string            `json:"name"`
	Digest      map[string]string `json:"digest"`
	Annotations Annotations       `json:"annotations"`
}

// Annotations are what is known of a file beside its digest. Size is in bytes.
type Annotations struct {
	Size int `json:"size"`
}

// Predicate says which framework the files are. Expires is the last day on which
// the signature counts, an ISO date, or Never.
type Predicate struct {
	Framework string `json:"framework"`
	Version   string `json:"version"`
	ValidFrom string `json:"valid_from,omitempty"`
	ValidTo   string `json:"valid_to,omitempty"`
	Digest    string `json:"digest"` // the framework's, as assessments have it
	Expires   string `json:"expires"`
}

// CheckExpiry tells whether text is a day or Never.
func CheckExpiry(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return text == Never || err == nil
}

// Sign is the signature of a framework, to be kept as bundle.SignatureFile. The
// same framework, key and expiry give the same bytes.
func Sign(ctx context.Context, fw *framework.Framework, key *PrivateKey, expires string) ([]byte, error) {
	s := Statement{Type: statementType, PredicateType: predicateType, Subject: subjects(fw.Bundle),
		Predicate: Predicate{fw.ID, fw.Version, fw.ValidFrom, fw.ValidTo, fw.Digest, expires}}
	payload, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	signer, err := dsse.NewEnvelopeSigner(key)
	if err != nil {
		return nil, err
	}
	envelope, err := signer.SignPayload(ctx, payloadType, payload)
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(envelope, "", "  ")
	return append(text, '\n'), err
}

func subjects(b *bundle.Bundle) []Subject {
	var all []Subject
	for _, f := range b.Files {
		all = append(all, subject(f))
	}
	return all
}

func subject(f bundle.File) Subject {
	return Subject{Name: f.Name, Digest: map[string]string{"sha256": strings.TrimPrefix(f.Digest(), "sha256:")}, Annotations: Annotations{len(f.Text)}}
}

func (s Subject) equals(other Subject) bool {
	return s.Name == other.Name && s.Digest["sha256"] == other.Digest["sha256"] && s.Annotations == other.Annotations
}

// Verify holds files to their signature: it must be there, be one of these
// keys', count on that day (an ISO date), and name exactly these files. The
// error is a message.Problems, with another message for each way to fail.
func Verify(ctx context.Context, b *bundle.Bundle, keys []*Key, today string) (*Statement, error) {
	if b.Signature == nil {
		return nil, problem(b.Path, message.New("signature.unsigned"))
	}
	s, err := open(ctx, b, keys)
	if err != nil {
		return nil, err
	}
	if s.Predicate.Expires != Never && s.Predicate.Expires < today {
		return nil, problem(b.Path, message.New("signature.expired", "framework", s.Predicate.Framework, "version", s.Predicate.Version,
			"expires", s.Predicate.Expires, "today", today))
	}
	return s, compare(b, s.Subject)
}

// open is the statement in the envelope, if one of the keys has signed it.
func open(ctx context.Context, b *bundle.Bundle, keys []*Key) (*Statement, error) {
	file := filepath.Join(b.Path, bundle.SignatureFile)
	var envelope dsse.Envelope
	if err := json.Unmarshal(b.Signature, &envelope); err != nil || len(envelope.Signatures) == 0 {
		return nil, problem(file, message.New("signature.unreadable"))
	}
	verifier, err := dsse.NewEnvelopeVerifier(verifiers(keys)...)
	if err != nil {
		return nil, problem(file, message.New("signature.no_keys"))
	}
	_, payload, err := verifier.VerifyAndDecode(ctx, &envelope)
	switch {
	case err != nil && known(envelope, keys):
		return nil, problem(file, message.New("signature.broken"))
	case err != nil:
		return nil, problem(b.Path, message.New("signature.foreign", "signer", envelope.Signatures[0].KeyID, "keys", names(keys)))
	}
	return statement(file, envelope.PayloadType, payload)
}

// Fits tells whether a bundle's signature is of the bundle's files, whoever made
// it: one of files that have changed since is worth nothing. The error is a
// message.Problems.
func Fits(b *bundle.Bundle) error {
	file := filepath.Join(b.Path, bundle.SignatureFile)
	var envelope dsse.Envelope
	if err := json.Unmarshal(b.Signature, &envelope); err != nil {
		return problem(file, message.New("signature.unreadable"))
	}
	payload, err := envelope.DecodeB64Payload()
	if err != nil {
		return problem(file, message.New("signature.unreadable"))
	}
	s, err := statement(file, envelope.PayloadType, payload)
	if err != nil {
		return err
	}
	return compare(b, s.Subject)
}

// verifiers are the keys, none of them twice.
func verifiers(keys []*Key) []dsse.Verifier {
	var all []dsse.Verifier
	for i, k := range keys {
		if !slices.ContainsFunc(keys[:i], func(other *Key) bool { return other.ID == k.ID }) {
			all = append(all, k)
		}
	}
	return all
}

// known tells whether the envelope says that one of the keys signed it.
func known(e dsse.Envelope, keys []*Key) bool {
	return slices.ContainsFunc(e.Signatures, func(s dsse.Signature) bool {
		return s.KeyID == "" || slices.ContainsFunc(keys, func(k *Key) bool { return k.ID == s.KeyID })
	})
}

func names(keys []*Key) []string {
	var all []string
	for _, k := range keys {
		all = append(all, k.File)
	}
	return all
}

// statement reads what was signed; a key may have signed other things as well.
func statement(file, kind string, payload []byte) (*Statement, error) {
	var s Statement
	d := json.NewDecoder(bytes.NewReader(payload))
	d.DisallowUnknownFields()
	err := d.Decode(&s)
	if err != nil || kind != payloadType || s.Type != statementType || s.PredicateType != predicateType || !CheckExpiry(s.Predicate.Expires) {
		return nil, problem(file, message.New("signature.other_statement"))
	}
	return &s, nil
}

// compare names every file that is not as it was signed.
func compare(b *bundle.Bundle, signed []Subject) error {
	var problems message.Problems
	add := func(name, id string) {
		problems.Add(message.Problem{File: filepath.Join(b.Path, filepath.FromSlash(name)), Message: message.New(id)})
	}
	there := subjects(b)
	for _, s := range signed {
		at := slices.IndexFunc(there, func(other Subject) bool { return other.Name == s.Name })
		switch {
		case at < 0:
			add(s.Name, "signature.missing")
		case !there[at].equals(s):
			add(s.Name, "signature.changed")
		}
	}
	for _, s := range there {
		if !slices.ContainsFunc(signed, func(other Subject) bool { return other.Name == s.Name }) {
			add(s.Name, "signature.surplus")
		}
	}
	return problems.Err()
}
