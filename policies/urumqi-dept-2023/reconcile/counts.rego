# METADATA
# title: 数目与名单
# description: 正文所说的个数，应当与列出的名单、与别处所说的个数一样；各指标得分之和应当等于分类得分。
package urumqi_dept_2023.reconcile.counts

import rego.v1

import data.urumqi_dept_2023.reconcile.same_figure as figures

contradictions["内设科室"] := found if {
	o := input.stated.organisation
	found := figures.differ("内设科室数", o.departments_stated, "正文", count(o.departments), "名单")
}

contradictions["下属事业单位"] := found if {
	o := input.stated.organisation
	found := figures.differ("下属事业单位数", o.subordinates_stated, "正文", count(o.subordinates), "名单")
}

contradictions["决算编制范围"] := found if {
	o := input.stated.organisation
	found := figures.differ("纳入部门决算编制范围的机构数", o.units_stated, "正文", 1 + count(o.subordinates), "本级加下属单位")
}

contradictions["项目数"] := object.union(found, {"severity": "warning"}) if {
	found := figures.differ("2023年项目数", input.performance.project_count, "决算表（六、绩效分析（一）3（1））", input.performance.self_evaluation.projects, "自评报告（六、绩效分析（一）3（3））")
}

contradictions["项目支出明细表的项目数"] := object.union(found, {"severity": "warning"}) if {
	listed := count([row | some row in input.tables.t1_2.rows; row.item != "综合统计数据"])
	found := figures.differ("2023年项目数", input.performance.project_count, "决算表（六、绩效分析（一）3（1））", listed, "表1-2所列")
}

# 专项资金按元写，表1-2按万元列
contradictions[sprintf("专项资金·%s", [project.name])] := found if {
	some project in input.performance.projects
	some row in input.tables.t1_2.rows
	row.item == project.name
	found := figures.differ(sprintf("%s的资金（万元）", [project.name]), project.funds / 10000, "正文", row.adjusted, "表1-2")
}

contradictions[sprintf("%s得分合计", [row.item])] := found if {
	some row in input.tables.t5_1.rows
	row.item != "合计"
	total := sum([s.score | some s in input.tables.scores.rows; s.group == row.item])
	found := figures.differ(sprintf("%s得分", [row.item]), row.score, "表5-1", total, "各指标相加")
}

contradictions[sprintf("%s分值合计", [row.item])] := found if {
	some row in input.tables.t5_1.rows
	row.item != "合计"
	total := sum([s.weight | some s in input.tables.scores.rows; s.group == row.item])
	found := figures.differ(sprintf("%s分值", [row.item]), row.weight, "表5-1", total, "各指标相加")
}

contradictions["总得分"] := found if {
	some row in input.tables.t5_1.rows
	row.item == "合计"
	found := figures.differ("总得分", input.stated.total_score, "五、评价结论（一）", row.score, "表5-1")
}
