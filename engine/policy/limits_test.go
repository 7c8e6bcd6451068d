package policy

import (
	"math"
	"testing"
)

func TestEffective(t *testing.T) {
	d := DefaultLimits()
	if got := (Limits{}).Effective(); got != d {
		t.Errorf("nothing set: %+v", got)
	}
	got := Limits{Steps: 7, Bytes: NoLimit, Depth: NoLimit, Items: 3}.Effective()
	want := Limits{Steps: 7, Bytes: math.MaxInt64 / 4, Depth: math.MaxInt32, Items: 3, Text: d.Text, Bits: d.Bits}
	if got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestDistinct(t *testing.T) {
	var reads []Cause
	for i := range 3000 {
		reads = append(reads, Cause{Key: string(rune('a' + i%20))})
	}
	asked := 0
	got := Distinct(reads[:len(reads):len(reads)], func(n int) bool { asked += n; return true })
	if len(got) != 20 || got[0].Key != "a" || got[19].Key != "t" || asked != 3000 {
		t.Errorf("%d reads, asked for %d", len(got), asked)
	}
	few := []Cause{{Key: "a"}, {Key: "a"}}
	if len(Distinct(few, nil)) != 2 {
		t.Error("short lists stay as they are")
	}
}

func TestProduct(t *testing.T) {
	for _, c := range [][3]int64{{3, 4, 12}, {0, math.MaxInt64, 0}, {math.MaxInt64, 2, 1 << 60}} {
		if got := Product(c[0], c[1]); got != c[2] {
			t.Errorf("%d × %d: %d", c[0], c[1], got)
		}
	}
}
