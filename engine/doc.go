// Package engine applies a framework's rules to a case and explains the result.
//
// # The pipeline
//
//  1. facts.Parse looks over one JSON document, strictly; its objects and lists
//     become nodes, with the digits as written, when somebody looks into them.
//     Bind attaches the schema's places and lists what the schema has and the
//     document lacks; ParseBound does both at once, and ParseAround for a case
//     that stands on a line of a file (package facts).
//  2. framework.Load reads a framework's folder, each file once: the tree with
//     its weights, the schema, the policy sources (package framework).
//  3. Compile hands the policies to their languages. Each comes back as a
//     policy.Policy: what it says of itself, every fact it may read, and a
//     Program (package policy; the languages are policy/rego and policy/cel).
//     What compiling takes long to find out is kept in a cache (packages cache and
//     policy/pack), by the digest of the framework and the build of the program.
//  4. Evaluate expands leaves that are made of a list in the facts (expand.go), and
//     runs each Program over the document. Its policy.Finding knows no
//     weights: items, exact shares, reasons, and the facts each depended on.
//  5. The ledger turns a finding into points: weight, deductions, floor or
//     cut-off, rounding. Its lines add up exactly to the rule score. What an
//     indicator comes to that loses nothing is known beforehand (untouched.go).
//  6. A missing fact that a policy may read makes its indicator undetermined, a
//     broken policy makes it failed; both leave a range in place of a score.
//  7. A review's mark becomes the score; the rule score stays beside it.
//  8. The tree adds up rounded scores to the total and its grade, as the framework
//     says (aggregate.go, total.go), or a policy of its own does (verdicts.go).
//  9. The Assessment is the one thing that every output is rendered from
//     (package report).
//
// # Words
//
// framework 指标体系, group 一级/二级指标, indicator 三级指标, policy 评分规则,
// facts 事实, evidence 佐证资料, case 评价案卷, deduction 扣分, share 扣减比例,
// ledger 得分台账, review 专家评审, assessment 评价结果. Each word means one thing
// in code, command line, JSON and documents.
//
// # From Rego text to trail
//
// OPA parses and type-checks a policy and plans it into its intermediate
// representation: functions made of blocks of statements over numbered locals.
// Package policy/rego prepares that plan once and runs it. Take
//
//	deductions[quarter.name] := {"share": "1/3", "reason": reason} if {
//		some key, quarter in quarters
//		input.payments[key].paid / input.budget.annual.total < quarter.target
//		…
//	}
//
// The plan is one function: make an empty object; call the rule quarters; scan
// its result, putting key and value into locals; dot input, payments, key, paid;
// call div and lt; if lt gives false, leave the block, which goes on with the
// next turn of the scan; else build the value and insert it into the object.
//
// Every dot that reaches a scalar fact appends its node to the trail. When the
// value is inserted, what the trail got since the function began is that
// deduction's own path; when a turn of the scan ends, its reads are cut off, so
// that the next quarter does not cite this one. Scans whose outcome matters
// beyond their turn (comprehensions, every, negation) are not cut: what follows
// them depends on all they read, found or not. A helper rule that makes a set or
// an object keeps one trail for each entry and one for the whole: who takes an
// entry depends on that entry's, who counts it or misses an entry depends on the
// whole.
//
// Two deductions with one item are a failure. So a deduction would also depend on
// whatever could bring about another with its item: where another body may give
// that very item (its keys do not name their turns, and its texts may begin and
// end so), it cites what that body reads, but for the shares and reasons of what
// the body does deduct.
// Which scans may be cut, which locals flow into the result (a cited value rather
// than a condition), and which bodies may give the same item, is read off the
// plan when the policy is compiled.
//
// A machine works in memory that the next evaluation uses again: locals on a
// stack, arguments on another, kept trails in one long slice. So do the look over
// the facts and the adding up of the tree. A finding has copies
// of what it cites, and points at the nodes; pointer, label and source become text
// when an assessment is printed (Citations), as does the digest of the facts.
//
// # Formulas
//
// A working paper shows how a decision follows from the facts, in cells. For that,
// and only when asked, a Program derives its decision as formulas (policy.Deriver,
// package formula): CEL by walking its checked expressions, Rego by running the plan
// over facts whose values are not known, so that each test becomes the condition
// under which the statements behind it run. Lists and absent facts are as they are,
// values are free. Rules.Derive holds the formulas against what the policy says.
//
// # Limits
//
// Every evaluation of a policy has its own budget (policy.Limits): steps, bytes
// made, depth of calls, and the size of one collection, text or number. All are
// counted, so that a policy ends the same way on every machine. A statement pays
// its step as it runs; a built-in pays before it runs for looking at its
// arguments, and for what it makes of them: afterwards where that is no more than
// the arguments, else before. A rule that several policies use is paid for by each
// of them; one that does not depend on the facts was worked out when the framework
// was compiled, and costs nothing any more. A policy beyond a limit has failed,
// with file, line and limit.
//
// A deadline is another thing: it ends the whole run without an assessment. The
// machines ask for it every few thousand steps, and what cannot be interrupted may
// weigh no more than policy.MaxCall, whatever the limits.
//
// # Versions
//
// A framework's files are read once, into a bundle.Bundle, from a folder or an
// archive; what is hashed, signed (package signature), compiled and named in a
// receipt (package receipt) are those bytes. Package live keeps rules ready while
// their folder is edited: a new version takes the old one's place only when two
// readings of it are the same, it compiles and its cases pass. An evaluation takes
// its rules once and ends on them.
//
// # Floors
//
// A package imports only packages below it: number, message, cache, page; typo; bundle, sheet;
// facts, gitrev; formula; policy, casefolder, grid; policy/script, policy/slip, policy/probe, policy/pack;
// framework, cohort, policy/rego, policy/cel; engine, signature, schemas; years; review,
// panel, workbook, mapping, evidence, papers, progress, sensitivity, reconcile, cases, bench, impact, diff, scaffold; ballots, mutate, coverage, receipt, live, lint; report;
// cmd/rubric. A test holds them to it.
package engine
