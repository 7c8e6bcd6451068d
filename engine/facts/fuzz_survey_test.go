package facts

import "testing"

// The quick way and the decoder agree on every document.
func FuzzSurvey(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"a":1}`, ` {"a" : [1, 2.50, -0, 1e3, true, false, null, "x"], "b":{"c":"\\"}} `, `{"a":1,}`, `{"a":[,]}`,
		`{"b":[],"\n":{},"a":{"z":"\/\u0022","y":[{"q":-1.0e5,"p":""}]},"\u0061a":"\\\""}`, `{"a":"\ud800"}`, `{"a":"\u4e2d"}`, `{"a":01}`, `{"a":1}x`, `{"a":tru}`, `{"a":"b`, `{"a":1,"a":2}`, `{"\u0061":1,"a":2}`, "{\"a\":\"\t\"}", `[1]`, `{"a":+1}`, `{"a":1.}`, `{"a":1 2}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		f, start := survey(data)
		ok := f != nil
		slow, err := checked("f", data, false)
		if ok != (err == nil) {
			t.Fatalf("quick %v, decoder %v: %q", ok, err, data)
		}
		if !ok {
			return
		}
		quick := f.root(start, 0)
		if string(quick.JSON()) != string(slow.JSON()) {
			t.Fatalf("quick %s, decoder %s", quick.JSON(), slow.JSON())
		}
		if got, want := quick.digest(), digest(slow.JSON()); got != want {
			t.Fatalf("digest %s, of the canonical form %s: %q", got, want, data)
		}
		sameOffsets(t, quick, slow)
	})
}

func sameOffsets(t *testing.T, a, b *Node) {
	if a.Offset != b.Offset || a.Kind != b.Kind || a.Key != b.Key || a.Index != b.Index || a.Len() != b.Len() {
		t.Fatalf("%+v, %+v", a, b)
	}
	for i := range a.children() {
		sameOffsets(t, a.children()[i], b.children()[i])
	}
}
