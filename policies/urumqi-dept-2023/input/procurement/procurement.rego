# METADATA
# title: 政府采购合规性
# description: ①严格执行本市政府采购集中采购目录和限额标准，按政府采购规定和流程实施政府采购；②服务类的政府采购项目按照本区政府购买服务实施目录编报预算；③招投标文件内容规范完整；以上每存在一点不符扣除权重分的1/3，扣完为止。
# custom:
#   interpretation: 考察是否严格执行本市政府采购集中采购目录和限额标准，是否按政府采购规定和流程实施政府采购。其中服务类的政府采购项目是否按照本区政府购买服务实施目录编报预算。采购合同属于③的招投标文件。
#   evidence:
#     - 2023年政府采购清单及相关文件
#     - 合同文件
package urumqi_dept_2023.input.procurement.procurement

import rego.v1

# 每一点不符扣权重的比例
share := "1/3"

points := {
	"catalogue_followed": "①执行集中采购目录和限额标准，按规定和流程采购",
	"services_budgeted": "②服务类项目按政府购买服务实施目录编报预算",
	"documents_complete": "③招投标文件内容规范完整",
}

deductions[point] := {"share": share, "reason": reason} if {
	some key, point in points
	input.procurement.checks[key] == false
	reason := sprintf("%s：不符，扣权重的%s", [point, share])
}
