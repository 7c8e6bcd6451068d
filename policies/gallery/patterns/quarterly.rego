# METADATA
# title: 每有一期未达标扣1/n
# description: "第一、二、三季度末支付进度分别达到25%、50%、75%，每有一个季度未达到扣权重分的1/3。"
# custom:
#   interpretation: "正好达到的不扣。"
#   evidence: [相关资料]
package gallery.patterns.quarterly

targets := {"q1": 25, "q2": 50, "q3": 75}

deductions[quarter] := {"share": "1/3", "reason": reason} if {
	some quarter, target in targets
	paid := input.quarterly[quarter]
	paid < target
	reason := sprintf("支付进度%s%%，未达到%s%%", [rubric.exact(paid), rubric.exact(target)])
}
