# METADATA
# title: 从维度的等次到指标的等次
# description: 指标一、指标三按最弱的维度评定，其他维度有更好的，加“+”；指标二按维度等次的组合查表。不适用的维度不计。资料不足（D*）的维度按D计；全部维度都资料不足的，指标评D*。
# custom:
#   interpretation: 维度都是A的评A；最弱的维度是A时没有“+”。
#   evidence:
#     - 各维度的评定结果
package fiscal_capacity.aggregation

# 查表评定的指标；其余按最弱的维度
by_table := {"reporting"}

# 一个指标下适用的维度的等次
marks[id] := [i.mark | some i in group.indicators; i.outcome != "not_applicable"] if {
	some id, group in input.groups
}

# 资料不足的按D计
counted[id] := [mark | some m in all; mark := as_counted(m)] if some id, all in marks

as_counted(mark) := "D" if mark == "D*"

as_counted(mark) := mark if mark != "D*"

# 全部资料不足
blank contains id if {
	some id, all in marks
	count(all) > 0
	every mark in all { mark == "D*" }
}

groups[id] := {"mark": "D*", "reason": "各维度都资料不足"} if some id in blank

groups[id] := {"mark": mark, "reason": reason} if {
	some id, all in counted
	count(all) > 0
	not id in blank
	not id in by_table
	weakest := max(all) # 字母越靠后等次越低
	mark := weakest_link(weakest, all)
	reason := sprintf("各维度为%s，最弱的是%s", [concat("、", marks[id]), weakest])
}

groups[id] := {"mark": table[key], "reason": reason} if {
	some id, all in counted
	count(all) > 0
	not id in blank
	id in by_table
	key := concat("", sort(all))
	reason := sprintf("各维度为%s，按组合%s查表", [concat("、", marks[id]), key])
}

weakest_link(weakest, all) := concat("", [weakest, "+"]) if {
	min(all) < weakest
} else := weakest

# 维度等次的组合（从好到差排列）对应的指标等次
table := {
	"A": "A", "B": "B", "C": "C", "D": "D",
	"AA": "A", "AB": "B+", "AC": "B", "AD": "C+", "BB": "B", "BC": "C+", "BD": "C", "CC": "C", "CD": "D+", "DD": "D",
	"AAA": "A", "AAB": "A", "AAC": "B+", "AAD": "B", "ABB": "B+", "ABC": "B", "ABD": "C+", "ACC": "C+", "ACD": "C+", "ADD": "C",
	"BBB": "B", "BBC": "B", "BBD": "C+", "BCC": "C+", "BCD": "C", "BDD": "D+",
	"CCC": "C", "CCD": "D+", "CDD": "D+", "DDD": "D",
}
