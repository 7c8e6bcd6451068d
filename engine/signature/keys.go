package signature

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"

	"rubric/engine/message"
)

// PEM blocks of keys.
const (
	privateBlock = "PRIVATE KEY" // PKCS #8
	publicBlock  = "PUBLIC KEY"  // PKIX
)

// Key is a public key with which signatures are checked.
type Key struct {
	ID     string // "sha256:…" over the key in DER
	File   string // where it was read from, for messages
	public crypto.PublicKey
}

// PrivateKey is a key to sign with.
type PrivateKey struct {
	Key
	signer crypto.Signer
}

// NewKey makes a pair of Ed25519 keys, each as PEM.
func NewKey() (private, public []byte, err error) {
	pub, priv, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	privateDER, err := x509.MarshalPKCS8PrivateKey(priv)
	if err != nil {
		return nil, nil, err
	}
	publicDER, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: privateBlock, Bytes: privateDER}),
		pem.EncodeToMemory(&pem.Block{Type: publicBlock, Bytes: publicDER}), nil
}

// ParsePrivateKey reads an Ed25519 or ECDSA key in PEM (PKCS #8), as NewKey and
// openssl make it. The error is a message.Problems.
func ParsePrivateKey(file string, text []byte) (*PrivateKey, error) {
	block, _ := pem.Decode(text)
	switch {
	case block != nil && block.Type == publicBlock:
		return nil, problem(file, message.New("signature.public_for_private"))
	case block == nil || block.Type != privateBlock:
		return nil, problem(file, message.New("signature.no_private_key"))
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, problem(file, message.New("signature.no_private_key"))
	}
	signer, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, problem(file, message.New("signature.kind_of_key"))
	}
	key, err := newKey(file, signer.Public())
	if err != nil {
		return nil, err
	}
	return &PrivateKey{*key, signer}, nil
}

// ParseKey reads a public Ed25519 or ECDSA key in PEM. The error is a
// message.Problems.
func ParseKey(file string, text []byte) (*Key, error) {
	block, _ := pem.Decode(text)
	switch {
	case block != nil && block.Type == privateBlock:
		return nil, problem(file, message.New("signature.private_for_public"))
	case block == nil || block.Type != publicBlock:
		return nil, problem(file, message.New("signature.no_public_key"))
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, problem(file, message.New("signature.no_public_key"))
	}
	return newKey(file, public)
}

func newKey(file string, public crypto.PublicKey) (*Key, error) {
	switch public.(type) {
	case ed25519.PublicKey, *ecdsa.PublicKey:
	default:
		return nil, problem(file, message.New("signature.kind_of_key"))
	}
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return nil, problem(file, message.New("signature.kind_of_key"))
	}
	sum := sha256.Sum256(der)
	return &Key{ID: "sha256:" + hex.EncodeToString(sum[:]), File: file, public: public}, nil
}

// Sign, KeyID, Verify and Public are what an envelope asks of a key. The same
// key and data give the same signature, with ECDSA too (RFC 6979).
func (k *PrivateKey) Sign(_ context.Context, data []byte) ([]byte, error) {
	if _, ok := k.signer.(ed25519.PrivateKey); ok {
		return k.signer.Sign(nil, data, crypto.Hash(0))
	}
	sum := sha256.Sum256(data)
	return k.signer.Sign(nil, sum[:], crypto.SHA256)
}

// KeyID is k.ID.
func (k *Key) KeyID() (string, error) { return k.ID, nil }

// Public is the key itself.
func (k *Key) Public() crypto.PublicKey { return k.public }

// Verify is an error unless sig is this key's signature of data.
func (k *Key) Verify(_ context.Context, data, sig []byte) error {
	valid := false
	switch public := k.public.(type) {
	case ed25519.PublicKey:
		valid = ed25519.Verify(public, data, sig)
	case *ecdsa.PublicKey:
		sum := sha256.Sum256(data)
		valid = ecdsa.VerifyASN1(public, sum[:], sig)
	}
	if !valid {
		return errors.New("the signature is not of this key and data")
	}
	return nil
}

func problem(file string, m message.Message) error {
	return message.Problems{{File: file, Message: m}}
}
