package bench_test

import "testing"

// From the bytes of the facts to a document bound to its schema.
func BenchmarkParseBound(b *testing.B) {
	rules, data := compiled(b), source(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		bound(b, rules, data)
	}
}
