# METADATA
# title: 预算执行率
# description: 预算执行率（本年度预算实际执行数/调整后预算数×100%）≥95%为满分；95%~80%（含80%）得权重分90%；80%~75%（含75%）得权重分70%；75%~70%（含70%）得权重分50%；70%以下不得分。
# custom:
#   interpretation: 乌鲁木齐市科协本年度预算实际执行数/调整后的预算数×100%。
#   evidence:
#     - 2023年部门决算报表
#     - 部门指标额度查询表
package urumqi_dept_2023.input.budget.budget_execution_rate

import rego.v1

executed := input.budget.executed.total

budget := input.budget.annual.total

execution_rate := executed / budget

figures := sprintf("执行数%s万元，调整后预算数%s万元，预算执行率%s", [
	rubric.exact(executed),
	rubric.exact(budget),
	rubric.percent(execution_rate, 2),
])

earned := {"share": 1, "reason": concat("", [figures, "，达到95%，得满分"])} if execution_rate >= 0.95

else := {"share": 0.9, "reason": concat("", [figures, "，在80%（含）至95%之间，得权重的90%"])} if execution_rate >= 0.8

else := {"share": 0.7, "reason": concat("", [figures, "，在75%（含）至80%之间，得权重的70%"])} if execution_rate >= 0.75

else := {"share": 0.5, "reason": concat("", [figures, "，在70%（含）至75%之间，得权重的50%"])} if execution_rate >= 0.7

else := {"share": 0, "reason": concat("", [figures, "，低于70%，不得分"])}
