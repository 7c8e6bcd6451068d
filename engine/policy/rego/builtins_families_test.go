package rego

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"rubric/engine/number"
	"rubric/engine/policy"
)

// excluded says why policies may not call the rest of OPA's built-ins, by the
// beginnings of their names.
var excluded = []struct{ why, names string }{
	{"network", "http.send net.lookup_ip_addr"},
	{"environment", "opa.runtime"},
	{"clock", "time.now_ns"},
	{"chance", "rand.intn uuid.rfc4122"},
	{"cryptography", "crypto."},
	{"tokens", "io.jwt."},
	{"graphql", "graphql."},
	{"schemas, which may be fetched", "json.match_schema json.verify_schema"},
	{"the policy itself", "rego."},
	{"tracing and tests", "trace internal.test_case"},
	{"graphs, with runs that do not end", "graph."},
	{"network addresses", "net.cidr_"},
	{"uuid", "uuid.parse"},
	{"yaml, with lossy numbers", "yaml."},
	{"addresses on the web", "urlquery. uri."},
	{"cloud providers", "providers."},
	{"templates, with runs that do not end", "strings.render_template"},
	{"deprecated, not in Rego v1", "all any re_match set_diff cast_ net.cidr_overlap"},
}

func whyExcluded(name string) (why []string) {
	for _, e := range excluded {
		for _, prefix := range strings.Fields(e.names) {
			whole := !strings.HasSuffix(prefix, ".") && !strings.HasSuffix(prefix, "_")
			if name == prefix || !whole && strings.HasPrefix(name, prefix) {
				why = append(why, e.why)
			}
		}
	}
	return why
}

// Every built-in of OPA's is there, or left out for a reason.
func TestEveryBuiltinIsClassified(t *testing.T) {
	implemented := builtins()
	for _, b := range ast.CapabilitiesForThisVersion().Builtins {
		here := implemented[b.Name] != nil || rewrittenAway(b.Name)
		if why := whyExcluded(b.Name); here == (len(why) > 0) {
			t.Errorf("%s: implemented %v, excluded for %q", b.Name, here, why)
		}
	}
	for _, b := range ours() {
		delete(implemented, b.name)
	}
	for name := range implemented {
		if ast.BuiltinMap[name] == nil {
			t.Errorf("%s is neither OPA's nor ours", name)
		}
	}
}

// What differs from OPA on purpose: exact numbers, errors where OPA guesses,
// and limits.
func TestDeviations(t *testing.T) {
	tests := []struct{ call, want string }{
		// exact
		{`units.parse("0.00000000001")`, "0.00000000001"}, // OPA: ten decimals
		{`units.parse("0.00000000001m")`, "0.00000000000001"},
		{`units.parse_bytes("1.1eib")`, "1268213655067531673"},
		{`bits.rsh(-5, 18446744073709551616)`, "-1"}, // OPA shifts by the lowest 64 bits of it
		{`semver.compare("1.0.0-99999999999999999999", "1.0.0-99999999999999999998")`, "1"},
		{`json.marshal([1.50, 1e2])`, "[1.5,100]"}, // OPA: the digits as written
		{`time.parse_duration_ns("0.000000001s")`, "1"},
		{`object.subset([1, 1], {1, 2})`, "false"}, // OPA counts the 1 twice
		{`object.subset([], set())`, "true"},
		// errors rather than guesses
		{`base64.decode("/w==")`, "! not_utf8"},
		{`hex.decode("ff")`, "! not_utf8"},
		{`json.unmarshal("{\"a\": 1, \"a\": 2}")`, "! bad_json"},
		{`json.is_valid("{\"a\": 1, \"a\": 2}")`, "false"},
		{`json.unmarshal("\"\\ud800\"")`, "! bad_json"},
		{`json.unmarshal("1e400")`, "! bad_json"},
		{`json.marshal({1: "a", "1": "b"})`, "! json_keys"},
		{`json.patch({"a": 1}, [{"op": "remove", "path": ""}])`, "undefined"},
		{`time.parse_ns("RFC1123", "Sun, 01 Oct 2023 00:00:00 CST")`, "! zone_abbreviation"},
		{`time.parse_ns("RFC1123", "Sun, 01 Oct 2023 00:00:00 GMT")`, "1696118400000000000"},
		{`time.format([0, "Local"])`, "! local_zone"},
		{`time.date([0, "../etc/passwd"])`, "! unknown_zone"},
		{`time.add_date(0, 9223372036854775807, 0, 0)`, "! time_range"},
		// limits
		{`bits.lsh(1, 100000000000)`, "! number_too_large"},
		{`bits.lsh(1, 16384)`, "! number_too_large"},
		{`bits.lsh(1, 1000000000000000000000000)`, "! number_too_large"},
		{`numbers.range_step(1, 1000000000, 1)`, "! too_many_items"},
		{`numbers.range_step(1, 1000000000, 100000000)`, "[1, 100000001, 200000001, 300000001, 400000001, 500000001, 600000001, 700000001, 800000001, 900000001]"},
		{`regex.match("((a{100}){10}){10}", "a")`, "! bad_pattern"},
		{`regex.match("a{1000}b{1000}c{1000}d{1000}e{1000}f{1000}g{1000}h{1000}i{1000}j{1000}", "a")`, "! pattern_too_large"},
		{`glob.match("` + strings.Repeat("a", maxPattern+1) + `", [], "a")`, "! pattern_too_large"},
	}
	for _, tt := range tests {
		if got := answer(t, tt.call); got != tt.want {
			t.Errorf("%s = %s, want %s", tt.call, got, tt.want)
		}
	}
}

