// verifylog holds a log folder (C2SP tlog-tiles) against Go's own sumdb packages:
// the checkpoint's signature, every leaf, every hash tile, the root, and one inclusion proof.
//
//	verifylog FOLDER VERIFIER-KEY [WITNESS'S-KEY...]
//
// Each witness named must have cosigned the checkpoint.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func main() {
	if err := verify(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func verify(folder, key string, witnesses []string) error {
	tree, err := head(folder, key, witnesses)
	if err != nil {
		return err
	}
	hashes, leaves, err := recompute(folder, tree.N)
	if err != nil {
		return err
	}
	if tree.N == 0 {
		return nil
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("the leaves make another root")
	}
	return throughTiles(folder, tree, leaves)
}

func head(folder, key string, witnesses []string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tlog.Tree{}, err
	}
	known := []note.Verifier{verifier}
	for _, text := range witnesses {
		witness, err := newCosigner(text)
		if err != nil {
			return tlog.Tree{}, err
		}
		known = append(known, witness)
	}
	data, err := os.ReadFile(filepath.Join(folder, "checkpoint"))
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(data, note.VerifierList(known...))
	if err != nil {
		return tlog.Tree{}, err
	}
	if len(opened.Sigs) != len(known) {
		return tlog.Tree{}, fmt.Errorf("%d of %d signatures", len(opened.Sigs), len(known))
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, fmt.Errorf("not a root hash")
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree, nil
}

// recompute hashes all leaves from the entry bundles, as Go's log server stores them.
func recompute(folder string, size int64) (tlog.HashReader, []tlog.Hash, error) {
	var stored, leaves []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			found[i] = stored[index]
		}
		return found, nil
	})
	for number := int64(0); number*256 < size; number++ {
		width := size - number*256
		if width > 256 {
			width = 256
		}
		data, err := read(folder, tlog.Tile{H: height, L: 0, N: number, W: int(width)}, "entries")
		if err != nil {
			return nil, nil, err
		}
		for n := int64(0); n < width; n++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return nil, nil, fmt.Errorf("bundle %d is cut off", number)
			}
			length := int(binary.BigEndian.Uint16(data))
			leaf := data[2 : 2+length]
			data = data[2+length:]
			made, err := tlog.StoredHashes(number*256+n, leaf, reader)
			if err != nil {
				return nil, nil, err
			}
			stored = append(stored, made...)
			leaves = append(leaves, tlog.RecordHash(leaf))
		}
		if len(data) != 0 {
			return nil, nil, fmt.Errorf("bundle %d has more than its leaves", number)
		}
	}
	return reader, leaves, nil
}

// throughTiles reads every leaf hash through the hash tiles, which Go checks against the root.
func throughTiles(folder string, tree tlog.Tree, leaves []tlog.Hash) error {
	reader := tlog.TileHashReader(tree, tileReader(folder))
	for n := range leaves {
		found, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, int64(n))})
		if err != nil {
			return err
		}
		if found[0] != leaves[n] {
			return fmt.Errorf("leaf %d: the tile has another hash", n)
		}
	}
	last := tree.N / 2
	proof, err := tlog.ProveRecord(tree.N, last, reader)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, tree.N, tree.Hash, last, leaves[last])
}

type tileReader string

func (folder tileReader) Height() int                         { return height }
func (folder tileReader) SaveTiles(_ []tlog.Tile, _ [][]byte) {}

func (folder tileReader) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	found := make([][]byte, len(wanted))
	for i, tile := range wanted {
		data, err := read(string(folder), tile, strconv.Itoa(tile.L))
		if err != nil {
			return nil, err
		}
		found[i] = data
	}
	return found, nil
}

// read maps Go's path tile/H/L/N to that of C2SP, tile/L/N.
func read(folder string, tile tlog.Tile, level string) ([]byte, error) {
	prefix := fmt.Sprintf("tile/%d/%d/", tile.H, tile.L)
	path := "tile/" + level + "/" + strings.TrimPrefix(tile.Path(), prefix)
	return os.ReadFile(filepath.Join(folder, filepath.FromSlash(path)))
}
