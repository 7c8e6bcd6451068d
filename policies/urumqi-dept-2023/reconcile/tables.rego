# METADATA
# title: 同一数字在两张表里
# description: 摘要的表与正文的表、历年对比表与各年明细表，同一项目的同一列应当一样。
# custom:
#   interpretation: 按项目名称对应；公用支出的对比含办公设备购置。
package urumqi_dept_2023.reconcile.tables

import rego.v1

import data.urumqi_dept_2023.reconcile.same_figure as figures

tables := input.tables

columns := {"initial": "年初预算数", "adjustment": "调整数", "adjusted": "调整后预算数", "executed": "执行数", "rate": "执行率"}

compared := {"adjusted": "调整后预算数", "executed": "执行数"}

years := {"y2021": "2021年", "y2022": "2022年", "y2023": "2023年"}

contradictions[sprintf("摘要表1·%s·%s", [row.item, column])] := found if {
	some row in tables.t1.rows
	some other in tables.t1_1.rows
	other.item == row.item
	some key, column in columns
	found := figures.differ(sprintf("%s的%s", [row.item, column]), row[key], "摘要表1", other[key], "表1-1")
}

contradictions[sprintf("摘要表2·%s·%s", [row.item, column])] := found if {
	some row in tables.t2.rows
	some other in tables.t1_2.rows
	other.item == row.item
	some key, column in columns
	found := figures.differ(sprintf("%s的%s", [row.item, column]), row[key], "摘要表2", other[key], "表1-2")
}

contradictions[sprintf("摘要表3·%s·%s", [row.item, key])] := found if {
	some row in tables.t3.rows
	some other in tables.t5_1.rows
	other.item == row.item
	some key in ["weight", "score", "rate"]
	found := figures.differ(sprintf("%s（%s）", [row.item, key]), row[key], "摘要表3", other[key], "表5-1")
}

# 各年的明细表
basic("y2021") := input.tables.t1_3.rows

basic("y2022") := input.tables.t1_5.rows

basic("y2023") := input.tables.t1_1.rows

project("y2021") := input.tables.t1_4.rows

project("y2022") := input.tables.t1_6.rows

project("y2023") := input.tables.t1_2.rows

details("basic", year) := basic(year)

details("project", year) := project(year)

# 有的行名后面带着括号里的说明
same_item(a, b) if {
	startswith(a, b)
	noted(substring(a, count(b), -1))
}

noted("")

noted(rest) if startswith(rest, "（该项目")

# 明细表的总计行，2022年项目支出写作“合计”
same_item("合计", "综合统计数据")

contradictions[sprintf("表1-9·%s·%s·%s", [year, row.item, column])] := found if {
	some y, year in years
	some row in tables.t1_9[y].rows
	some other in basic(y)
	same_item(other.item, row.item)
	some key, column in compared
	found := figures.differ(sprintf("%s%s的%s", [year, row.item, column]), row[key], "表1-9", other[key], "该年基本支出明细表")
}

contradictions[sprintf("表1-10·%s·%s·%s", [year, row.item, column])] := found if {
	some y, year in years
	some row in tables.t1_10[y].rows
	some other in project(y)
	same_item(other.item, row.item)
	some key, column in compared
	found := figures.differ(sprintf("%s%s的%s", [year, row.item, column]), row[key], "表1-10", other[key], "该年项目支出明细表")
}

# 表1-7的总计与正文
contradictions[sprintf("表1-7·%s·%s·%s", [year, name, column])] := found if {
	some section, name in {"total": "本年支出合计", "basic": "一、基本支出", "project": "二、项目支出"}
	some row in tables.t1_7.rows
	row.item == name
	some y, year in years
	some key, column in compared
	found := figures.differ(sprintf("%s%s的%s", [year, name, column]), row[key][y], "表1-7", input.overview[y][section][key], "一、部门基本情况（三）")
}

# 表1-7的人员经费与表1-8
contradictions[sprintf("表1-8·%s·%s", [year, column])] := found if {
	some row in tables.t1_7.rows
	row.item == "人员经费"
	some other in tables.t1_8.rows
	other.item == "人员经费合计"
	some y, year in years
	some key, column in compared
	found := figures.differ(sprintf("%s人员经费的%s", [year, column]), row[key][y], "表1-7", other[y][key], "表1-8")
}

equipment(rows, key) := sum([row[key] | some row in rows; row.item == "办公设备购置"])

# 表1-7的公用支出与表1-9
contradictions[sprintf("表1-7·公用支出·%s·%s", [year, column])] := found if {
	some row in tables.t1_7.rows
	row.item == "公用支出"
	some y, year in years
	rows := tables.t1_9[y].rows
	some other in rows
	other.item == "公用支出"
	some key, column in compared
	found := figures.differ(
		sprintf("%s公用支出（含办公设备购置）的%s", [year, column]),
		row[key][y], "表1-7", other[key] + equipment(rows, key), "表1-9",
	)
}

# 表1-8的两项与各年基本支出明细表
contradictions[sprintf("表1-8·%s·%s·%s", [year, pair.here, column])] := found if {
	some pair in [
		{"here": "工资福利支出", "there": "工资福利支出"},
		{"here": "对个人和家庭的补助", "there": "对个人和家庭的补助支出"},
	]
	some row in tables.t1_8.rows
	row.item == pair.here
	some y, year in years
	some other in basic(y)
	other.item == pair.there
	some key, column in compared
	found := figures.differ(sprintf("%s%s的%s", [year, pair.here, column]), row[y][key], "表1-8", other[key], "该年基本支出明细表")
}

# 各年明细表的总计与正文
contradictions[sprintf("明细表合计·%s·%s·%s", [year, name, column])] := found if {
	some section, name in {"basic": "基本支出", "project": "项目支出"}
	some y, year in years
	some row in details(section, y)
	row.item in ["合计", "综合统计数据"]
	some key, column in {"initial": "年初预算数", "adjusted": "调整后预算数", "executed": "执行数"}
	found := figures.differ(sprintf("%s%s的%s", [year, name, column]), row[key], "明细表合计", input.overview[y][section][key], "一、部门基本情况（三）")
}

# “三公”经费全是公务用车的，与基本支出明细表的公务用车运行维护费
contradictions[sprintf("公务用车·%s·%s", [year, column])] := found if {
	some y, year in years
	some row in basic(y)
	row.item == "公务用车运行维护费"
	some key, member in {"budget": "adjusted", "spent": "executed"}
	column := {"budget": "预算", "spent": "支出"}[key]
	detail := row[member]
	total := three_public(y, key)
	found := figures.differ(sprintf("%s公务用车的%s", [year, column]), total, "表1-11", detail, "该年基本支出明细表")
}

three_public("y2023", key) := input.three_public.current[key]

three_public("y2022", key) := input.three_public.previous[key]

three_public("y2021", key) := tables.t1_11.vehicles.y2021[key]
