# METADATA
# title: 预决算信息公开规范性
# description: ①是否按规定内容公开预决算信息；②是否按规定时限公开预决算信息（预决算信息是指与部门预算、决算、绩效等管理相关的信息）。以上每存在一点不符扣除权重分的50%，扣完为止。
# custom:
#   interpretation: 考察乌鲁木齐市科协是否按照政府信息公开有关规定公开相关预决算信息，用以反映和考核预决算管理的公开透明情况。①是否相符由评价人员判定，预算公开检查发现的问题数写在扣分理由中。决算尚未批复、因而尚未公开的，不作②的不符。
#   evidence:
#     - 相关公开管理办法及信息公开网站或者截图
package urumqi_dept_2023.input.disclosure.disclosure

import rego.v1

# 每一点不符扣权重的比例
share := 0.5

points := {
	"content": "①按规定内容公开预决算信息",
	"timing": "②按规定时限公开预决算信息",
}

deductions[points.content] := {"share": share, "reason": reason} if {
	input.disclosure.content_compliant == false
	issues := input.disclosure.issues
	reason := sprintf("%s：不符，预算公开检查发现%d处问题（市科协汇总%d处、市科协本级%d处、科普服务中心%d处、科技馆%d处），扣权重的%s", [
		points.content,
		((issues.summary + issues.headquarters) + issues.service_center) + issues.museum,
		issues.summary,
		issues.headquarters,
		issues.service_center,
		issues.museum,
		rubric.percent(share, 0),
	])
}

deductions[points.timing] := {"share": share, "reason": reason} if {
	input.disclosure.timely == false
	reason := sprintf("%s：不符，扣权重的%s", [points.timing, rubric.percent(share, 0)])
}
