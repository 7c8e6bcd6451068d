# METADATA
# title: 佐证资料的年度
# description: 评分规则要求的佐证资料，年度应当与评价年度相符。
# custom:
#   interpretation: 年度不符不一定就是错，列为存疑，由评价人员说明。
package urumqi_dept_2023.reconcile.evidence_year

import rego.v1

year := to_number(input.period)

found(text) := {"severity": "warning", "message": text}

contradictions["决算编报"] := found(sprintf("决算编报规范性要求%s年部门决算表，报告据以判断的是%s年决算", [input.period, rubric.exact(stated)])) if {
	stated := input.stated.accounts_year
	stated != year
	input.accounts.truthful
	input.accounts.accurate
	input.accounts.complete
	input.accounts.timely
}

contradictions["政府集中采购目录"] := found(sprintf("%s年度的采购，对照的是%s-%s年度政府集中采购目录及标准", [input.period, rubric.exact(from), rubric.exact(to)])) if {
	from := input.stated.catalogue_years.from
	to := input.stated.catalogue_years.to
	outside(from, to)
	input.procurement.checks.catalogue_followed
}

outside(from, to) if year < from

outside(from, to) if year > to

contradictions["公民科学素质抽样调查"] := found(sprintf("评分规则要求上年及本年（%s年、%s年）抽样调查结果，报告用的基期是%s年", [
	rubric.exact(year - 1), input.period, rubric.exact(base),
])) if {
	base := input.literacy.base_year
	base != year - 1
}

contradictions["公民科学素质抽样调查的末期"] := found(sprintf("抽样调查的末期是%s年，评价年度是%s年", [rubric.exact(end), input.period])) if {
	end := input.literacy.end_year
	end != year
}
