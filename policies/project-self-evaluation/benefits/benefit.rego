# METADATA
# title: 效益指标
# description: 按完成情况分三档：达成预期指标的，得权重分的80%（含）至100%；部分达成预期指标并具有一定效果的，得60%（含）至80%；未达成预期指标且效果较差的，得60%以下。没有得满分而没有说明偏差原因和改进措施的，该指标不得分。
# custom:
#   interpretation: 档内的比例由评分人评定。评定的比例不在所选档次之内的，比例和档次必有一个填错，按较低的一个计：比例高于该档的，取该档上限；比例低于该档的，取比例。
#   evidence:
#     - 效益说明和佐证材料
package project_self_evaluation.benefits.benefit

import data.indicator

# 各档的上限（%）；一档的上限是上一档的下限
top := {
	"达成预期指标": 100,
	"部分达成预期指标并具有一定效果": 80,
	"未达成预期指标且效果较差": 60,
}

percent := min([indicator.percent, top[indicator.tier]])

earned := {"share": 1, "reason": "达成预期指标，评定比例100%"} if percent == 100

earned := {"share": percent / 100, "reason": reason} if {
	percent < 100
	indicator.deviation
	reason := sprintf("%s，评定比例%s%%；%s", [indicator.tier, rubric.exact(percent), indicator.deviation])
}

earned := {"share": 0, "reason": reason} if {
	percent < 100
	not indicator.deviation
	reason := sprintf("%s，评定比例%s%%，没有说明偏差原因和改进措施，不得分", [indicator.tier, rubric.exact(percent)])
}
