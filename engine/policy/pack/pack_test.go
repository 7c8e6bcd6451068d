package pack

import (
	"bytes"
	"math"
	"reflect"
	"testing"
)

type inner struct{ name string }

type outer struct {
	numbers []int64
	flag    bool
	none    *inner
	one     *inner
	all     []inner
}

func (o *outer) pack(c *Coder) {
	named := func(i *inner) { Text(c, &i.name) }
	Each(c, &o.numbers, func(n *int64) { Whole(c, n) })
	c.Flag(&o.flag)
	Maybe(c, &o.none, named)
	Maybe(c, &o.one, named)
	Each(c, &o.all, named)
}

func example() *outer {
	return &outer{numbers: []int64{0, -1, math.MaxInt64, math.MinInt64}, flag: true, one: &inner{""}, all: []inner{{"扣分"}, {"x"}}}
}

func TestThereAndBack(t *testing.T) {
	w := Writer()
	example().pack(w)
	r, back := Reader(w.Bytes()), &outer{}
	if back.pack(r); !r.Finished() || !reflect.DeepEqual(back, example()) {
		t.Errorf("%+v comes back", back)
	}
}

// What is cut off or longer is noticed; what is changed may be another value,
// which is one that can be written and read.
func TestDamaged(t *testing.T) {
	w := Writer()
	example().pack(w)
	good := w.Bytes()
	for i := range good {
		r := Reader(good[:i])
		if (&outer{}).pack(r); r.Finished() {
			t.Errorf("cut at %d", i)
		}
		for bit := range 8 {
			bad := bytes.Clone(good)
			bad[i] ^= 1 << bit
			r, back := Reader(bad), &outer{}
			if back.pack(r); !r.Finished() {
				continue
			}
			again := Writer()
			back.pack(again)
			twice := &outer{}
			if twice.pack(Reader(again.Bytes())); !reflect.DeepEqual(twice, back) {
				t.Errorf("byte %d, bit %d: %+v is read as %+v", i, bit, back, twice)
			}
		}
	}
	r := Reader(append(bytes.Clone(good), 0))
	if (&outer{}).pack(r); r.Finished() {
		t.Error("longer by a byte")
	}
}

func TestBroken(t *testing.T) {
	w := Writer()
	example().pack(w)
	if w.Break(); !w.Broken() || w.Bytes() != nil {
		t.Error("what is broken is written")
	}
	large := int64(300)
	w = Writer()
	Whole(w, &large)
	var small uint8
	r := Reader(w.Bytes())
	if Whole(r, &small); !r.Broken() {
		t.Error("300 is read as a byte")
	}
}
