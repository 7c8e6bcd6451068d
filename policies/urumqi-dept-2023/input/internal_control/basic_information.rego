# METADATA
# title: 基础信息完善性
# description: ①基础数据信息和会计信息资料是否真实；②基础数据信息和会计信息资料是否完整；③基础数据信息和会计信息资料是否准确。以上每存在一点不符扣除权重分的1/3，扣完为止。
# custom:
#   interpretation: 考察乌鲁木齐市科协会计数据资料是否真实、完整、准确。综合评分表中本指标名作“基础信息完整性”。
#   evidence:
#     - 相关批复文件
#     - 使用记录
#     - 凭证等
package urumqi_dept_2023.input.internal_control.basic_information

import rego.v1

# 每一点不符扣权重的比例
share := "1/3"

points := {
	"truthful": "①基础数据和会计信息资料真实",
	"complete": "②基础数据和会计信息资料完整",
	"accurate": "③基础数据和会计信息资料准确",
}

deductions[point] := {"share": share, "reason": reason} if {
	some key, point in points
	input.internal_control.information[key] == false
	reason := sprintf("%s：不符，扣权重的%s", [point, share])
}
