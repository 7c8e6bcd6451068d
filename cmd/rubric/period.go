package main

import (
	"strings"
	"time"
)

// outside tells whether a period does not lie within the days from and to,
// ISO dates of which either may be "". A period is a year, a month or a day in
// ISO form, or two of them with a slash between; of any other form it is not
// known to be outside.
func outside(period, from, to string) bool {
	begin, end, isRange := strings.Cut(period, "/")
	if !isRange {
		end = begin
	}
	first, _, ok := days(begin)
	_, last, okay := days(end)
	if !ok || !okay {
		return false
	}
	return from != "" && first < from || to != "" && last > to
}

// days are the first and the last day of a year, month or day.
func days(period string) (first, last string, ok bool) {
	for _, unit := range []struct {
		layout              string
		years, months, days int
	}{{"2006", 1, 0, 0}, {"2006-01", 0, 1, 0}, {time.DateOnly, 0, 0, 1}} {
		if start, err := time.Parse(unit.layout, period); err == nil {
			end := start.AddDate(unit.years, unit.months, unit.days-1)
			return start.Format(time.DateOnly), end.Format(time.DateOnly), true
		}
	}
	return "", "", false
}
