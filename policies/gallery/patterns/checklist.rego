# METADATA
# title: 每缺一项扣1/n
# description: "①有管理办法；②有实施方案；③有验收记录。每缺少一项扣权重分的1/3。"
# custom:
#   evidence: [相关资料]
package gallery.patterns.checklist

points := {"rules": "①管理办法", "plan": "②实施方案", "acceptance": "③验收记录"}

deductions[label] := {"share": "1/3", "reason": concat("", ["缺少", label, "，扣权重的1/3"])} if {
	some key, label in points
	not input.checklist[key]
}
