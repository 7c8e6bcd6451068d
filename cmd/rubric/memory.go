package main

import (
	"os"
	"runtime"
	"runtime/debug"
)

// firstCollection is the size of the heap, in percent of Go's usual 4 MB, at
// which the first garbage collection begins. Scoring one case from the cache
// makes less than that; compiling the rules takes one collection or two, where
// Go's usual pace takes several, at a quarter of the time.
const firstCollection = 300

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
