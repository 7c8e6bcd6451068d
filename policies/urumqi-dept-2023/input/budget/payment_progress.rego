# METADATA
# title: 资金支付进度达标情况
# description: 前三季度每季度末资金支付进度分别达到25%、50%和75%，得满分，有一项未达到，扣权重分1/3，扣完为止。
# custom:
#   interpretation: 考察资金支付是否按序时进度执行。支付进度=截至季度末的累计支付数/全年预算数，按未四舍五入的比例比较，正好达到即为达标；第四季度不评。
#   evidence:
#     - 预算管理一体化2.0系统—单位指标额度查询导出明细表
package urumqi_dept_2023.input.budget.payment_progress

import rego.v1

# 每一季度未达到扣权重的比例
share := "1/3"

quarters := {
	"q1": {"name": "第一季度", "target": 0.25},
	"q2": {"name": "第二季度", "target": 0.5},
	"q3": {"name": "第三季度", "target": 0.75},
}

deductions[quarter.name] := {"share": share, "reason": reason} if {
	some key, quarter in quarters
	paid := input.payments[key].paid
	budget := input.budget.annual.total
	paid / budget < quarter.target
	reason := sprintf("%s末支付进度%s（%s/%s），未达到%s，扣权重的%s", [
		quarter.name,
		rubric.percent(paid / budget, 2),
		rubric.exact(paid),
		rubric.exact(budget),
		rubric.percent(quarter.target, 0),
		share,
	])
}
