package framework

import (
	"bytes"
	"encoding/json"

	"rubric/engine/message"
)

// manifest is what an archive says of itself to OPA, which reads it as that of
// a bundle: the policies and data may stand anywhere.
type manifest struct {
	Revision    string           `json:"revision"`
	Roots       []string         `json:"roots"`
	RegoVersion int              `json:"rego_version"`
	Metadata    manifestMetadata `json:"metadata"`
}

type manifestMetadata struct {
	ID        string `json:"id"`
	Title     string `json:"title"`
	ValidFrom string `json:"valid_from,omitempty"`
	ValidTo   string `json:"valid_to,omitempty"`
	Digest    string `json:"digest"` // the framework's
}

// Manifest is the .manifest of the framework's archive. It follows from the
// files alone, so that an archive whose files were changed shows by it.
func (f *Framework) Manifest() []byte {
	text, _ := json.MarshalIndent(manifest{Revision: f.Version, Roots: []string{""}, RegoVersion: 1,
		Metadata: manifestMetadata{f.ID, f.Title, f.ValidFrom, f.ValidTo, f.Digest}}, "", "  ") // texts only
	return append(text, '\n')
}

// Pack is the framework's archive: every file of it, with a signature unless it
// is nil. The same files give the same bytes.
func (f *Framework) Pack(signature []byte) ([]byte, error) {
	b := *f.Bundle
	b.Manifest, b.Signature = f.Manifest(), signature
	return b.Pack()
}

// manifest holds an archive to what it says of itself.
func (l *loading) manifest() {
	if l.fw.Bundle.Archive && !bytes.Equal(l.fw.Bundle.Manifest, l.fw.Manifest()) {
		l.problems.Add(message.Problem{File: l.dir, Message: message.New("framework.manifest")})
	}
}
