# METADATA
# title: Window
# description: full marks if a is more than twice and less than thrice d
# custom:
#   evidence: [list]
package small.g.window

import rego.v1

earned := {"share": 1, "reason": "within"} if within

else := {"share": 0, "reason": "outside"}

within if {
	input.a > 2 * input.d
	input.a < 3 * input.d
}
