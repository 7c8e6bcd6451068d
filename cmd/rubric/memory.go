package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// firstCollection is the size of the heap, in percent of Go's usual 4 MB, at
// which the first garbage collection begins. Scoring one case from the cache
// makes less than that, and ends before it.
const firstCollection = 600

// firstOfCompiling is the same where the rules are compiled, which makes more:
// it takes a collection or two, where Go's usual pace takes several. Each costs a
// tenth of the run.
const firstOfCompiling = 400

// collectLate puts the first garbage collection off, and with it takes up Go's
// usual pace again, for commands that run long. Who sets GOGC has decided for
// themselves.
func collectLate() {
	if os.Getenv("GOGC") != "" {
		return
	}
	usual := debug.SetGCPercent(firstCollection)
	runtime.AddCleanup(new([16]byte), func(percent int) { debug.SetGCPercent(percent) }, usual)
}

// collectSooner is for who is about to compile rules. It never puts a collection
// off.
func collectSooner() {
	if os.Getenv("GOGC") != "" {
		return
	}
	if before := debug.SetGCPercent(firstOfCompiling); before < firstOfCompiling {
		debug.SetGCPercent(before)
	}
}
