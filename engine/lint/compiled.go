package lint

import (
	"strings"

	"rubric/engine/message"
)

// Compiled gives the problems of loading and compiling the names of rules. All
// are errors. fileAt gives the bytes of a file that a problem names.
func Compiled(problems message.Problems, fileAt func(name string) []byte) []Finding {
	lines := map[string][]string{}
	var all []Finding
	for _, p := range problems {
		if lines[p.File] == nil {
			lines[p.File] = linesIn(fileAt(p.File))
		}
		f := Finding{Rule: ruleOf(p.Message.ID), Severity: Error, Problem: p}
		if p.Line > 0 && p.Line <= len(lines[p.File]) {
			f.Source = strings.ToValidUTF8(lines[p.File][p.Line-1], "�")
		}
		all = append(all, f)
	}
	return all
}

// ruleOf is the rule under which a problem is known, by the id of its sentence.
// The longest beginning in the table counts.
func ruleOf(id string) string {
	best, rule := "", "syntax"
	for beginning, name := range rulesByID() {
		if strings.HasPrefix(id, beginning) && len(beginning) > len(best) {
			best, rule = beginning, name
		}
	}
	return rule
}

func rulesByID() map[string]string {
	return map[string]string{
		"framework.":             "tree",
		"facts.yaml":             "tree",
		"framework.weights":      "weights",
		"framework.total":        "weights",
		"framework.negative":     "weights",
		"framework.grade":        "grades",
		"framework.top_grade":    "grades",
		"framework.bottom_grade": "grades",
		"framework.no_policy":    "policy-files",
		"framework.two_policies": "policy-files",
		"framework.misplaced":    "policy-files",
		"framework.surplus":      "policy-files",
		"framework.misnamed":     "policy-files",
		"framework.unreadable":   "policy-files",
		"framework.no_schema":    "schema",
		"facts.not_utf8":         "syntax",
		"facts.":                 "schema",
		"engine.":                "metadata",
		"rego.opa_metadata":      "metadata",

		"rego.":                     "policy-form",
		"cel.":                      "policy-form",
		"rego.opa":                  "syntax",
		"rego.opa_syntax":           "syntax",
		"cel.syntax":                "syntax",
		"cel.stray_brace":           "syntax",
		"cel.open_brace":            "syntax",
		"cel.bad_number":            "syntax",
		"rego.opa_unknown_fact":     "unknown-fact",
		"rego.opa_no_members":       "unknown-fact",
		"rego.unknown_fact":         "unknown-fact",
		"rego.unknown_member":       "unknown-fact",
		"cel.unknown_fact":          "unknown-fact",
		"cel.unknown_over":          "unknown-fact",
		"cel.no_members":            "unknown-fact",
		"rego.opa_unknown_function": "unknown-name",
		"rego.unknown_rule":         "unknown-name",
		"rego.unknown_data":         "unknown-name",
		"rego.opa_unsafe":           "unknown-name",
		"cel.unknown_name":          "unknown-name",
		"cel.unknown_variable":      "unknown-name",
		"cel.unknown_function":      "unknown-name",
		"cel.spreadsheet_function":  "unknown-name",
		"rego.opa_never_equal":      "wrong-type",
		"rego.opa_argument":         "wrong-type",
		"rego.opa_arity":            "wrong-type",
		"rego.wrong_type":           "wrong-type",
		"rego.order_across_types":   "wrong-type",
		"cel.wrong_type":            "wrong-type",
		"cel.misapplied":            "wrong-type",
		"cel.mixed":                 "wrong-type",
		"cel.braces_not_text":       "wrong-type",
		"cel.not_a_range":           "wrong-type",
		"cel.braces_number":         "raw-number",
		"rego.bare_input":           "bare-facts",
		"cel.bare":                  "bare-facts",
		"rego.same_item":            "duplicate-item",
		"cel.item_twice":            "duplicate-item",
	}
}
