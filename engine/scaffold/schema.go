package scaffold

import (
	"errors"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

var errNoProperties = errors.New("no properties")

// insertProperty puts a member at the end of the outermost "properties" of a
// schema, and leaves every other byte as it is. Lines of the member are indented
// as the others are.
func insertProperty(schema, member string) (string, error) {
	start, end, err := properties(schema)
	if err != nil {
		return "", err
	}
	if schema[start] != '{' {
		return "", errNoProperties
	}
	body := strings.TrimRight(schema[start+1:end-1], " \t\r\n")
	if body == "" {
		return "", errNoProperties
	}
	at := start + 1 + len(body)
	indent := indentOf(body)
	if indent == "" { // all on one line
		return schema[:at] + ", " + strings.Join(strings.Fields(member), " ") + schema[at:], nil
	}
	return schema[:at] + "," + strings.ReplaceAll("\n"+member, "\n", "\n"+indent) + schema[at:], nil
}

// indentOf is the white space before the first member of an object's body, ""
// where it does not begin a line.
func indentOf(body string) string {
	first := strings.TrimLeft(body, " \t\r\n")
	space := body[:len(body)-len(first)]
	at := strings.LastIndexByte(space, '\n')
	return space[at+1:]
}

// properties is where the outermost "properties" begins and ends.
func properties(schema string) (start, end int, err error) {
	d := jsontext.NewDecoder(strings.NewReader(schema))
	if _, err := d.ReadToken(); err != nil {
		return 0, 0, err
	}
	for d.PeekKind() == jsontext.KindString {
		name, err := d.ReadToken()
		if err != nil {
			return 0, 0, err
		}
		found := name.String() == "properties"
		text, err := d.ReadValue()
		if err != nil {
			return 0, 0, err
		}
		if found {
			end := int(d.InputOffset())
			return end - len(text), end, nil
		}
	}
	return 0, 0, errNoProperties
}
