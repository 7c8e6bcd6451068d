# METADATA
# title: 绩效跟踪覆盖率
# description: 绩效跟踪覆盖率=绩效跟踪覆盖资金/调整后预算数。85%得满分，每低于1%扣权重分1%，低于75%不得分。
# custom:
#   interpretation: 考察乌鲁木齐市科协项目支出的绩效跟踪覆盖率。“每低于1%”按连续计算，低7.98个百分点扣权重分的7.98%，不取整。
#   evidence:
#     - 2023年项目监控表
#     - 2023年整体监控表
package urumqi_dept_2023.input.performance.performance_tracking_coverage

import rego.v1

covered := input.performance.tracking.covered

budget := input.performance.tracking.adjusted_budget

coverage := covered / budget

shortfall := max([0, 0.85 - coverage])

figures := sprintf("跟踪覆盖资金%s万元，调整后预算数%s万元，绩效跟踪覆盖率%s", [
	rubric.exact(covered),
	rubric.exact(budget),
	rubric.percent(coverage, 2),
])

earned := {
	"share": 1 - shortfall,
	"reason": sprintf("%s，低于85%%，每低1个百分点扣权重的1%%，共扣%s", [figures, rubric.percent(shortfall, 2)]),
}

cutoff := {"reason": concat("", [figures, "，低于75%，不得分"])} if coverage < 0.75
