# METADATA
# title: 资产管理制度执行有效性
# description: ①资产保存是否完整；②资产配置是否合理；③资产处置是否规范；④资产账务管理是否合规，是否账实相符；⑤资产是否有偿使用及处置收入及时足额上缴。以上每存在一点不符扣除权重分的20%，扣完为止。
# custom:
#   interpretation: 考察乌鲁木齐市科协资产管理制度执行的有效性：资产是否保存完整、使用合规、配置合理、处置规范、收入及时足额上缴、账实相符等。⑤读作“资产有偿使用及处置收入是否及时足额上缴”。
#   evidence:
#     - 盘点记录
#     - 资产月报年报
#     - 固定资产明细表
package urumqi_dept_2023.input.assets.asset_effectiveness

import rego.v1

# 每一点不符扣权重的比例
share := 0.2

points := {
	"preserved": "①资产保存完整",
	"allocated": "②资产配置合理",
	"disposed": "③资产处置规范",
	"accounted": "④资产账务管理合规、账实相符",
	"remitted": "⑤资产有偿使用及处置收入及时足额上缴",
}

deductions[point] := {"share": share, "reason": reason} if {
	some key, point in points
	input.assets.execution[key] == false
	reason := sprintf("%s：不符，扣权重的%s", [point, rubric.percent(share, 0)])
}
