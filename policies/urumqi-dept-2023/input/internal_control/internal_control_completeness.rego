# METADATA
# title: 内控管理制度健全性
# description: 预算管理、收支管理、资产管理（含资产利用率）、合同管理、政府采购、财务管理、档案管理等方面的制度健全、完整得满分，缺少一项扣权重分10%，扣完为止。
# custom:
#   interpretation: 考察乌鲁木齐市科协在预算管理、收支管理、资产管理（含资产利用率）、合同管理、政府采购、财务管理、档案管理等方面的制度是否健全、完整。按列明的七项制度评分，七项全缺扣70%。
#   evidence:
#     - 相关制度文件
package urumqi_dept_2023.input.internal_control.internal_control_completeness

import rego.v1

# 每一点不符扣权重的比例
share := 0.1

systems := {
	"budget": "预算管理制度",
	"income_expense": "收支管理制度",
	"assets": "资产管理制度（含资产利用率）",
	"contracts": "合同管理制度",
	"procurement": "政府采购制度",
	"finance": "财务管理制度",
	"archives": "档案管理制度",
}

deductions[system] := {"share": share, "reason": reason} if { # rubric:ignore deductions-short: 标准列明七项制度，全缺扣70%
	some key, system in systems
	input.internal_control.systems[key] == false
	reason := sprintf("%s：缺少，扣权重的%s", [system, rubric.percent(share, 0)])
}
