package main

import (
	"os"
	"path/filepath"
	"slices"

	"rubric/engine/bundle"
	"rubric/engine/casefolder"
	"rubric/engine/framework"
	"rubric/engine/message"
)

// version is one version of a framework among the policies.
type version struct {
	framework.Head
	path string // as the user would write it
}

// versionFor is the path of the framework that a case names: of the versions
// among the policies, the highest that is valid in the case's period. One that
// is alone is not looked into: see mustCover.
func (d *desk) versionFor(c *casefolder.Case, given string) (string, error) {
	paths := d.pathsFor(c.Framework)
	switch len(paths) {
	case 0:
		return "", d.unknownFramework(c, given)
	case 1:
		return paths[0], nil
	}
	all, err := d.versionsAt(paths, c.Framework)
	if err != nil {
		return "", err
	}
	covering := slices.DeleteFunc(slices.Clone(all), func(v version) bool { return outside(c.Period, v.ValidFrom, v.ValidTo) })
	switch {
	case len(all) == 0:
		return "", d.unknownFramework(c, given)
	case len(covering) == 0:
		return "", complain("release.no_version", "case", given, "period", c.Period, "framework", c.Framework, "versions", described(all))
	}
	best, err := d.highest(covering, given)
	if err == nil && len(all) > 1 {
		d.tell(d.say("release.version_chosen", "case", given, "period", c.Period, "version", best.Version, "path", best.path, "count", len(all)))
	}
	return best.path, err
}

// pathsFor are the folders and archives among the policies that may hold the
// framework, by name.
func (d *desk) pathsFor(id string) (paths []string) {
	if !filepath.IsLocal(id) {
		return nil
	}
	entries, err := os.ReadDir(d.path(d.policies))
	if err != nil {
		return nil // as good as empty: the message names the folder
	}
	for _, e := range entries {
		if path := filepath.Join(d.policies, e.Name()); framework.IsNameFor(e.Name(), id) && d.isFramework(path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// versionsAt are the versions of the framework at those paths, the highest
// first. One that cannot be read is an error: it might be the one.
func (d *desk) versionsAt(paths []string, id string) ([]version, error) {
	var all []version
	for _, path := range paths {
		head, err := framework.ReadHead(d.path(path))
		if err != nil {
			return nil, err
		}
		if head.ID == id {
			all = append(all, version{head, path})
		}
	}
	slices.SortStableFunc(all, func(a, b version) int { return framework.CompareVersions(b.Version, a.Version) })
	return all, nil
}

// highest is the first version. Two copies of it are the same to a case; two
// different things of one version are not.
func (d *desk) highest(sorted []version, given string) (version, error) {
	same := slices.DeleteFunc(slices.Clone(sorted), func(v version) bool { return framework.CompareVersions(v.Version, sorted[0].Version) != 0 })
	best, digest := same[0], ""
	for _, v := range same[1:] {
		if digest == "" {
			first, err := bundle.Read(d.path(best.path))
			if err != nil {
				return best, err
			}
			digest = first.Digest()
		}
		other, err := bundle.Read(d.path(v.path))
		switch {
		case err != nil:
			return best, err
		case other.Digest() != digest:
			return best, complain("release.ambiguous", "case", given, "version", v.Version, "one", best.path, "other", v.path)
		case other.Signature != nil && len(d.keys) > 0:
			best = v
		}
	}
	return best, nil
}

// described are versions with their validity, for a message.
func described(all []version) []message.Message {
	var list []message.Message
	for _, v := range all {
		list = append(list, message.New("release.version", "version", v.Version, "from", orDash(v.ValidFrom), "to", orDash(v.ValidTo), "path", v.path))
	}
	return list
}

// mustCover refuses a framework that was found by a case's id and is another,
// or is not valid in the case's period. One that the user named is the user's.
func (d *desk) mustCover(c *casefolder.Case, given string, fw *framework.Framework) error {
	switch {
	case d.framework != "" || c.Framework == "":
		return nil
	case fw.ID != c.Framework:
		return d.unknownFramework(c, given)
	case outside(c.Period, fw.ValidFrom, fw.ValidTo):
		head := framework.Head{ID: fw.ID, Version: fw.Version, ValidFrom: fw.ValidFrom, ValidTo: fw.ValidTo}
		return complain("release.no_version", "case", given, "period", c.Period, "framework", c.Framework, "versions", described([]version{{head, fw.Dir}}))
	}
	return nil
}
