package lint

import (
	"encoding/json"

	"rubric/engine"
	"rubric/engine/framework"
	"rubric/engine/number"
	"rubric/engine/policy"
)

// keptYields are the yields of one rule as a cache keeps them: the least and the
// greatest score of each interval, exact; null where nothing is known.
type keptYields [][2]string

// yieldsKey is what yields follow from: the framework's files, and which of its
// rules are asked for, with the weights.
func yieldsKey(fw *framework.Framework, of []engine.Indicator) string {
	key := "yields of " + fw.Digest
	for _, in := range of {
		key += "\n" + in.Weight + " in " + in.Rule.File
	}
	return key
}

// loadYields are those that an earlier run found out, nil if nothing is kept of
// them.
func loadYields(cache policy.Cache, fw *framework.Framework, of []engine.Indicator) []engine.Yields {
	if cache == nil || fw.Digest == "" {
		return nil
	}
	data := cache.Load(yieldsKey(fw, of))
	if data == nil {
		return nil
	}
	var kept []keptYields
	if err := json.Unmarshal(data, &kept); err != nil || len(kept) != len(of) {
		return nil
	}
	all := make([]engine.Yields, len(kept))
	for i, k := range kept {
		y, ok := k.yields()
		if !ok {
			return nil
		}
		all[i] = y
	}
	return all
}

func (k keptYields) yields() (engine.Yields, bool) {
	if k == nil {
		return nil, true
	}
	all := make(engine.Yields, len(k))
	for i, ends := range k {
		least, errLeast := number.ParseFraction(ends[0])
		most, errMost := number.ParseFraction(ends[1])
		if errLeast != nil || errMost != nil {
			return nil, false
		}
		all[i] = engine.Interval{Min: least, Max: most}
	}
	return all, true
}

// saveYields keeps what was found out. What cannot be kept is found out again:
// that is no failure.
func saveYields(cache policy.Cache, fw *framework.Framework, of []engine.Indicator, found []engine.Yields) {
	if cache == nil || fw.Digest == "" {
		return
	}
	kept := make([]keptYields, len(found))
	for i, y := range found {
		if y != nil {
			kept[i] = keptYields{}
		}
		for _, interval := range y {
			kept[i] = append(kept[i], [2]string{interval.Min.String(), interval.Max.String()})
		}
	}
	if data, err := json.Marshal(kept); err == nil {
		_ = cache.Save(yieldsKey(fw, of), data)
	}
}
