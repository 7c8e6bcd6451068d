# METADATA
# title: 工作计划合理性
# description: ①是否符合国家、自治区、市委有关统计工作总体规划和纲要；②是否符合部门“三定”方案确定的职责；③是否符合部门制定的中长期实施规划。以上每存在一点不符扣除权重分的1/3，扣完为止。
# custom:
#   interpretation: 考察乌鲁木齐市科协年度工作计划是否符合中长期规划，是否符合乌鲁木齐市政府对其的工作要求、部门职责。标准中“统计工作”一语，按市科协的工作理解。
#   evidence:
#     - 2023年政府工作报告
package urumqi_dept_2023.input.duties.plan_reasonableness

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
	input.work_plan.reasonableness[key] == false
	reason := sprintf("%s：不符，扣权重的%s", [point, share])
}
