package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"rubric/engine"
	"rubric/engine/bundle"
	"rubric/engine/framework"
	"rubric/engine/signature"
)

func (a *app) buildCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "build DIR",
		Short:   a.say("release.build_short"),
		Long:    a.say("release.build_long"),
		Example: a.say("release.build_example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"text", "json"}
	a.settingFlags(c, can)
	c.Flags().Lookup("output").Usage = a.say("release.flag_build_output")
	c.RunE = a.verb(can, a.build)
	return c
}

// built is what was built, as its JSON has it.
type built struct {
	File      string `json:"file"`
	Framework string `json:"framework"`
	Version   string `json:"version"`
	Digest    string `json:"digest"`
	Files     int    `json:"files"`
	Bytes     int    `json:"bytes"`
	Signed    bool   `json:"signed"`
}

func (a *app) build(ctx context.Context, c *cobra.Command, s *settings, args []string) (int, error) {
	if len(args) != 1 {
		return 0, usage(c, "release.one_framework")
	}
	d := a.authorsDesk(s)
	given := d.frameworkNamed(args[0])
	fw, err := d.sound(ctx, given)
	if err != nil {
		return 0, err
	}
	if fw.Bundle.Signature != nil {
		if err := signature.Fits(fw.Bundle); err != nil {
			return 0, err
		}
	}
	packed, err := fw.Pack(fw.Bundle.Signature)
	if err != nil {
		return 0, err
	}
	file := s.output
	if file == "" {
		file = fw.ID + "-" + fw.Version + ".tar.gz"
	}
	if !bundle.IsArchiveName(file) {
		return 0, complain("release.archive_name", "file", file)
	}
	if err := a.checkOutput(file, []string{given}); err != nil {
		return 0, err
	}
	if err := a.replace(file, packed); err != nil {
		return 0, err
	}
	s.output = "" // the archive's; what is said of it goes to stdout
	b := built{file, fw.ID, fw.Version, fw.Digest, len(fw.Bundle.Files), len(packed), fw.Bundle.Signature != nil}
	return exitDone, a.print(s, func(w io.Writer) error { return a.renderBuilt(w, s, b) })
}

func (a *app) renderBuilt(w io.Writer, s *settings, b built) error {
	if s.format == "json" {
		return writeJSON(w, b)
	}
	id := "release.built_unsigned"
	if b.Signed {
		id = "release.built_signed"
	}
	_, err := fmt.Fprintln(w, a.say(id, "file", b.File, "framework", b.Framework, "version", b.Version, "files", b.Files, "digest", b.Digest))
	return err
}

// sound is a framework that is in order: it loads and compiles.
func (d *desk) sound(ctx context.Context, path string) (*framework.Framework, error) {
	fw, err := d.load(path)
	if err != nil {
		return nil, err
	}
	_, err = engine.Compile(ctx, fw, languages(d.limits)...)
	return fw, err
}
