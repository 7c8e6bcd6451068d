# METADATA
# title: 绩效指标明确性
# description: ①是否将部门整体的绩效目标细化分解为具体的工作任务；②是否通过清晰、可衡量的指标值予以体现；③是否与部门年度的任务数或计划数相对应；④是否与本年度部门预算资金相匹配。以上每存在一点不符扣除权重分的25%，扣完为止。
# custom:
#   interpretation: 考察乌鲁木齐市科协所设定的绩效指标是否清晰、细化、可衡量，用以反映和考核乌鲁木齐市科协整体绩效目标的明细化情况。④是否匹配由评价人员判定，各单位绩效目标填报的预算资金合计与年初预算数写在扣分理由中。
#   evidence:
#     - 2023年整体绩效目标表
package urumqi_dept_2023.input.performance.indicator_clarity

import rego.v1

# 每一点不符扣权重的比例
share := 0.25

points := {
	"broken_down": "①绩效目标细化分解为具体的工作任务",
	"measurable": "②通过清晰、可衡量的指标值体现",
	"matches_tasks": "③与部门年度的任务数或计划数相对应",
}

budget_point := "④与本年度部门预算资金相匹配"

deductions[point] := {"share": share, "reason": reason} if {
	some key, point in points
	input.performance.clarity[key] == false
	reason := sprintf("%s：不符，扣权重的%s", [point, rubric.percent(share, 0)])
}

deductions[budget_point] := {"share": share, "reason": reason} if {
	input.performance.clarity.matches_budget == false
	goals := input.performance.goal_budgets
	reason := sprintf("%s：不符，绩效目标填报预算资金合计%s万元（市科协本级%s、科技馆%s、科普服务中心%s），年初预算数%s万元，扣权重的%s", [
		budget_point,
		rubric.exact((goals.headquarters + goals.museum) + goals.service_center),
		rubric.exact(goals.headquarters),
		rubric.exact(goals.museum),
		rubric.exact(goals.service_center),
		rubric.exact(input.budget.initial.total),
		rubric.percent(share, 0),
	])
}
