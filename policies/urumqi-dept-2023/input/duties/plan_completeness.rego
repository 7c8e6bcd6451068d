# METADATA
# title: 工作计划完整性
# description: ①是否涵盖国家、市委、区委有关统计工作总体规划和纲要相关内容；②是否涵盖部门制定的中长期实施规划相关内容；③是否涵盖市科协应履行的相关职责。以上每存在一点不符扣除权重分的1/3，扣完为止。
# custom:
#   interpretation: 考察乌鲁木齐市科协是否制定部门年度工作计划，年度工作计划是否围绕部门职能制定，年度工作计划的内容是否全面，涵盖“指导思想、基本原则、主要目标、任务分解、量化指标、实施周期”等内容。标准中“统计工作”一语，按市科协的工作理解。
#   evidence:
#     - 2023年工作计划文件
#     - 市科协“十四五”规划
#     - 三定方案
package urumqi_dept_2023.input.duties.plan_completeness

import rego.v1

# 每一点不符扣权重的比例
share := "1/3"

points := {
	"covers_national_outline": "①涵盖国家、市委、区委有关规划和纲要",
	"covers_midterm_plan": "②涵盖部门制定的中长期实施规划",
	"covers_duties": "③涵盖市科协应履行的职责",
}

deductions[point] := {"share": share, "reason": reason} if {
	some key, point in points
	input.work_plan.completeness[key] == false
	reason := sprintf("%s：不符，扣权重的%s", [point, share])
}
