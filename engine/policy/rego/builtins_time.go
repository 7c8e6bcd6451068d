package rego

import (
	"archive/zip"
	_ "embed"
	"io"
	"math"
	"strings"
	"time"

	"rubric/engine/message"
	"rubric/engine/number"
)

// zoneFiles is lib/time/zoneinfo.zip of the Go distribution. What the machine
// itself knows of time zones is left alone, so that the answer is the same on
// every machine.
//
//go:embed zoneinfo.zip
var zoneFiles string

// calendar is the functions on times: they are nanoseconds since 1970 in UTC. There is no clock,
// and no local zone.
func calendar() []*builtin {
	field := func(name string, f func(t time.Time) value) *builtin {
		return &builtin{name: name, call: func(c *call, args []value) (value, *message.Message) {
			t, _, wrong := momentOf(c, args[0])
			if wrong != nil {
				return nil, wrong
			}
			return f(t), nil
		}}
	}
	return []*builtin{
		textual("time.parse_rfc3339_ns", func(_ *call, args []string) (value, *message.Message) {
			return parseTime(time.RFC3339, args[0])
		}),
		textual("time.parse_ns", func(_ *call, args []string) (value, *message.Message) {
			return parseTime(layoutOf(args[0]), args[1])
		}),
		textual("time.parse_duration_ns", func(_ *call, args []string) (value, *message.Message) {
			return parseDuration(args[0])
		}),
		field("time.date", func(t time.Time) value {
			year, month, day := t.Date()
			return wholeNumbers(year, int(month), day)
		}),
		field("time.clock", func(t time.Time) value {
			hour, minute, second := t.Clock()
			return wholeNumbers(hour, minute, second)
		}),
		field("time.weekday", func(t time.Time) value { return t.Weekday().String() }),
		{name: "time.format", call: formatTime},
		{name: "time.add_date", call: addDate},
		{name: "time.diff", call: timeBetween},
	}
}

func wholeNumbers(ns ...int) *array {
	out := &array{}
	for _, n := range ns {
		out.elems = append(out.elems, number.Int(int64(n)))
	}
	return out
}

// layoutOf is a layout by its name in Go's time package, or the layout itself.
func layoutOf(name string) string {
	switch name {
	case "ANSIC":
		return time.ANSIC
	case "UnixDate":
		return time.UnixDate
	case "RubyDate":
		return time.RubyDate
	case "RFC822":
		return time.RFC822
	case "RFC822Z":
		return time.RFC822Z
	case "RFC850":
		return time.RFC850
	case "RFC1123":
		return time.RFC1123
	case "RFC1123Z":
		return time.RFC1123Z
	case "RFC3339":
		return time.RFC3339
	case "RFC3339Nano":
		return time.RFC3339Nano
	}
	return name
}

// parseTime reads a time. Without a zone it is UTC. The abbreviation of a zone
// (CST) is refused, because it means another zone elsewhere; OPA takes what
// the machine it runs on makes of it.
func parseTime(layout, s string) (value, *message.Message) {
	t, err := time.ParseInLocation(layout, s, time.UTC)
	if err != nil {
		return nil, fault("rego.bad_time", "value", show(clipped(s)), "layout", clipped(layout))
	}
	if name, offset := t.Zone(); offset == 0 && t.Location() != time.UTC && name != "" && !strings.HasPrefix(name, "GMT") {
		return nil, fault("rego.zone_abbreviation", "zone", name)
	}
	return nanoseconds(t)
}

// nanoseconds is a time as a number; it must lie within 1677 to 2262.
func nanoseconds(t time.Time) (value, *message.Message) {
	if t.Before(time.Unix(0, math.MinInt64)) || t.After(time.Unix(0, math.MaxInt64)) {
		return nil, fault("rego.time_range", "value", t.UTC().Format("2006-01-02"))
	}
	return number.Int(t.UnixNano()), nil
}

// momentOf reads a time: nanoseconds, or an array of nanoseconds, zone and
// layout, of which the last ones may be missing.
func momentOf(c *call, v value) (t time.Time, layout string, wrong *message.Message) {
	parts := []value{v}
	if rank(v) == 4 {
		parts = elements(v)
	}
	if len(parts) == 0 {
		return t, "", wrongType("number", v)
	}
	n, wrong := numberOf(parts[0])
	if wrong != nil {
		return t, "", wrong
	}
	ns, ok := n.Int64()
	if !ok {
		return t, "", fault("rego.bad_nanoseconds", "value", n.String())
	}
	zone := time.UTC
	if len(parts) > 1 {
		if zone, wrong = zoneOf(c, parts[1]); wrong != nil {
			return t, "", wrong
		}
	}
	if len(parts) > 2 {
		layout, wrong = textOf(parts[2])
	}
	return time.Unix(0, ns).In(zone), layout, wrong
}

// zoneOf is a zone by its name in the IANA database; "" is UTC.
func zoneOf(c *call, v value) (*time.Location, *message.Message) {
	name, wrong := textOf(v)
	if wrong != nil {
		return nil, wrong
	}
	switch name {
	case "", "UTC":
		return time.UTC, nil
	case "Local":
		return nil, fault("rego.local_zone")
	}
	if zone := c.m.zones[name]; zone != nil {
		return zone, nil
	}
	if !c.pay(zoneFuel) {
		return time.UTC, nil // the evaluation ends here
	}
	zone, err := loadZone(name)
	if err != nil {
		return nil, fault("rego.unknown_zone", "zone", clipped(name))
	}
	if c.m.zones == nil {
		c.m.zones = map[string]*time.Location{}
	}
	c.m.zones[name] = zone
	return zone, nil
}

