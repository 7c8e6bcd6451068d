//go:build !unix

package cache

import "io/fs"

// own is left to the system, which keeps a user's cache folder for the user.
func own(fs.FileInfo) bool { return true }
