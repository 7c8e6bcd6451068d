# METADATA
# title: 绩效目标申报覆盖率
# description: 绩效目标全覆盖得满分，有一项未申报扣权重分10%，低于60%不得分。
# custom:
#   interpretation: 考察乌鲁木齐市科协项目绩效目标申报情况。“低于60%”指覆盖率（已申报绩效目标的项目数/项目总数）低于60%，正好60%不止扣；没有项目则没有未申报，得满分。
#   evidence:
#     - 2023年所有项目绩效目标表
#     - 2023年部门决算表
package urumqi_dept_2023.input.performance.goal_declaration_coverage

import rego.v1

# 每一项目未申报扣权重的比例
share := 0.1

# 覆盖率低于这个数不得分
lowest := 0.6

deductions[project.id] := {"share": share, "reason": reason} if {
	some project in input.performance.projects
	project.goal_declared == false
	name := object.get(project, "name", project.id)
	reason := sprintf("项目“%s”未申报绩效目标，扣权重的%s", [name, rubric.percent(share, 0)])
}

cutoff := {"reason": reason} if {
	total := count(input.performance.projects)
	declared := count([1 | some project in input.performance.projects; project.goal_declared])
	declared < lowest * total
	reason := sprintf("%d个项目中%d个申报了绩效目标，覆盖率%s，低于%s，不得分", [
		total,
		declared,
		rubric.percent(declared / total, 2),
		rubric.percent(lowest, 0),
	])
}
