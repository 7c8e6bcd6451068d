# METADATA
# title: 1.2 支出构成的偏离
# description: 近三年中至少两年，各科目支出相对预算的平均偏离不超过5%的，评A；不超过10%的，评B；不超过15%的，评C；其他评D。三年中取得资料的不足两年的，评D*。
# custom:
#   interpretation: 正好等于上限的，在档内。
#   evidence:
#     - 决算报表
package fiscal_capacity.credibility.composition_outturn

bands := [{"mark": "A", "limit": 5}, {"mark": "B", "limit": 10}, {"mark": "C", "limit": 15}]

shifts := [y.shift |
	some name in ["year1", "year2", "year3"]
	y := input.outturn[name]
]

reached := [band.mark |
	some band in bands
	count([s | some s in shifts; s <= band.limit]) >= 2
]

shown := concat("、", [concat("", [rubric.exact(s), "%"]) | some s in shifts])

earned := {"mark": "D*", "reason": sprintf("只取得%s年的资料，不足两年", [rubric.exact(count(shifts))])} if {
	count(shifts) < 2
} else := {"mark": reached[0], "reason": concat("", ["近三年各科目平均偏离：", shown])} if {
	count(reached) > 0
} else := {"mark": "D", "reason": concat("", ["近三年各科目平均偏离：", shown, "，不超过15%的不足两年"])}
