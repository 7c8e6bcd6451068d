package report

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"rubric/engine"
)

// Every field of an assessment stands in the published form as its tags say:
// whether all of them hold something, or none does.
func TestPublishedAsTagged(t *testing.T) {
	full := &engine.Assessment{}
	f := filler{cited: []engine.Fact{
		{Pointer: "/a", Role: "value", Value: json.RawMessage(`1.50`), Label: "“中” <&>", Unit: "元"},
		{Pointer: "/b", Role: "condition", Value: json.RawMessage(`""`), Evidence: "第 1 页\t\u2028"},
		{Pointer: "/c", Role: "condition", Value: json.RawMessage(`{"a":[1,{}],"b":"\u4e2d\\"}`)},
		{Pointer: "/d", Role: "collection", Count: new(int)},
		{Pointer: "/e", Role: "absent"},
	}}
	f.fill(reflect.ValueOf(full).Elem(), 0)
	for name, a := range map[string]*engine.Assessment{"full": full, "empty": {}} {
		var got, want, many, tagged bytes.Buffer
		for _, err := range []error{
			JSON(&got, a), document(&want, a),
			JSONArray(&many, []*engine.Assessment{a, a}), document(&tagged, []*engine.Assessment{a, a}),
		} {
			if err != nil {
				t.Fatal(name, err)
			}
		}
		if got.String() != want.String() {
			t.Errorf("%s: written %s\nas tagged %s", name, got.String(), want.String())
		}
		if many.String() != tagged.String() {
			t.Errorf("%s: an array is written %s\nas tagged %s", name, many.String(), tagged.String())
		}
	}
}

func TestPublishedNothing(t *testing.T) {
	var got, want bytes.Buffer
	if err := JSONArray(&got, nil); err != nil || document(&want, []*engine.Assessment{}) != nil || got.String() != want.String() {
		t.Errorf("%q, %q, %v", got.String(), want.String(), err)
	}
}

func TestPublishedRefusesBytesThatAreNoText(t *testing.T) {
	var got bytes.Buffer
	if JSON(&got, &engine.Assessment{Schema: "\xff"}) == nil || got.Len() > 0 {
		t.Errorf("written: %q", got.String())
	}
}

// filler puts something into every field.
type filler struct {
	count int
	cited []engine.Fact
}

func (f *filler) fill(v reflect.Value, depth int) {
	f.count++
	switch at := v.Addr().Interface().(type) {
	case *engine.Citations:
		*at = engine.Cite(f.cited...)
		return
	case *engine.Digest:
		*at = engine.DigestOf("sha256:1")
		return
	case *json.RawMessage:
		*at = json.RawMessage(`{"a": [1, "\u4e2d"]}`)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("名" + string(rune('a'+f.count%26)) + "\n\"")
	case reflect.Int:
		v.SetInt(int64(f.count))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), depth)
	case reflect.Slice:
		for i := 0; i < 2 && depth < 3; i++ {
			v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
			f.fill(v.Index(i), depth+1)
		}
	case reflect.Struct:
		f.fields(v, depth)
	}
}

func (f *filler) fields(v reflect.Value, depth int) {
	for i := range v.NumField() {
		if tag, ok := v.Type().Field(i).Tag.Lookup("json"); ok && tag != "-" {
			f.fill(v.Field(i), depth)
		}
	}
}
