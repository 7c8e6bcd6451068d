# METADATA
# title: 开展“科普日活动”及时率
# description: 及时率=（及时活动次数/系统制度规定应开展活动次数）×100%。
# custom:
#   interpretation: 考察是否严格按照2023年工作计划按时，按国家、省制度规定开办活动。标准只有公式，没有得分的换算：按及时率的比例得分。活动日期在规定的起止日期之内（含首尾两日）为及时。印本作“统制度”，按“系统制度”理解。
#   evidence:
#     - 国家、省要求开展活动等相关文件
#     - 各类“科普日活动”开展资料
package urumqi_dept_2023.output.timeliness.science_day_timeliness

import rego.v1

earned := {"share": timely / required, "reason": reason} if {
	required := count(input.science_day.activities)
	timely := count([1 |
		some activity in input.science_day.activities
		activity.held_on >= activity.window_from
		activity.held_on <= activity.window_to
	])
	reason := sprintf("应开展活动%d次，及时开展%d次，及时率%s，按及时率得分", [
		required,
		timely,
		rubric.percent(timely / required, 2),
	])
}
