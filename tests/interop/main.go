// Audits an exported log, or a period of one, with golang.org/x/mod, the Go module proxy's own client of transparency
// logs: the signed note of the checkpoint, every tile against the root, every entry against its leaf hash, and the
// consistency of a few older sizes, among them that of the checkpoint before a period. Given proof files, it checks
// those too. It shares no code with decl.
//
// Usage: interop DIR VKEY [PROOF.tlog-proof ...]
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

// directory reads tiles where c2sp.org/tlog-tiles puts them: tile/<L>/<N>, without the height that sumdb has there.
type directory string

func (directory) Height() int { return height }

func (d directory) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(d), path))
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s: %d bytes for %d hashes", path, len(data), tile.W)
		}
		out = append(out, data)
	}
	return out, nil
}

func (directory) SaveTiles([]tlog.Tile, [][]byte) {}

func main() {
	if len(os.Args) < 3 {
		fail("usage: interop DIR VKEY [PROOF ...]")
	}
	dir := os.Args[1]
	tree := open(read(filepath.Join(dir, "checkpoint")), os.Args[2])
	reader := tlog.TileHashReader(tree, directory(dir))
	before := before(dir, os.Args[2])
	first := (before.N - 1) / 256 * 256 // 0 for a tree of no entries, too
	entries(dir, tree, reader, first)

	// Every hash that is stored at all, so that every tile is read and authenticated. The entries did those of level 0.
	for level := height; tree.N>>level > 0; level += height {
		for n := first >> level / 256 * 256; n < tree.N>>level; n++ {
			check(reader.ReadHashes([]int64{tlog.StoredHashIndex(level, n)}))
		}
	}
	if before.N > 0 {
		proof := check(tlog.ProveTree(tree.N, before.N, reader))
		must(tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash))
	}
	for _, old := range []int64{1, 2, 255, 256, 257, before.N, tree.N / 2, tree.N - 1} {
		if old < 1 || old < first || old > tree.N {
			continue
		}
		oldRoot := check(tlog.TreeHash(old, reader))
		proof := check(tlog.ProveTree(tree.N, old, reader))
		must(tlog.CheckTree(proof, tree.N, tree.Hash, old, oldRoot))
	}
	for _, path := range os.Args[3:] {
		proof(string(read(path)), os.Args[2])
	}
	fmt.Printf("ok: %d entries, root %v, %d proof files\n", tree.N, tree.Hash, len(os.Args)-3)
}

// before returns the tree before a period, which is that of no entries in an export.
func before(dir, vkey string) tlog.Tree {
	text, err := os.ReadFile(filepath.Join(dir, "checkpoint.before"))
	if errors.Is(err, fs.ErrNotExist) {
		return tlog.Tree{}
	}
	must(err)
	return open(text, vkey)
}

func open(text []byte, vkey string) tlog.Tree {
	verifier := check(note.NewVerifier(vkey))
	n := check(note.Open(text, note.VerifierList(verifier)))
	lines := strings.Split(n.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		fail("not a checkpoint of %s: %q", verifier.Name(), n.Text)
	}
	size := check(strconv.ParseInt(lines[1], 10, 64))
	return tlog.Tree{N: size, Hash: check(tlog.ParseHash(lines[2]))}
}

// entries reads every bundle from an entry on, and compares each entry's leaf hash with the authenticated one.
func entries(dir string, tree tlog.Tree, reader tlog.HashReader, first int64) {
	for n := first / 256; n*256 < tree.N; n++ {
		width := tree.N - n*256
		if width > 256 {
			width = 256
		}
		tile := tlog.Tile{H: height, L: 0, N: n, W: int(width)}
		path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/0/", height), "tile/entries/", 1)
		data := read(filepath.Join(dir, path))
		var indexes []int64
		var leaves []tlog.Hash
		for i := int64(0); i < width; i++ {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				fail("%s: entry %d is cut off", path, i)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			leaves = append(leaves, tlog.RecordHash(data[2:end]))
			indexes = append(indexes, tlog.StoredHashIndex(0, n*256+i))
			data = data[end:]
		}
		if len(data) > 0 {
			fail("%s: bytes after the last entry", path)
		}
		for i, hash := range check(reader.ReadHashes(indexes)) {
			if hash != leaves[i] {
				fail("%s: entry %d does not have the leaf hash of its tile", path, i)
			}
		}
	}
}

// proof checks a c2sp.org/tlog-proof@v1 file whose leaf entry stands in its extra line.
func proof(text, vkey string) {
	head, checkpoint, found := strings.Cut(text, "\n\n")
	if !found {
		fail("no checkpoint in the proof")
	}
	var entry []byte
	var index int64
	var path tlog.RecordProof
	scanner := bufio.NewScanner(strings.NewReader(head))
	for i := 0; scanner.Scan(); i++ {
		line := scanner.Text()
		switch {
		case i == 0 && line == "c2sp.org/tlog-proof@v1":
		case i == 1 && strings.HasPrefix(line, "extra "):
			entry = check(base64.StdEncoding.DecodeString(line[len("extra "):]))
		case i == 2 && strings.HasPrefix(line, "index "):
			index = check(strconv.ParseInt(line[len("index "):], 10, 64))
		case i > 2:
			path = append(path, check(tlog.ParseHash(line)))
		default:
			fail("line %d of the proof: %q", i+1, line)
		}
	}
	tree := open([]byte(checkpoint), vkey)
	must(tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(entry)))
}

func read(path string) []byte { return check(os.ReadFile(path)) }

func check[T any](value T, err error) T {
	must(err)
	return value
}

func must(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func fail(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "does not hold: "+format+"\n", args...)
	os.Exit(1)
}
