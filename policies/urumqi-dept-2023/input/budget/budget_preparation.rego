# METADATA
# title: 预算编制合理性
# description: 若部门预算符合乌鲁木齐市本级预算编制要求，且具有细化的数量和单价，依据充分，则得满分，有一项不符合，则扣权重分10%。
# custom:
#   interpretation: 考察项目预算与部门职责是否匹配；人员经费、公用经费是否按实测算；项目经费设置是否科学合理，是否按照项目的要求进行设置；项目预算是否细化量化，是否与项目的绩效目标相匹配；一次性、经常性项目划分和科目使用是否准确。“有一项不符合”读作每一项不符合各扣10%，共三项。
#   evidence:
#     - 2023年年初预算编报说明
#     - 2023年预算批复文件
#     - 2023年部门决算表
#     - 2023年单位指标明细表
package urumqi_dept_2023.input.budget.budget_preparation

import rego.v1

# 每一点不符扣权重的比例
share := 0.1

points := {
	"meets_requirements": "符合乌鲁木齐市本级预算编制要求",
	"itemised": "具有细化的数量和单价",
	"well_founded": "依据充分",
}

deductions[point] := {"share": share, "reason": reason} if {
	some key, point in points
	input.budget.preparation[key] == false
	reason := sprintf("%s：不符合，扣权重的%s", [point, rubric.percent(share, 0)])
}
