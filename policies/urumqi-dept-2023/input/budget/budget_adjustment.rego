# METADATA
# title: 预算调整合理性
# description: 预算调整依据充分，调整金额合理，预算调整率在10%以内，得满分；预算调整率大于或等于10%的，得0分。预算调整率=（预算调整数/年初预算数）×100%。预算调整数：乌鲁木齐市科协在本年度内涉及预算的追加、追减或结构调整的资金总和（因落实国家政策、发生不可抗力、上级部门或本级党委政府临时交办而产生的调整除外）。
# custom:
#   interpretation: 考察乌鲁木齐市科协预算调整的依据是否充分，调整的金额是否合理，部门项目调整预算金额占年初项目预算的比例是否控制在10%以内。“依据充分、金额合理”没有对应的事实，只按预算调整率评分；正好10%得0分。追加、追减和结构调整按金额相加，不相抵；年初预算数取年初部门预算批复数。
#   evidence:
#     - 2023年年初预算编报说明
#     - 2023年预算批复文件
#     - 2023年部门决算表
#     - 2023年单位指标明细表
#     - 党委会会议纪要
package urumqi_dept_2023.input.budget.budget_adjustment

import rego.v1

# 预算调整率达到这个数（含）即不得分
limit := 0.1

# 没有除外情形的调整才计入预算调整数
counted := "无"

deductions["预算调整率"] := {"share": 1, "reason": reason} if {
	adjusted := sum([a.amount | some a in input.budget.adjustments; a.exemption == counted])
	approved := input.budget.approved.total
	adjusted / approved >= limit
	reason := sprintf("预算调整%s万元，年初预算批复%s万元，预算调整率%s/%s=%s，大于或等于%s，不得分", [
		rubric.exact(adjusted),
		rubric.exact(approved),
		rubric.exact(adjusted),
		rubric.exact(approved),
		rubric.percent(adjusted / approved, 2),
		rubric.percent(limit, 0),
	])
}
