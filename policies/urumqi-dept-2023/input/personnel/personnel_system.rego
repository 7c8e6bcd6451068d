# METADATA
# title: 人事制度健全性
# description: 人事制度包含培训制度、绩效考核制度、岗位职责等内容，且内容合理完善。以上每存在一点不符扣除权重分的1/3，扣完为止。
# custom:
#   interpretation: 考察乌鲁木齐市科协在人事制度上的健全完整，涵盖培训、绩效、岗位说明等制度内容。每项制度未建立，或已建立而内容不合理完善，都算一点不符。
#   evidence:
#     - 制度文件
package urumqi_dept_2023.input.personnel.personnel_system

import rego.v1

# 每一点不符扣权重的比例
share := "1/3"

systems := {
	"training": "培训制度",
	"appraisal": "绩效考核制度",
	"duties": "岗位职责",
}

deductions[system] := {"share": share, "reason": reason} if {
	some key, system in systems
	input.personnel.systems[key] == false
	reason := sprintf("%s：未建立或不完善，扣权重的%s", [system, share])
}
