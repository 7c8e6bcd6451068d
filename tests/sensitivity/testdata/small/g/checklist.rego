# METADATA
# title: Checklist
# description: each unchecked point loses a quarter
# custom:
#   evidence: [list]
package small.g.checklist

import rego.v1

deductions[name] := {"share": "1/4", "reason": reason} if {
	some name, checked in {"c1": input.c1, "c2": input.c2, "c3": input.c3, "c4": input.c4}
	not checked
	reason := sprintf("%s is not checked", [name])
}
