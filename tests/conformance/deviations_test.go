package conformance_test

// deviations are the cases in which the machine differs on purpose, each with
// its reason.
var deviations = map[string]string{
	"aggregates/count with invalid utf-8 chars (0xFFFD)":              "facts are valid UTF-8; a document that is not is refused when it is read",
	"comparisonexpr/decimals order like the numbers they denote":      "a number has at most 200 digits and an exponent of at most 200",
	"jsonbuiltins/unmarshal number with large exponent within limits": "a number has at most 200 digits and an exponent of at most 200",
	"strings/sprintf: float too big":                                  "a number has at most 200 digits and an exponent of at most 200",
	"sprintf/float/zero_fraction":                                     "a number is written as JSON has it: .0 is none",
	"data/toplevel integer":                                           "the keys of a document are texts; the number 1 does not find the text \"1\"",
	"data/nested integer":                                             "the keys of a document are texts; the number 1 does not find the text \"1\"",
	"inputvalues/input set":                                           "facts are JSON, which has no sets",
}
