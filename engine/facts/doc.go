// Package facts holds the one JSON document that policies read: its strict
// decoding into nodes, the schema that gives every fact its type, label, unit and
// bounds, and the facts that the schema has and the document lacks.
//
// A sound document is only looked over (survey.go), and once more with the schema
// in hand (fit.go); what somebody looks into becomes nodes then (unfold.go). A
// document that is not well-formed is read by a decoder that says what is wrong
// (parse.go), and one that does not fit its schema is walked node by node
// (bind.go, missing.go).
package facts
