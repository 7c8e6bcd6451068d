package main

import (
	"context"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"rubric/engine"
	"rubric/engine/bench"
	"rubric/engine/casefolder"
	"rubric/engine/facts"
	"rubric/engine/report"
)

// Rounds of a measurement.
const (
	usualRounds = 100
	maxRounds   = 100_000
)

func (a *app) benchCommand() *cobra.Command {
	c := &cobra.Command{
		Use:     "bench FRAMEWORK CASE…",
		Short:   a.say("cmd.bench_short"),
		Long:    a.say("cmd.bench_long"),
		Example: a.say("cmd.bench_example"),

		DisableFlagsInUseLine: true,
	}
	can := formats{"table", "json"}
	a.settingFlags(c, can, "width", "date", keysKey)
	c.Flags().String("rounds", "", a.say("cmd.flag_rounds", "default", usualRounds))
	c.RunE = a.verb(can, a.bench)
	return c
}

func (a *app) bench(ctx context.Context, c *cobra.Command, s *settings, args []string) (int, error) {
	switch len(args) {
	case 0:
		return 0, usage(c, "cmd.no_framework_folder")
	case 1:
		return 0, usage(c, "cmd.no_case")
	}
	rounds, err := roundsOf(c)
	if err != nil {
		return 0, err
	}
	d := a.desk(s)
	rules, err := d.compile(ctx, d.frameworkNamed(args[0]))
	if err != nil {
		return 0, err
	}
	ids, docs, err := d.documents(args[1:], rules)
	if err != nil {
		return 0, err
	}
	costs, err := bench.Measure(ctx, rules, docs, rounds)
	if err != nil {
		return 0, err
	}
	b := report.Benchmark{Framework: rules.Framework.ID, Version: rules.Framework.Version, Cases: ids, Rounds: rounds, Policies: costs}
	return exitDone, a.print(s, func(w io.Writer) error {
		if s.format == "json" {
			return writeJSON(w, benchmarkJSON(b))
		}
		return report.BenchmarkTable(w, b, a.words(), s.width)
	})
}

func roundsOf(c *cobra.Command) (int, error) {
	value := c.Flags().Lookup("rounds").Value.String()
	if value == "" {
		return usualRounds, nil
	}
	rounds, err := strconv.Atoi(value)
	if err != nil || rounds < 1 || rounds > maxRounds {
		return 0, complain("cmd.bad_rounds", "value", value, "max", maxRounds)
	}
	return rounds, nil
}

// documents are the facts of cases, bound to the framework.
func (d *desk) documents(paths []string, rules *engine.Rules) (ids []string, docs []*facts.Document, err error) {
	for _, given := range paths {
		c, err := casefolder.Load(d.path(given))
		if err != nil {
			return nil, nil, err
		}
		input, err := d.bind(c, rules.Framework)
		if err != nil {
			return nil, nil, err
		}
		name := c.ID
		if name == "" {
			name = given
		}
		ids, docs = append(ids, name), append(docs, input.Facts)
	}
	return ids, docs, nil
}

// benchmark is a measurement as its JSON has it.
type benchmark struct {
	Framework string   `json:"framework"`
	Version   string   `json:"version"`
	Cases     []string `json:"cases"`
	Rounds    int      `json:"rounds"`
	Policies  []cost   `json:"policies"`
}

// cost is what one evaluation of a policy costs.
type cost struct {
	Indicator    string `json:"indicator"`
	File         string `json:"file"`
	Microseconds string `json:"microseconds"`
	Allocations  int64  `json:"allocations"`
	Steps        int64  `json:"steps"`
	Bytes        int64  `json:"bytes"`
}

func benchmarkJSON(b report.Benchmark) benchmark {
	out := benchmark{b.Framework, b.Version, b.Cases, b.Rounds, []cost{}}
	for _, c := range b.Policies {
		out.Policies = append(out.Policies, cost{c.Indicator, c.File, report.Microseconds(c.Time), c.Allocations, c.Used.Steps, c.Used.Bytes})
	}
	return out
}
