package cache

import (
	"io"
	"os"
	"regexp"
)

// buildIDs are as Go's linker writes them: into a note on systems with ELF
// files, else before the code. They follow from everything the program is made
// of.
var buildIDs = regexp.MustCompile(`(?:Go\x00\x00|Go build ID: ")([A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)+)`)

// buildID tells this build of the program from any other, "" if it was built
// without an ID.
func buildID() string {
	path, err := os.Executable()
	if err != nil {
		return ""
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	const start = 64 << 10 // where the linker puts it
	head, err := io.ReadAll(io.LimitReader(f, start))
	if err != nil {
		return ""
	}
	if found := buildIDs.FindSubmatch(head); found != nil {
		return string(found[1])
	}
	return ""
}
