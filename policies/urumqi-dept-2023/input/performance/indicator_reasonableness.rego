# METADATA
# title: 绩效指标合理性
# description: ①是否符合国家、自治区、市委有关工作总体规划和纲要；②是否符合部门“三定”方案确定的职责；③是否符合部门制定的中长期实施规划。以上每存在一点不符扣除权重分的1/3，扣完为止。
# custom:
#   interpretation: 考察乌鲁木齐市科协所设立的整体绩效目标依据是否充分，是否符合客观实际，用以反映和考核乌鲁木齐市科协整体绩效目标与部门履职、年度工作任务的相符性情况。每点一律扣1/3；评价报告正文写作扣30%，那属于专家评审，不属于规则。
#   evidence:
#     - 2023年整体绩效目标表
package urumqi_dept_2023.input.performance.indicator_reasonableness

import rego.v1

# 每一点不符扣权重的比例
share := "1/3"

points := {
	"follows_national_outline": "①符合国家、自治区、市委有关规划和纲要",
	"follows_duties": "②符合部门“三定”方案确定的职责",
	"follows_midterm_plan": "③符合部门制定的中长期实施规划",
}

deductions[point] := {"share": share, "reason": reason} if {
	some key, point in points
	input.performance.reasonableness[key] == false
	reason := sprintf("%s：不符，扣权重的%s", [point, share])
}
