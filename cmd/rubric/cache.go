package main

import (
	"path/filepath"
	"runtime"

	"rubric/engine/cache"
	"rubric/engine/policy"
)

// settingOff is the word for doing without.
const settingOff = "off"

// chooseCache is the cache in the folder that is set, else in the user's own
// folder for such things, if there is one: doing without is no failure then.
func (s *source) chooseCache() (*cache.Folder, error) {
	value := s.GetString("cache")
	dir := s.app.path(value)
	switch {
	case value == settingOff:
		return nil, nil
	case value == "":
		if dir = s.app.userCache(); dir == "" {
			return nil, nil
		}
	}
	folder, err := cache.Open(dir)
	if err != nil && value != "" {
		return nil, complain("cmd.bad_cache", "source", s.name("cache"), "value", value, "error", cause(err))
	}
	return folder, nil
}

// userCache is where the user's programs keep what they can do without, "" if
// the environment does not say. It is what os.UserCacheDir gives for the
// environment of the process.
func (a *app) userCache() string {
	var base string
	switch home := a.env("HOME"); {
	case runtime.GOOS == "windows":
		base = a.env("LocalAppData")
	case runtime.GOOS == "darwin" && home != "":
		base = filepath.Join(home, "Library", "Caches")
	case a.env("XDG_CACHE_HOME") != "":
		base = a.env("XDG_CACHE_HOME")
	case home != "":
		base = filepath.Join(home, ".cache")
	}
	if !filepath.IsAbs(base) {
		return ""
	}
	return filepath.Join(base, "rubric")
}

// compiledBefore is the cache as languages know it, nil for none.
func (s *settings) compiledBefore() policy.Cache {
	if s.cache == nil {
		collectSooner()
		return nil
	}
	return compiledBefore{s.cache}
}

// compiledBefore is a cache; what it does not have is about to be compiled.
type compiledBefore struct{ *cache.Folder }

// Load implements policy.Cache.
func (c compiledBefore) Load(key string) []byte {
	data := c.Folder.Load(key)
	if data == nil {
		collectSooner()
	}
	return data
}
