package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "version",
		Short:   a.say("cmd.version_short"),
		Long:    a.say("cmd.version_long"),
		Example: a.say("cmd.version_example"),
		RunE:    a.verb(nil, a.version),

		DisableFlagsInUseLine: true,
	}
}

func (a *app) version(_ context.Context, c *cobra.Command, s *settings, args []string) (int, error) {
	if len(args) > 0 {
		return 0, usage(c, "cmd.surplus_argument", "argument", args[0])
	}
	return exitDone, a.print(s, func(w io.Writer) error {
		_, err := io.WriteString(w, versionText())
		return err
	})
}

func versionText() string {
	return fmt.Sprintf("rubric %s\ngo %s %s/%s\n", buildVersion(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// buildVersion is the module's version as the Go tool recorded it, with the
// commit where it was built from a repository.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "(devel)"
	}
	version := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			version += " " + s.Value
		}
	}
	return version
}
