# METADATA
# title: 内控管理制度执行有效性
# description: ①合同内容合法合规、要素齐全；合同条款得到有效履行；②资金拨付有完整的审批程序和手续，不存在截留、挤占、挪用、虚列支出等情况；③会议费、差旅费、办公费、餐费、培训费等均在标准之内，不存在超标支出的情况；④档案管理按照乌鲁木齐市科协《档案管理制度》有效执行。以上出现一项不合规情况，扣权重分25%，扣完为止。
# custom:
#   interpretation: 考察乌鲁木齐市科协相关内控管理制度是否得到有效执行：其中部门（单位）收入管理考察行政事业性收费、八项收入等是否及时、足额上缴；合同管理考察签订合同的格式、内容是否合法合规，符合本部门利益，对合同履行是否有效监控等；财务管理考察项目资金使用是否符合相关法律法规、制度和规定，资金的拨付是否有完整的审批程序和手续，是否符合部门预算批复的用途，是否存在截留、挤占、挪用、虚列支出等情况；档案管理考察档案是否按照制度要求归档。综合评分表中本指标名作“内控管理制度有效性”。同一项下有多处不合规，只扣一次。
#   evidence:
#     - 相关①②③④制度文件
#     - 2023年签订的所有合同
#     - 2023年资金拨付相关文件
#     - 2023年相关会议费、差旅费、办公费、餐费、培训费支出凭证
#     - 相关管理办法
package urumqi_dept_2023.input.internal_control.internal_control_effectiveness

import rego.v1

# 每一点不符扣权重的比例
share := 0.25

points := {
	"contracts": "①合同合法合规、要素齐全并有效履行",
	"payments": "②资金拨付审批完整，无截留、挤占、挪用、虚列支出",
	"expense_standards": "③会议费、差旅费等均在标准之内",
	"archives": "④档案管理按制度有效执行",
}

deductions[point] := {"share": share, "reason": reason} if {
	some key, point in points
	input.internal_control.execution[key] == false
	reason := sprintf("%s：不合规，扣权重的%s", [point, rubric.percent(share, 0)])
}
