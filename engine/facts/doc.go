// Package facts holds the one JSON document that policies read: its strict
// decoding into nodes, the schema that gives every fact its type, label, unit and
// bounds, and the facts that the schema has and the document lacks.
//
// A sound document is only looked over: with the schema in hand where there is one
// (fit.go, fit_value.go), else without (survey.go). What somebody looks into
// becomes nodes then (unfold.go), and its digest is made straight from the text
// (canonical.go). A document that is not well-formed is read by a decoder that says
// what is wrong (parse.go), and one that does not fit its schema is walked node by
// node (bind.go, missing.go).
package facts
