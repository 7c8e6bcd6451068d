# METADATA
# title: 比率与增长率
# description: 正文和表中的比率、完成率、增长率，按印出的原数重新计算，四舍五入到同样的位数，应当一样。
package urumqi_dept_2023.reconcile.rates

import rego.v1

import data.urumqi_dept_2023.reconcile.same_figure as figures

# 印出的百分比与按原数重新计算、四舍五入到同样位数的不一样，就是矛盾
rate_differs(name, printed, part, whole, digits) := {
	"severity": "error",
	"message": sprintf("%s：印为%s%%，按%s/%s计算是%s", [name, rubric.exact(printed), rubric.exact(part), rubric.exact(whole), rubric.percent(part / whole, digits)]),
	"figures": [printed, rubric.round((part / whole) * 100, digits)],
} if {
	rubric.round((part / whole) * 100, digits) != printed
}

contradictions["预算调整数合计"] := found if {
	total := sum([a.amount | some a in input.budget.adjustments])
	found := figures.differ("年中调增数合计", input.stated.adjustment.total, "六、绩效分析（一）2（2）", total, "各笔相加")
}

contradictions["预算调整率"] := found if {
	found := rate_differs("预算调整率", input.stated.adjustment.rate, input.stated.adjustment.total, input.budget.approved.total, 2)
}

contradictions["预算执行率"] := found if {
	found := rate_differs("预算执行率", input.stated.execution_rate, input.budget.executed.total, input.budget.annual.total, 2)
}

contradictions[sprintf("%s末支付进度", [name])] := found if {
	some key, name in {"q1": "第一季度", "q2": "第二季度", "q3": "第三季度", "q4": "第四季度"}
	found := rate_differs(sprintf("%s末支付进度（表6-1）", [name]), input.tables.t6_1[key].share, input.tables.t6_1[key].paid, input.budget.annual.total, 2)
}

contradictions["绩效跟踪覆盖率"] := found if {
	found := rate_differs("绩效跟踪覆盖率", input.stated.tracking_rate, input.performance.tracking.covered, input.performance.tracking.adjusted_budget, 2)
}

contradictions["绩效评价覆盖率"] := found if {
	found := rate_differs("绩效评价覆盖率", input.stated.evaluation_rate, input.performance.evaluation.covered, input.performance.evaluation.budget, 2)
}

contradictions["固定资产利用率"] := found if {
	found := rate_differs("固定资产利用率", input.stated.asset_utilization, input.assets.fixed.in_use, input.assets.fixed.total, 2)
}

contradictions["在职人员控制率的编制数"] := found if {
	e := input.staffing.establishment
	total := (e.administrative + e.service_center) + e.museum
	found := figures.differ("编制数", input.stated.staffing.establishment, "算式中", total, "三项编制相加")
}

# 各项产出的实际完成数
done("edu_bases") := input.activities.edu_bases

done("enterprise_associations") := input.activities.enterprise_associations

done("three_entries") := input.activities.three_entries

done("lecture") := input.activities.lectures

done("books") := input.books.purchased

done("science_day") := science_days

done("museum") := input.activities.museum.online + input.activities.museum.offline

done("three_entries_participants") := input.activities.three_entries_participants

done("museum_visitors") := input.activities.museum_visitors

science_days := (day.main + day.associations) + day.competition if day := input.activities.science_day

names := {
	"edu_bases": "创建科普教育基地", "enterprise_associations": "成立企业科协", "three_entries": "三进科普活动",
	"lecture": "开展科普讲座", "books": "更新科普系列图书", "science_day": "举办全国“科普日”活动",
	"museum": "科技馆开展科普活动", "three_entries_participants": "三进科普活动参与人数", "museum_visitors": "科技馆年参观人数",
}

contradictions[sprintf("%s完成率", [name])] := found if {
	some key, name in names
	stated := input.stated.completion[key]
	found := rate_differs(sprintf("%s完成率", [name]), stated.rate, done(key), stated.planned, 2)
}

contradictions["“科普日”活动次数"] := found if {
	found := figures.differ("共开展“科普日”活动次数", input.stated.science_day_total, "正文", science_days, "各项相加")
}

contradictions["满意度"] := found if {
	answers := input.survey.answers
	found := rate_differs("满意度（非常满意和满意）", input.stated.satisfaction, answers.very_satisfied + answers.satisfied, input.survey.valid, 2)
}

contradictions["年均增长率的年数"] := found if {
	l := input.literacy
	found := figures.differ(
		sprintf("%s年至%s年的年数", [rubric.exact(l.base_year), rubric.exact(l.end_year)]),
		l.years, "六、绩效分析（三）1（1）", l.end_year - l.base_year, "两个年份相减",
	)
}

contradictions["公民具备科学素质比例年均增长率"] := {
	"severity": "error",
	"message": sprintf("年均增长率：印为%s%%，由%s%%到%s%%按%s年计算是%s%%", [
		rubric.exact(printed), rubric.exact(l.base_rate), rubric.exact(l.end_rate), rubric.exact(l.years), rubric.exact(growth),
	]),
	"figures": [printed, growth],
} if {
	l := input.literacy
	printed := input.stated.literacy_growth
	growth := rubric.growth_rate(l.base_rate, l.end_rate, l.years, 4) * 100
	growth != printed
}
