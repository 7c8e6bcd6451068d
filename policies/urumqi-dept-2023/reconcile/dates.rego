# METADATA
# title: 日期的先后与评价期间
# description: 季度、活动、抽样和问卷的日期应当在评价期间以内、先后有序；函件往来的日期应当先后有序。
# custom:
#   interpretation: 问卷在评价期间结束以前截止、活动延续到期间以后、封面年月早于最后修改的，列为存疑。
package urumqi_dept_2023.reconcile.dates

import rego.v1

first := sprintf("%s-01-01", [input.period])

last := sprintf("%s-12-31", [input.period])

found(severity, text) := {"severity": severity, "message": text}

quarters := {"q1": "03-31", "q2": "06-30", "q3": "09-30", "q4": "12-31"}

contradictions[sprintf("季度末·%s", [key])] := found("error", sprintf("%s的截止日期%s不是该季度末%s-%s", [key, date, input.period, day])) if {
	some key, day in quarters
	date := input.payments[key].date
	date != sprintf("%s-%s", [input.period, day])
}

contradictions[sprintf("科普日·%s", [a.name])] := found("error", sprintf("%s：举办日期%s不在规定时段%s至%s以内", [a.name, a.held_on, a.window_from, a.window_to])) if {
	some a in input.science_day.activities
	outside(a.held_on, a.window_from, a.window_to)
}

contradictions[sprintf("科普日期间·%s", [a.name])] := found("error", sprintf("%s：规定时段%s至%s不在评价期间以内", [a.name, a.window_from, a.window_to])) if {
	some a in input.science_day.activities
	outside(a.window_from, first, a.window_to)
}

contradictions[sprintf("科普日期间末·%s", [a.name])] := found("error", sprintf("%s：规定时段的最后一天%s不在评价期间以内", [a.name, a.window_to])) if {
	some a in input.science_day.activities
	outside(a.window_to, first, last)
}

outside(date, from, to) if date < from

outside(date, from, to) if date > to

contradictions[sprintf("抽样·%s", [s.date])] := found("error", sprintf("融媒体平台抽样日期%s不在评价期间以内", [s.date])) if {
	some s in input.media_platform.samples
	outside(s.date, first, last)
}

contradictions[sprintf("抽样的活动·%s", [s.date])] := found("error", sprintf("融媒体平台%s发布的活动，日期%s却在发布之后", [s.date, s.event_on])) if {
	some s in input.media_platform.samples
	s.event_on > s.date
}

contradictions["问卷截止日期"] := found("warning", sprintf("满意度问卷%s截止，评价期间到%s才结束；此后的活动没有问到", [input.survey.closed_on, last])) if {
	input.survey.closed_on < last

	# rubric:ignore always-true: 有效填写人次总在1以上；写在这里，使核对结果列出满意度指标
	input.survey.valid > 0
}

contradictions["科技创新大赛"] := found("warning", sprintf("青少年科技创新大赛及成果展览%s开始，持续至%s，超出评价期间，计为%s次“科普日”活动", [
	input.stated.competition.from, input.stated.competition.to_month, rubric.exact(input.activities.science_day.competition),
])) if {
	input.stated.competition.to_month > substring(last, 0, 7)
	input.activities.science_day.competition > 0
}

letters := {
	"research_letter": "调研函", "site_visit": "实地调研", "draft_letter": "征求意见函",
	"comment_deadline": "反馈意见截止", "department_reply": "市科协回函", "final_reply": "评价机构回函",
}

# 函件往来应有的先后
order := [
	["research_letter", "site_visit"],
	["site_visit", "draft_letter"],
	["draft_letter", "department_reply"],
	["department_reply", "comment_deadline"],
	["department_reply", "final_reply"],
]

contradictions[sprintf("%s与%s", [letters[early], letters[late]])] := found("error", sprintf("%s（%s）晚于%s（%s）", [
	letters[early], input.stated.dates[early], letters[late], input.stated.dates[late],
])) if {
	some [early, late] in order
	input.stated.dates[early] > input.stated.dates[late]
}

contradictions["封面年月"] := found("warning", sprintf("报告封面写%s，但报告在%s的回函中才说明修改完毕", [month, input.stated.dates.final_reply])) if {
	month := input.stated.dates.report_month
	month < substring(input.stated.dates.final_reply, 0, 7)
}
