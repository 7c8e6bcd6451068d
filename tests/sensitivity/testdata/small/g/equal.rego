# METADATA
# title: Equal
# description: a, b and d are equal, or half is lost; and kind is not x, or half is lost
# custom:
#   evidence: [list]
package small.g.equal

import rego.v1

deductions["figures"] := {"share": 0.5, "reason": "the figures differ"} if {
	not same
}

deductions["kind"] := {"share": 0.5, "reason": "kind is x"} if {
	input.kind == "x"
}

same if {
	input.a == input.b
	input.b == input.d
}
