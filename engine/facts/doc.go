// Package facts holds the one JSON document that policies read: its strict
// decoding into nodes, the schema that gives every fact its type, label, unit and
// bounds, and the facts that the schema has and the document lacks.
//
// A sound document is only looked over: with the schema in hand where there is one
// (fit.go, fit_value.go), else without (survey.go). The look compares words of eight
// bytes with what the schema's places keep ready for it (slot.go); what it is not
// sure of, it leaves to the slower ways. What somebody looks into becomes nodes then
// (unfold.go), and its digest is made straight from the text (canonical.go), by the
// same slots. A document that is not well-formed is read by a decoder that says
// what is wrong (parse.go), and one that does not fit its schema is walked node by
// node (bind.go, missing.go).
package facts