func TestSprintf(t *testing.T) {
	tests := []struct{ call, want string }{
		{`sprintf("%s %v %d%%", ["科协", [1, "a"], 12])`, `科协 [1, "a"] 12%`},
		{`sprintf("%v", [0.1])`, "0.1"},
		{`sprintf("%5d|%-5d|%05d|%+d|% d|%.3d", [42, 42, -42, 42, 42, 7])`, "   42|42   |-0042|+42| 42|007"},
		{`sprintf("%f %.0f %.2f %8.3f %+.1f %06.1f", [1, 2.5, 0.005, 3.14159, 2, -1.25])`, "1.000000 3 0.01    3.142 +2.0 -001.3"},
		{`sprintf("%.0f", [25])`, "25"}, // OPA: %!f(int64=25)
		{`sprintf("%.1f", [-0.01])`, "0.0"},
		{`sprintf("%.20f", [0.1])`, "0.10000000000000000000"},
		{`sprintf("%e %.2e %E %.0e %e", [123456, 0.000995, 0, 9.5, -1e100])`, "1.234560e+05 9.95e-04 0.000000E+00 1e+01 -1.000000e+100"},
		{`sprintf("%.1e", [9.96])`, "1.0e+01"},
		{`sprintf("%x %X %o %b %#x %#o %x", [255, 255, 8, 5, 255, 8, -255])`, "ff FF 10 101 0xff 010 -ff"},
		{`sprintf("%x %X", ["hi", "区"])`, "6869 E58CBA"},
		{`sprintf("%q %c %U %t %6t", ["a\"b", 21306, 65, true, false])`, `"a\"b" 区 U+0041 true  false`},
		{`sprintf("%5s|%-4s|%.2s|%3v", ["区", "ab", "鄠邑区", 1])`, "    区|ab  |鄠邑|  1"},
		{`sprintf("100%%", [])`, "100%"},
		{`sprintf("", [])`, ""},
		{`sprintf("%未", ["a"])`, "! format_verb"},
		{`sprintf("%", ["a"])`, "! format_verb"},
		{`sprintf("%5%", [])`, "! format_verb"},
		{`sprintf("%g", [1])`, "! format_verb"},
		{`sprintf("%*d", [1, 2])`, "! format_verb"},
		{`sprintf("%[1]d", [1])`, "! format_verb"},
		{`sprintf("%9999d", [1])`, "! format_verb"},
		{`sprintf("%d", [1.5])`, "! not_whole"},
		{`sprintf("%d", ["a"])`, "! wrong_type"},
		{`sprintf("%f", ["a"])`, "! wrong_type"},
		{`sprintf("%t", ["true"])`, "! wrong_type"},
		{`sprintf("%c", [55296])`, "! no_character"},
		{`sprintf("%s", [])`, "! format_values"},
		{`sprintf("a", [1])`, "! format_values"},
	}
	for _, tt := range tests {
		if got := answer(t, tt.call); got != tt.want {
			t.Errorf("%s = %s, want %s", tt.call, got, tt.want)
		}
	}
	third := &array{[]value{number.Ratio(1, 3), number.Ratio(-2, 3), number.Ratio(1, 3)}}
	if got, wrong := apply(t, newCall(), "sprintf", []value{"%v %.2f %.3e", third}); got != "1/3 -0.67 3.333e-01" {
		t.Error(got, wrong)
	}
	if _, wrong := apply(t, newCall(), "json.marshal", []value{third}); wrong == nil || wrong.ID != "rego.json_fraction" {
		t.Error("a third as JSON:", wrong)
	}
}

// Long searches are made piece by piece; they find what the regexp package
// finds at once.
func TestMeteredSearch(t *testing.T) {
	patterns := []string{`a`, `a*`, `\ba`, `^a`, `(?m)^a`, `a$`, `(?m)a$`, `(a)|(b)`, `(?i)AB?`, `a*?b`, `\Bb`, `(区)?`, `a.*b|a`, ``, `(?s).`, `[^a]+`, `\Aa|b\z`, `(?U)a+`}
	r := rand.New(rand.NewPCG(1, 2))
	for _, text := range patterns {
		tree := regexp.MustCompile(text)
		for range 60 {
			var s strings.Builder
			for range r.IntN(12) {
				s.WriteString([]string{"a", "b", "区", "\n", " ", "A"}[r.IntN(6)])
			}
			for _, n := range []int{-1, 0, 1, 2} {
				c := newCall()
				p, _ := c.pattern(text)
				p.size = 1 << 12 // as if the search were large
				got, paid := c.findAll(p, s.String(), n)
				if want := tree.FindAllStringSubmatchIndex(s.String(), n); !paid || fmt.Sprint(got) != fmt.Sprint(want) {
					t.Fatalf("%q in %q, first %d: %v, want %v", text, s.String(), n, got, want)
				}
			}
		}
	}
}

