# METADATA
# title: 资产管理规范性
# description: ①对固定资产按照相关管理办法规定的周期进行盘点；②新增资产履行报批手续，及时入账，维修、改造、升级、维护资金存在有对应资产；③基本建设、信息化项目资产交付使用时及时、准确入账。以上每存在一点不符扣除权重分的1/3，扣完为止。
# custom:
#   interpretation: 考察乌鲁木齐市科协存量资产是否盘点清楚，新增资产是否履行报批手续，维修、改造、升级、维护资金是否有对应资产，考察基本建设、信息化项目资产是否在交付使用时及时、准确入账。
#   evidence:
#     - 相关管理办法
#     - 盘点记录
#     - 资产月报年报
#     - 固定资产明细表
package urumqi_dept_2023.input.assets.asset_norms

import rego.v1

# 每一点不符扣权重的比例
share := "1/3"

points := {
	"stocktaking": "①固定资产按规定周期盘点",
	"additions": "②新增资产报批并及时入账，维修等资金有对应资产",
	"construction": "③基本建设、信息化项目资产及时准确入账",
}

deductions[point] := {"share": share, "reason": reason} if {
	some key, point in points
	input.assets.norms[key] == false
	reason := sprintf("%s：不符，扣权重的%s", [point, share])
}
