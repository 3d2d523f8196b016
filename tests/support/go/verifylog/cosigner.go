package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

const cosignature = 4

// cosigner is a witness for note.Open: C2SP tlog-cosignature, cosignature/v1.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

// newCosigner reads name+hash+base64(algorithm, key), as note.NewVerifier does for logs.
func newCosigner(text string) (note.Verifier, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("not a witness's key")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != cosignature {
		return nil, fmt.Errorf("not a witness's key")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	hash := binary.BigEndian.Uint32(sum[:4])
	if parts[1] != fmt.Sprintf("%08x", hash) {
		return nil, fmt.Errorf("a witness's key under a foreign id")
	}
	return cosigner{parts[0], hash, key[1:]}, nil
}

func (witness cosigner) Name() string    { return witness.name }
func (witness cosigner) KeyHash() uint32 { return witness.hash }

func (witness cosigner) Verify(text, signature []byte) bool {
	if len(signature) != 8+ed25519.SignatureSize {
		return false
	}
	seconds := binary.BigEndian.Uint64(signature)
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", seconds, text)
	return ed25519.Verify(witness.key, []byte(signed), signature[8:])
}
