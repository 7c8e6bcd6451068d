# METADATA
# title: 在限额以内，除外的不计
# description: "预算调整率在10%以内得满分，大于或等于10%不得分（落实国家政策产生的调整除外）。"
# custom:
#   evidence: [相关资料]
package gallery.patterns.exempted

adjusted := sum([c.amount | some c in input.exempted.changes; not c.policy])

deductions["调整率"] := {"share": 1, "reason": reason} if {
	adjusted / input.exempted.approved >= 0.1
	reason := sprintf("调整%s万元，年初预算%s万元，调整率%s，不得分", [rubric.exact(adjusted), rubric.exact(input.exempted.approved), rubric.percent(adjusted / input.exempted.approved, 2)])
}
