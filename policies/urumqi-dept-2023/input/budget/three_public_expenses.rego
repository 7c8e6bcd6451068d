# METADATA
# title: “三公”经费控制有效性
# description: “三公”经费执行数≤“三公”经费预算数，且“三公”经费预算数≤上年“三公”经费预算数，得满分，有一项不符合得0分。
# custom:
#   interpretation: “三公”经费执行数小于等于“三公”经费预算数，“三公”经费预算数小于等于上年“三公”经费预算数。标准的印本缺第一个“≤”，按指标解释补。
#   evidence:
#     - 2022年部门决算表
#     - 2023年部门决算表
package urumqi_dept_2023.input.budget.three_public_expenses

import rego.v1

conditions := {
	"spending": "执行数不超过预算数",
	"budget": "预算数不超过上年预算数",
}

deductions[conditions.spending] := {"share": 1, "reason": reason} if {
	spent := input.three_public.current.spent
	budget := input.three_public.current.budget
	spent > budget
	reason := sprintf("“三公”经费执行数%s万元，大于预算数%s万元，不得分", [rubric.exact(spent), rubric.exact(budget)])
}

deductions[conditions.budget] := {"share": 1, "reason": reason} if {
	budget := input.three_public.current.budget
	previous := input.three_public.previous.budget
	budget > previous
	reason := sprintf("“三公”经费预算数%s万元，大于上年预算数%s万元，不得分", [rubric.exact(budget), rubric.exact(previous)])
}
