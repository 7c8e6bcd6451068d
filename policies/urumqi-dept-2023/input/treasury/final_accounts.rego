# METADATA
# title: 决算编报规范性
# description: 决算编报真实、准确、完整、及时，每出现一项不符合扣权重分25%。
# custom:
#   interpretation: 考察决算编报真实性、准确性、完整性、及时性。
#   evidence:
#     - 2023年部门决算表
package urumqi_dept_2023.input.treasury.final_accounts

import rego.v1

# 每一点不符扣权重的比例
share := 0.25

points := {
	"truthful": "决算编报真实",
	"accurate": "决算编报准确",
	"complete": "决算编报完整",
	"timely": "决算编报及时",
}

deductions[point] := {"share": share, "reason": reason} if {
	some key, point in points
	input.accounts[key] == false
	reason := sprintf("%s：不符合，扣权重的%s", [point, rubric.percent(share, 0)])
}
