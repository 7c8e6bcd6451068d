# METADATA
# title: 部门结转结余资金管理规范性
# description: 结转结余资金符合管理要求，且按时上缴、合理及时使用，得满分，存在一项不符合要求的，扣权重分10%，低于60%，不得分。
# custom:
#   interpretation: 考察是否严格执行结转结余资金管理的相关要求。逐笔结转结余资金看三项要求，每有一项不符合扣10%；“低于60%”指扣后所剩的权重低于60%，即不符合多于四项，正好剩60%不止扣；没有结转结余资金得满分。
#   evidence:
#     - 财政相关批复文件
package urumqi_dept_2023.input.carryover.carryover

import rego.v1

# 每一项不符合扣权重的比例
share := 0.1

# 扣后所剩低于这个数不得分
lowest := 0.6

checks := {
	"compliant": "符合管理要求",
	"remitted": "按时上缴",
	"used": "合理及时使用",
}

deductions[item] := {"share": share, "reason": reason} if {
	some fund in input.carryover.items
	some key, check in checks
	fund[key] == false
	item := sprintf("%s：%s", [fund.name, check])
	reason := sprintf("“%s”不符合，扣权重的%s", [item, rubric.percent(share, 0)])
}

cutoff := {"reason": reason} if {
	unmet := count([key | some fund in input.carryover.items; some key, _ in checks; fund[key] == false])
	left := 1 - (share * unmet)
	left < lowest
	reason := sprintf("%d项不符合，所剩低于权重的%s，不得分", [unmet, rubric.percent(lowest, 0)])
}
