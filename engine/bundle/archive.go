package bundle

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"rubric/engine/message"
)

// errTooLarge ends the reading of an archive that unpacks beyond MaxTotal.
var errTooLarge = errors.New("too large")

// packedHead is how a gzip file of Pack begins: no name, no time, no system.
const packedHead = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"

func readArchive(path string) (*Bundle, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer file.Close()
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, unreadable(path, err)
	case !info.Mode().IsRegular():
		return nil, problem(path, message.New("bundle.not_a_file"))
	case info.Size() > MaxTotal:
		return nil, tooLarge(path)
	}
	packed, err := io.ReadAll(io.LimitReader(file, MaxTotal))
	if err != nil {
		return nil, unreadable(path, err)
	}
	return Unpack(path, packed)
}

// Unpack is the bundle in an archive's bytes. Nothing is written anywhere; what
// has no place in an archive of ours (links, paths that lead out of it, files
// twice, more than the bounds) is refused. The error is a message.Problems.
func Unpack(path string, packed []byte) (*Bundle, error) {
	source := bytes.NewReader(packed)
	unzip, err := gzip.NewReader(source)
	if err != nil {
		return nil, problem(path, message.New("bundle.no_archive"))
	}
	unzip.Multistream(false) // what stands behind the archive is not of it
	u := &unpacking{Bundle: &Bundle{Path: path, Archive: true}, rest: &bounded{unzip, MaxTotal}}
	err = u.all()
	switch {
	case err != nil:
	case source.Len() > 0:
		err = problem(path, message.New("bundle.surplus_bytes"))
	case u.Signature != nil && !bytes.HasPrefix(packed, []byte(packedHead)):
		err = errors.New("not as it was packed") // no checksum is over these bytes
	}
	var problems message.Problems
	switch {
	case errors.As(err, &problems):
		return nil, err
	case errors.Is(err, errTooLarge):
		return nil, tooLarge(path)
	case err != nil:
		return nil, problem(path, message.New("bundle.damaged"))
	}
	u.sort()
	return u.Bundle, nil
}

func tooLarge(path string) error {
	return problem(path, message.New("bundle.too_large", "limit", MaxTotal>>20, "files", MaxFiles))
}

// bounded reads no more than left bytes.
type bounded struct {
	io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.Reader.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// unpacking is an archive being read.
type unpacking struct {
	*Bundle
	rest io.Reader
	seen map[string]bool
}

// all reads to the very end, where the checksum stands.
func (u *unpacking) all() error {
	u.seen = map[string]bool{}
	files := tar.NewReader(u.rest)
	for {
		head, err := files.Next()
		if err == io.EOF {
			_, err = io.Copy(io.Discard, u.rest)
			return err
		}
		if err == nil && head.Typeflag != tar.TypeDir {
			err = u.take(head, files)
		}
		if err != nil {
			return err
		}
	}
}

func (u *unpacking) take(head *tar.Header, text io.Reader) error {
	switch {
	case head.Typeflag != tar.TypeReg || !fs.ValidPath(head.Name) || strings.Contains(head.Name, `\`):
		return u.refuse("bundle.foreign_entry", head.Name)
	case u.seen[head.Name]:
		return u.refuse("bundle.entry_twice", head.Name)
	case head.Size > MaxFile:
		return problem(filepath.Join(u.Path, filepath.FromSlash(head.Name)), message.New("bundle.file_too_large", "limit", MaxFile>>20))
	case len(u.seen) > MaxFiles:
		return errTooLarge
	}
	u.seen[head.Name] = true
	data, err := io.ReadAll(text)
	if err != nil {
		return err
	}
	return u.put(head.Name, data)
}

func (u *unpacking) refuse(id, name string) error {
	return problem(u.Path, message.New(id, "entry", name))
}

// put keeps a file. No hidden file comes into an archive but the two of ours.
func (u *unpacking) put(name string, data []byte) error {
	switch {
	case name == ManifestFile:
		u.Manifest = data
	case name == SignatureFile:
		u.Signature = data
	case slices.ContainsFunc(strings.Split(name, "/"), hidden):
		return u.refuse("bundle.foreign_entry", name)
	default:
		u.Files = append(u.Files, File{Name: name, Text: data})
	}
	return nil
}

// Pack is the archive of a bundle, in the layout of OPA's bundles: the same
// bytes for the same files, wherever and whenever it is made.
func (b *Bundle) Pack() ([]byte, error) {
	var packed bytes.Buffer
	zip, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	files := tar.NewWriter(zip)
	for _, f := range b.packed() {
		head := &tar.Header{Typeflag: tar.TypeReg, Name: f.Name, Size: int64(len(f.Text)), Mode: 0o644,
			ModTime: time.Unix(0, 0), Format: tar.FormatPAX}
		err = errors.Join(err, files.WriteHeader(head))
		_, wrong := files.Write(f.Text)
		err = errors.Join(err, wrong)
	}
	err = errors.Join(err, files.Close(), zip.Close())
	return packed.Bytes(), err
}

// packed are the files of the archive: first those that tell what it is.
func (b *Bundle) packed() []File {
	var all []File
	for _, f := range []File{{ManifestFile, b.Manifest}, {SignatureFile, b.Signature}} {
		if f.Text != nil {
			all = append(all, f)
		}
	}
	return append(all, b.Files...)
}
