package casefolder

import (
	"strings"
	"unicode"

	"rubric/engine/facts/yamlfile"
	"rubric/engine/message"
)

// readHead reads case.yaml; data is nil if it could not be read.
func (f *folder) readHead(c *Case, data []byte) {
	if data == nil {
		return
	}
	y := yamlfile.Open(f.path(caseFile), data)
	head := y.Fields(y.Root, "id", "title", "framework", "period", "previous")
	c.ID = head.Need("id")
	c.Title = head.Need("title")
	c.Framework = head.Need("framework")
	c.Period = head.Need("period")
	c.Previous = head.Text("previous")
	if !validID(c.ID) {
		y.Report(head.Get("id"), message.New("casefolder.bad_id", "key", "id", "id", c.ID))
	}
	if !validID(c.Framework) {
		y.Report(head.Get("framework"), message.New("casefolder.bad_id", "key", "framework", "id", c.Framework))
	}
	f.note(y.Err())
}

// validID tells what can stand in the name of a file: letters of any script,
// digits and - _ . inside. What is absent is reported as such.
func validID(id string) bool {
	outside := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.", r)
	}
	return !strings.HasPrefix(id, ".") && !strings.ContainsFunc(id, outside)
}

// Head reads case.yaml of a folder alone. The error is a message.Problems.
func Head(dir string) (*Case, error) {
	f, err := open(dir)
	if err != nil {
		return nil, unreadable(dir, err)
	}
	defer f.close()
	c := &Case{Dir: dir}
	f.readHead(c, f.need(caseFile, message.New("casefolder.no_case_file")))
	return c, f.problems.Err()
}
