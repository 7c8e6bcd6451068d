// Package facts holds the one JSON document that policies read: its strict
// decoding into an arena of nodes, the schema that gives every fact its type,
// label, unit and bounds, and the facts that the schema has and the document
// lacks.
package facts