// zoneFuel is for finding and reading a zone.
const zoneFuel = 10_000

func loadZone(name string) (*time.Location, error) {
	data, err := zoneData(name)
	if err != nil {
		return nil, err
	}
	return time.LoadLocationFromTZData(name, data)
}

func zoneData(name string) ([]byte, error) {
	files, err := zip.NewReader(strings.NewReader(zoneFiles), int64(len(zoneFiles)))
	if err != nil {
		return nil, err
	}
	for _, f := range files.File {
		if f.Name != name {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		return io.ReadAll(r) // a zone file has a few hundred bytes
	}
	return nil, zip.ErrFormat
}

func formatTime(c *call, args []value) (value, *message.Message) {
	t, layout, wrong := momentOf(c, args[0])
	if wrong != nil {
		return nil, wrong
	}
	if layout == "" {
		layout = time.RFC3339Nano
	}
	if len(layout) > maxPattern {
		return nil, fault("rego.pattern_too_large", "limit", maxPattern)
	}
	return t.Format(layoutOf(layout)), nil
}

// addDate adds years, months and days as the calendar counts them: 31 October
// and one month are 1 December.
func addDate(c *call, args []value) (value, *message.Message) {
	t, _, wrong := momentOf(c, args[0])
	if wrong != nil {
		return nil, wrong
	}
	const most = 1_000_000 // days; the whole range of times is no longer
	var steps [3]int
	for i, v := range args[1:] {
		if steps[i], wrong = wholeOf(v); wrong != nil {
			return nil, wrong
		}
		if steps[i] > most || steps[i] < -most {
			return nil, fault("rego.time_range", "value", show(v))
		}
	}
	return nanoseconds(t.AddDate(steps[0], steps[1], steps[2]))
}

// timeBetween is the difference of two times in years, months, days, hours,
// minutes and seconds, in the zone of the first, whichever is earlier.
func timeBetween(c *call, args []value) (value, *message.Message) {
	a, _, wrong := momentOf(c, args[0])
	if wrong != nil {
		return nil, wrong
	}
	b, _, wrong := momentOf(c, args[1])
	if wrong != nil {
		return nil, wrong
	}
	if b = b.In(a.Location()); a.After(b) {
		a, b = b, a
	}
	from, to := fieldsOf(a), fieldsOf(b)
	for i := range to {
		to[i] -= from[i]
	}
	// The days of the month in which the time begins.
	days := time.Date(a.Year(), a.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	full := [...]int{1: 12, 2: days, 3: 24, 4: 60, 5: 60}
	for i := 5; i > 0; i-- {
		if to[i] < 0 {
			to[i] += full[i]
			to[i-1]--
		}
	}
	return wholeNumbers(to[:]...), nil
}

// fieldsOf are year, month, day, hour, minute and second.
func fieldsOf(t time.Time) (f [6]int) {
	year, month, day := t.Date()
	f[0], f[1], f[2] = year, int(month), day
	f[3], f[4], f[5] = t.Clock()
	return f
}

// parseDuration reads "1h30m", "-2.5s", "1d12h" exactly: what is below a
// nanosecond in one of the parts is cut off. A day is 24 hours, a year 365
// days.
func parseDuration(s string) (value, *message.Message) {
	bad := fault("rego.bad_duration", "value", show(clipped(s)))
	rest := strings.TrimPrefix(s, "+")
	rest, negative := strings.CutPrefix(rest, "-")
	if negative && strings.HasPrefix(s, "+") || rest == "" || len(s) > maxPattern {
		return nil, bad
	}
	total := number.Int(0)
	for rest != "0" && rest != "" {
		digits := rest[:len(rest)-len(strings.TrimLeft(rest, "0123456789."))]
		rest = rest[len(digits):]
		unit := rest[:len(rest)-len(strings.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyzµμ"))]
		rest = rest[len(unit):]
		n, ok := loose(digits)
		size := durationUnit(unit)
		if !ok || size == 0 || strings.Count(digits, ".") > 1 || rest == "0" {
			return nil, bad
		}
		total = total.Add(n.Mul(number.Int(int64(size))).Round(0, number.RoundDown))
	}
	if negative {
		total = total.Neg()
	}
	if _, ok := total.Int64(); !ok {
		return nil, bad
	}
	return total, nil
}

// durationUnit is a unit's length, 0 for what is none.
func durationUnit(unit string) time.Duration {
	switch unit {
	case "ns":
		return time.Nanosecond
	case "us", "µs", "μs":
		return time.Microsecond
	case "ms":
		return time.Millisecond
	case "s":
		return time.Second
	case "m":
		return time.Minute
	case "h":
		return time.Hour
	case "d":
		return 24 * time.Hour
	case "w":
		return 7 * 24 * time.Hour
	case "y":
		return 365 * 24 * time.Hour
	}
	return 0
}