// Calls that would run long end soon, for want of fuel or at a limit, and the
// same way every time (held against the quicker ones).
func TestRunawayCallsEnd(t *testing.T) {
	limits := policy.DefaultLimits()
	long := strings.Repeat("a", limits.Text-1)
	numbers := &array{}
	for i := range limits.Items {
		numbers.elems = append(numbers.elems, number.Int(int64(i)))
	}
	var shared value = &array{[]value{number.Int(1)}}
	for range 60 { // 2^60 elements, in little memory
		shared = &array{[]value{shared, shared}}
	}
	pairs := &object{}
	pairs.put(entry{key: long[:limits.Text/2], val: "x"})
	tests := []struct {
		name string
		args []value
	}{
		{"regex.match", []value{strings.Repeat("(a?){20}", 200) + "$", long}},
		{"regex.match", []value{"(.*)(.*)(.*)(.*)(.*)[^a]", long}},
		{"regex.match", []value{strings.Repeat("(?i)[B-\\x{1e942}]", 200), "a"}},
		{"regex.is_valid", []value{"[" + strings.Repeat(`\pL`, 1000) + "]"}},
		{"regex.find_n", []value{"a.*b|a", long, number.Int(-1)}},
		{"regex.split", []value{"(a.*b)?", long}},
		{"regex.replace", []value{long, "a", strings.Repeat("$0", 1000)}},
		{"regex.replace", []value{long, "a+", strings.Repeat("$0", 1000)}},
		{"regex.globs_match", []value{strings.Repeat("a*b*", 100) + "c", strings.Repeat("b*a*", 100) + "d*"}},
		{"glob.match", []value{strings.Repeat("*a", 1000) + "b", null{}, long}},
		{"glob.match", []value{strings.Repeat("{*,a}", 400), null{}, long}},
		{"strings.replace_n", []value{pairs, long}},
		{"indexof_n", []value{long, long[:limits.Text/2]}},
		{"json.marshal", []value{shared}},
		{"walk", []value{shared}},
		{"array.flatten", []value{shared}},
		{"object.subset", []value{numbers, &array{numbers.elems[1:]}}},
		{"json.remove", []value{pairs, &array{slices.Repeat([]value{"a"}, 200_000)}}},
		{"numbers.range_step", []value{number.Int(0), number.Int(int64(limits.Items)), number.Int(1)}},
	}
	for _, tt := range tests {
		c := newCall()
		start := time.Now()
		_, wrong := apply(t, c, tt.name, tt.args)
		took := time.Since(start)
		id := "done"
		if wrong != nil {
			id = wrong.ID
		}
		t.Logf("%s: %s after %v, fuel left %d", tt.name, id, took, c.m.fuel)
		if took > 5*time.Second {
			t.Errorf("%s took %v", tt.name, took)
		}
		if took > 300*time.Millisecond {
			continue
		}
		again := newCall()
		if apply(t, again, tt.name, tt.args); again.m.fuel != c.m.fuel {
			t.Errorf("%s: %d of fuel left, then %d", tt.name, c.m.fuel, again.m.fuel)
		}
	}
}

// Functions that go through values keep the places in the facts, and cite what
// they went through.
func TestBuiltinsOverFacts(t *testing.T) {
	tests := []struct{ body, want string }{
		{`deductions["a"] := {"share": 1, "reason": $"{input.budget.adjusted} of {input.budget.total}"}`,
			"a 1: /budget/adjusted value, /budget/total value"},
		{`deductions["a"] := {"share": 1, "reason": $"{input.budget.note}"}`,
			"a 1: /budget collection, /budget/note absent"},
		{`deductions[k] := {"share": 1, "reason": "x"} if { walk({"alpha": input.checks.alpha, "beta": input.checks.beta, "gamma": input.checks.gamma}, [[k], v]); v == true }`,
			"alpha 1: /checks/alpha value, /checks/beta value, /checks/gamma value"},
		{`deductions["a"] := {"share": 1, "reason": "x"} if { object.remove(input.budget, ["adjusted"]).total > 1 }`,
			"a 1: /budget collection, /budget/note absent, /budget/adjusted condition, /budget/total condition"},
	}
	for _, tt := range tests {
		p, err := compiled(schema(t), tt.body)
		if err != nil {
			t.Errorf("%s\n%v", tt.body, err)
			continue
		}
		f := evaluate(t, p, factsOf(t, schema(t)))
		if f.Failure != nil {
			t.Errorf("%s\n%v", tt.body, f.Failure.Message)
			continue
		}
		if got := strings.TrimSpace(outline(f)); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.body, got, tt.want)
		}
	}
}
