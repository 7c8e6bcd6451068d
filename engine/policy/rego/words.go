package rego

import (
	"slices"

	"rubric/engine/message"
)

// typeWord is the name of a type of Rego's as a sentence says it.
func typeWord(name string) message.Message { return message.New("rego.type_" + name) }

// functionWord names a built-in in a sentence: what policies write as a sign has
// no name there.
func functionWord(name string) message.Message {
	if slices.Contains([]string{
		"plus", "minus", "mul", "div", "rem", "lt", "lte", "gt", "gte", "equal", "neq", "and", "or", "sum", "product", "count", "max", "min", "sort",
	}, name) {
		return message.New("rego.does_" + name)
	}
	switch name {
	case "eq":
		return message.New("rego.does_equal")
	case "internal.member_2", "internal.member_3":
		return message.New("rego.function", "name", "in")
	case "internal.template_string":
		return message.New("rego.does_template")
	}
	return message.New("rego.function", "name", name)
}
