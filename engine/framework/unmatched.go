package framework

import (
	"path"
	"slices"
	"strings"

	"rubric/engine/message"
)

// unmatched names the indicators without a policy and the files without an
// indicator; a file that is most likely the policy of one, under another name, is
// told as that. found are the policies by their indicators.
func (l *loading) unmatched(found map[string]string) {
	var lacking []Indicator
	for _, in := range l.fw.Indicators() {
		if _, known := l.places[in.ID]; known && found[in.ID] == "" {
			lacking = append(lacking, in)
		}
	}
	for _, f := range l.surplus {
		if id := l.onlyLacking(f.File, lacking); id != "" && l.onlySurplus(f.File) {
			l.misnamed(f.File, id)
			lacking = without(lacking, id)
			continue
		}
		l.noIndicator(f.File)
	}
	for _, in := range lacking {
		if file := l.misspelt(in.ID); file != "" {
			l.misnamed(file, in.ID)
			continue
		}
		place := l.places[in.ID]
		l.problem(TreeFile, place.line, place.column, message.New("framework.no_policy",
			"indicator", in.ID, "file", path.Join(place.folder, in.ID)+l.extensions[0], "extensions", l.extensions))
	}
}

func without(all []Indicator, id string) []Indicator {
	return slices.DeleteFunc(all, func(in Indicator) bool { return in.ID == id })
}

// onlySurplus tells whether a file is a policy, and the only one in its folder
// that no indicator is known for.
func (l *loading) onlySurplus(file string) bool {
	n := 0
	for _, f := range l.surplus {
		if path.Dir(f.File) == path.Dir(file) && !strings.HasSuffix(f.File, casesEnd) {
			n++
		}
	}
	return n == 1 && !strings.HasSuffix(file, casesEnd)
}

// onlyLacking is the one indicator without a policy in a file's folder, "" if
// there is none or another one.
func (l *loading) onlyLacking(file string, lacking []Indicator) string {
	var here []string
	for _, in := range lacking {
		if l.places[in.ID].folder == path.Dir(file) {
			here = append(here, in.ID)
		}
	}
	if len(here) != 1 {
		return ""
	}
	return here[0]
}

// misspelt is a file in the folder of an indicator that begins with its id and
// ends in something like a policy's, such as .yml or .yaml.txt; "" if there is
// none.
func (l *loading) misspelt(id string) string {
	for _, f := range l.files {
		name := strings.ToLower(path.Base(f.File))
		if path.Dir(f.File) != l.places[id].folder || strings.HasSuffix(name, casesEnd) || !strings.HasPrefix(name, id+".") {
			continue
		}
		if l.likely(f.File) != "" {
			return f.File
		}
	}
	return ""
}

// misnamed reports a policy file under a wrong name.
func (l *loading) misnamed(file, id string) {
	l.problem(file, 0, 0, message.New("framework.misnamed", "indicator", id, "name", id+l.likely(file)))
}

// noIndicator reports a file that belongs to no indicator.
func (l *loading) noIndicator(file string) {
	id, is := l.policyOf(file)
	if !is {
		id = strings.TrimSuffix(path.Base(file), casesEnd)
	}
	if near := nearest(id, l.fw.Indicators()); near != "" {
		l.problem(file, 0, 0, message.New("framework.surplus_near", "id", id, "suggestion", near))
		return
	}
	l.problem(file, 0, 0, message.New("framework.surplus", "id", id))
}

// likely is the extension that a file was most likely meant to have: the one
// with which it has a part in common, "" for none.
func (l *loading) likely(file string) string {
	name := strings.ReplaceAll(strings.ToLower(path.Base(file)), ".yml", ".yaml") + "."
	for _, e := range l.extensions {
		for part := range strings.SplitSeq(strings.TrimPrefix(e, "."), ".") {
			if strings.Contains(name, "."+part+".") {
				return e
			}
		}
	}
	return ""
}
