package rego

import (
	"encoding/json"
	"slices"
	"strings"

	"rubric/engine/message"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// ruleContradictions is the answer of a reconciliation check.
const ruleContradictions = "contradictions"

// answerRule is the rule that lists what a policy or a check finds.
func answerRule(check bool) string {
	if check {
		return ruleContradictions
	}
	return ruleDeductions
}

// contradiction reads one entry of a check: its severity, its sentence and, where
// it compares numbers, the two of them and what adopting the other would mean.
func (r *run) contradiction(item string, e entry, mark int) bool {
	severity, _ := scalar(r.field(e.val, "severity")).(string)
	if !slices.Contains(policy.Severities(), severity) {
		return r.broken(e.line, message.New("rego.severity", "severities", policy.Severities()))
	}
	text, ok := scalar(r.field(e.val, "message")).(string)
	if !ok || strings.TrimSpace(text) == "" {
		return r.broken(e.line, message.New("rego.no_message"))
	}
	c := &policy.Contradiction{Severity: policy.Severity(severity)}
	if !r.figures(c, r.field(e.val, "figures"), e.line) || !r.adopt(c, r.field(e.val, "adopt"), e.line) {
		return false
	}
	r.add(policy.Deduction{Item: item, Reason: text, Line: e.line, Contradiction: c}, mark)
	return true
}

func (r *run) figures(c *policy.Contradiction, v value, line int) bool {
	if v == nil {
		return true
	}
	for _, figure := range elements(v) {
		if n, ok := scalar(figure).(number.Number); ok {
			c.Figures = append(c.Figures, n)
		}
	}
	if len(elements(v)) != 2 || len(c.Figures) != 2 {
		return r.broken(line, message.New("rego.figures_form"))
	}
	return true
}

func (r *run) adopt(c *policy.Contradiction, v value, line int) bool {
	if v == nil {
		return true
	}
	if rank(scalar(v)) != 5 {
		return r.broken(line, message.New("rego.adopt_form"))
	}
	for _, e := range entriesOf(v) {
		pointer, _ := scalar(e.key).(string)
		text := adopted(scalar(e.val))
		if !strings.HasPrefix(pointer, "/") || text == "" {
			return r.broken(line, message.New("rego.adopt_form"))
		}
		c.Adopt = append(c.Adopt, policy.Adoption{Pointer: pointer, Value: text})
	}
	return true
}

// adopted is a value as JSON, "" where a fact cannot be that value.
func adopted(v value) string {
	switch v := v.(type) {
	case bool:
		if v {
			return "true"
		}
		return "false"
	case number.Number:
		return v.String()
	case string:
		text, _ := json.Marshal(v) // a text always has a JSON form
		return string(text)
	}
	return ""
}
