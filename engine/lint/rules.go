package lint

// Rules are all rules: first those under which loading and compiling report what
// is wrong, then those of this package.
func Rules() []Rule {
	return []Rule{
		{"syntax", Error, nil},
		{"tree", Error, nil},
		{"weights", Error, nil},
		{"grades", Error, nil},
		{"schema", Error, nil},
		{"policy-files", Error, nil},
		{"metadata", Error, nil},
		{"policy-form", Error, nil},
		{"unknown-fact", Error, nil},
		{"unknown-name", Error, nil},
		{"wrong-type", Error, nil},
		{"bare-facts", Error, (*checker).bareFacts},
		{"duplicate-item", Error, (*checker).duplicateItems},

		{"unit-scale", Error, (*checker).unitScales},
		{"unit-kind", Warning, (*checker).unitKinds},
		{"reason-unit", Warning, (*checker).reasonUnits},
		{"percent-scale", Warning, (*checker).percentScales},

		{"band-gap", Warning, (*checker).bandGaps},
		{"band-boundary", Warning, (*checker).bandBoundaries},
		{"band-overlap", Error, (*checker).bandOverlaps},
		{"band-order", Warning, (*checker).bandOrders},
		{"unreachable", Warning, (*checker).unreachable},
		{"always-true", Warning, (*checker).alwaysTrue},
		{"cutoff-never", Warning, (*checker).cutoffNever},

		{"zero-divisor", Warning, (*checker).zeroDivisors},
		{"share-range", Error, (*checker).shareRanges},
		{"share-beyond", Warning, (*checker).sharesBeyond},
		{"deductions-short", Info, (*checker).deductionsShort},
		{"deductions-exceed", Info, (*checker).deductionsExceed},

		{"reason-threshold", Warning, (*checker).reasonThresholds},
		{"written-threshold", Warning, (*checker).writtenThresholds},
		{"raw-number", Warning, (*checker).rawNumbers},

		{"cases", Error, (*checker).badCases},
		{"no-cases", Warning, (*checker).noCases},
		{"no-boundary-case", Warning, (*checker).noBoundaryCases},

		{"unused-name", Warning, (*checker).unusedNames},
		{"optional-under-not", Info, (*checker).optionalUnderNot},
		{"duplicate-title", Warning, (*checker).duplicateTitles},
		{"placeholder", Info, (*checker).placeholders},
		{"zero-weight", Warning, (*checker).zeroWeights},
		{"expired", Warning, (*checker).expired},

		{ignoreWithoutReason, Warning, nil},
		{ignoreUnused, Warning, nil},
	}
}

// Find is the rule of that name.
func Find(name string) (Rule, bool) {
	for _, r := range Rules() {
		if r.Name == name {
			return r, true
		}
	}
	return Rule{}, false
}
