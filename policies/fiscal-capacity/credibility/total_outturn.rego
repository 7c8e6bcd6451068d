# METADATA
# title: 1.1 支出总额的偏离
# description: 近三年中至少两年，支出决算在年初预算的97%至106%之间的，评A；在94%至112%之间的，评B；在92%至116%之间的，评C；其他评D。三年中取得资料的不足两年的，评D*。
# custom:
#   interpretation: 各档的上下限都含在档内；按未舍入的比例比较。
#   evidence:
#     - 年初预算批复
#     - 决算报表
package fiscal_capacity.credibility.total_outturn

# 各档的上下限（%），从最好的一档起
bands := [
	{"mark": "A", "low": 97, "high": 106},
	{"mark": "B", "low": 94, "high": 112},
	{"mark": "C", "low": 92, "high": 116},
]

# 至少多少年在档内
enough := 2

years := ["year1", "year2", "year3"]

rates := [rate |
	some name in years
	y := input.outturn[name]
	rate := (y.actual / y.budget) * 100
]

reached := [band.mark |
	some band in bands
	within := [rate | some rate in rates; rate >= band.low; rate <= band.high]
	count(within) >= enough
]

earned := {"mark": "D*", "reason": reason} if {
	count(rates) < enough
	reason := sprintf("只取得%s年的资料，不足两年", [rubric.exact(count(rates))])
} else := {"mark": reached[0], "reason": concat("", ["近三年支出决算与预算之比：", shown])} if {
	count(reached) > 0
} else := {"mark": "D", "reason": concat("", ["近三年支出决算与预算之比：", shown, "，在92%至116%之间的不足两年"])}

shown := concat("、", [rubric.percent(rate / 100, 2) | some rate in rates])
