package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"rubric/engine/bundle"
	"rubric/engine/framework"
	"rubric/engine/signature"
)

func (a *app) signCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "sign DIR|ARCHIVE",
		Short:   a.say("release.sign_short"),
		Long:    a.say("release.sign_long"),
		Example: a.say("release.sign_example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"text", "json"}
	a.settingFlags(c, can, "date")
	c.Flags().Lookup("output").Usage = a.say("release.flag_sign_output")
	c.Flags().String("key", "", a.say("release.flag_key"))
	c.Flags().String("expires", "", a.say("release.flag_expires"))
	c.Flags().String("new-key", "", a.say("release.flag_new_key"))
	c.RunE = a.verb(can, a.sign)
	return c
}

// signed is what was signed, as its JSON has it.
type signed struct {
	File      string `json:"file"` // the folder or archive
	Framework string `json:"framework"`
	Version   string `json:"version"`
	Digest    string `json:"digest"`
	Files     int    `json:"files"`
	Expires   string `json:"expires"`
	Key       string `json:"key"`
}

func (a *app) sign(ctx context.Context, c *cobra.Command, s *settings, args []string) (int, error) {
	if name := c.Flags().Lookup("new-key").Value.String(); name != "" {
		if len(args) > 0 {
			return 0, usage(c, "cmd.surplus_argument", "argument", args[0])
		}
		return a.newKey(s, name)
	}
	if len(args) != 1 {
		return 0, usage(c, "release.one_framework")
	}
	key, expires, err := a.signOptions(c, s)
	if err != nil {
		return 0, err
	}
	d := a.authorsDesk(s)
	given := d.frameworkNamed(args[0])
	fw, err := d.sound(ctx, given)
	if err != nil {
		return 0, err
	}
	text, err := signature.Sign(ctx, fw, key, expires)
	if err != nil {
		return 0, err
	}
	file, err := a.writeSignature(s, fw, given, text)
	if err != nil {
		return 0, err
	}
	s.output = "" // the archive's; what is said of it goes to stdout
	done := signed{file, fw.ID, fw.Version, fw.Digest, len(fw.Bundle.Files), expires, key.ID}
	return exitDone, a.print(s, func(w io.Writer) error { return a.renderSigned(w, s, done) })
}

// signOptions are the key and the last day of the signature.
func (a *app) signOptions(c *cobra.Command, s *settings) (*signature.PrivateKey, string, error) {
	file, expires := c.Flags().Lookup("key").Value.String(), c.Flags().Lookup("expires").Value.String()
	switch {
	case file == "":
		return nil, "", usage(c, "release.no_key")
	case expires == "":
		return nil, "", usage(c, "release.no_expiry")
	case !signature.CheckExpiry(expires):
		return nil, "", complain("release.bad_expiry", "value", expires)
	case expires != signature.Never && expires < s.today:
		return nil, "", complain("release.past_expiry", "value", expires, "today", s.today)
	}
	text, err := a.readSmall(file)
	if err != nil {
		return nil, "", complain("release.key_unreadable", "source", "--key", "file", file, "error", cause(err))
	}
	key, err := signature.ParsePrivateKey(file, text)
	return key, expires, err
}

// writeSignature puts the signature into the folder, or into the archive or a
// copy of it, and returns the path of that.
func (a *app) writeSignature(s *settings, fw *framework.Framework, given string, text []byte) (string, error) {
	if !fw.Bundle.Archive {
		if s.output != "" {
			return "", complain("release.folder_output", "folder", given)
		}
		return given, a.replace(filepath.Join(given, bundle.SignatureFile), text)
	}
	packed, err := fw.Pack(text)
	if err != nil {
		return "", err
	}
	file := s.output
	if file == "" {
		file = given
	}
	if !bundle.IsArchiveName(file) {
		return "", complain("release.archive_name", "file", file)
	}
	return file, a.replace(file, packed)
}

func (a *app) renderSigned(w io.Writer, s *settings, done signed) error {
	if s.format == "json" {
		return writeJSON(w, done)
	}
	id := "release.signed"
	if done.Expires == signature.Never {
		id = "release.signed_forever"
	}
	pairs := []any{"file", done.File, "framework", done.Framework, "version", done.Version, "files", done.Files, "key", done.Key}
	if done.Expires != signature.Never {
		pairs = append(pairs, "expires", done.Expires)
	}
	_, err := fmt.Fprintln(w, a.say(id, pairs...))
	return err
}
