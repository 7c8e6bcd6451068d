# METADATA
# title: 投入成本合理性
# description: 项目及基本支出等均按相应标准执行，项目支出未超预算。
# custom:
#   interpretation: 考察基本支出，项目支出等成本投入的合理性。标准没有分档：全部符合得满分，有一项不符合不得分。项目支出等于全年预算数不算超预算。
#   evidence:
#     - 决算报表
package urumqi_dept_2023.output.cost.cost_reasonableness

import rego.v1

standards := {
	"basic": "基本支出按相应标准执行",
	"project": "项目支出按相应标准执行",
}

deductions[standard] := {"share": 1, "reason": reason} if {
	some key, standard in standards
	input.cost.standards[key] == false
	reason := sprintf("%s：不符合，不得分", [standard])
}

deductions["项目支出未超预算"] := {"share": 1, "reason": reason} if {
	spent := input.budget.executed.project
	budget := input.budget.annual.project
	spent > budget
	reason := sprintf("项目支出%s万元，超过项目全年预算%s万元，不得分", [rubric.exact(spent), rubric.exact(budget)])
}
