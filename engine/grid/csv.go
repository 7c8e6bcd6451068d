package grid

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"rubric/engine/message"
)

// Encodings of text files.
const (
	UTF8    = "utf-8"
	GB18030 = "gb18030"
)

// ParseEncoding knows the names that people give to an encoding; "" for none of
// them.
func ParseEncoding(name string) string {
	switch strings.ToLower(name) {
	case "utf-8", "utf8":
		return UTF8
	case "gb18030", "gbk", "gb2312", "cp936", "936":
		return GB18030
	}
	return ""
}

// OpenCSV reads a CSV file: a book with one sheet, all of whose cells are text.
// Rows count as Excel counts them. The encoding is UTF8, GB18030, or "" to find
// out; columns are parted by commas, semicolons or tabs, whichever the first row
// has. The error is a message.Problems.
func OpenCSV(file string, data []byte, encoding string) (*Book, error) {
	if len(data) > MaxUnpacked {
		return nil, message.Problems{{File: file, Message: message.New("workbook.too_large", "limit", MaxUnpacked>>20)}}
	}
	text, m := decoded(data, encoding)
	if m != nil {
		return nil, message.Problems{{File: file, Message: *m}}
	}
	g := &Grid{CSV: true}
	if err := g.readCSV(text); err != nil {
		return nil, csvProblem(file, err)
	}
	return &Book{Grids: []*Grid{g}, Digest: digest(data), data: data}, nil
}

// decoded is a file's text as UTF-8, without a byte order mark.
func decoded(data []byte, name string) ([]byte, *message.Message) {
	bom := []byte("\xef\xbb\xbf")
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return decode(data, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM))
	case name != GB18030 && utf8.Valid(data):
		return bytes.TrimPrefix(data, bom), nil
	case name == UTF8 || bytes.HasPrefix(data, bom):
		return nil, wrong("workbook.csv_not_utf8", "line", 1+bytes.Count(data[:invalidAt(data)], []byte{'\n'}))
	}
	return decode(data, simplifiedchinese.GB18030)
}

// invalidAt is where the first bytes stand that are no UTF-8.
func invalidAt(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(data)
}

func decode(data []byte, from encoding.Encoding) ([]byte, *message.Message) {
	text, err := from.NewDecoder().Bytes(data)
	at := bytes.IndexRune(text, utf8.RuneError)
	if err == nil && at < 0 {
		return text, nil
	}
	return nil, wrong("workbook.csv_encoding", "line", 1+bytes.Count(text[:max(at, 0)], []byte{'\n'}))
}

// errTooManyCells is what a file is refused for that has more than a workbook may.
var errTooManyCells = errors.New("too many cells")

// readCSV reads the records as rows. Empty lines are rows, which the library
// leaves out.
func (g *Grid) readCSV(text []byte) error {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = separator(text), -1, true
	row, next, left := 0, 1, maxCells
	for {
		record, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		begin, _ := r.FieldPos(0)
		row += 1 + begin - next
		next = begin + 1
		for i, field := range record {
			next += strings.Count(field, "\n")
			if strings.TrimSpace(field) == "" {
				continue
			}
			if left--; left < 0 {
				return errTooManyCells
			}
			g.put(i+1, row, Cell{Kind: Text, Stored: field})
		}
	}
}

// separator is what parts the columns of the first row.
func separator(text []byte) rune {
	first, _, _ := bytes.Cut(bytes.TrimLeft(text, "\r\n"), []byte{'\n'})
	best, most := ',', bytes.Count(first, []byte{','})
	for _, r := range []rune{'\t', ';'} {
		if n := bytes.Count(first, []byte(string(r))); n > most {
			best, most = r, n
		}
	}
	return best
}

func csvProblem(file string, err error) error {
	var at *csv.ParseError
	switch {
	case errors.As(err, &at) && errors.Is(err, csv.ErrQuote):
		return message.Problems{{File: file, Line: at.StartLine, Message: message.New("workbook.csv_quote")}}
	case errors.As(err, &at):
		return message.Problems{{File: file, Line: at.StartLine, Message: message.New("workbook.csv_bare_quote")}}
	}
	return message.Problems{{File: file, Message: message.New("workbook.csv_cells", "limit", maxCells)}}
}
