// Package cel implements policies written in CEL inside YAML (".cel.yaml").
//
// cel-go parses, checks and interprets; numbers, values and causes are ours:
//
//  1. The YAML is read strictly, every text with its position (source.go,
//     position.go); reasons and items are templates (template.go).
//  2. The schema of the facts becomes types (types.go), so that a misspelt fact
//     is an error when the policy is loaded. Objects of the same shape are of
//     the same type.
//  3. An expression is parsed; its number literals are replaced by exact numbers
//     with the digits as written; it is checked against our own operators
//     (declare.go, expression.go), and what cel-go finds wrong is said in words
//     for people (problems.go).
//  4. The facts and lists it may read are found by walking it (reads.go).
//  5. It is planned with our own functions in place of cel-go's (plan.go,
//     functions.go), all charged to a counted budget, and with an && and || that
//     absorb no failure (logic.go).
//  6. At run time facts enter as values that note each look at them on a
//     policy.Trail (values.go); run.go takes the trail apart, deduction by
//     deduction.
//
// With a cache, what comes out of the first four steps is kept (kept.go,
// kepttree.go); a later run only plans, each expression when it is first
// evaluated (late.go).
package cel
