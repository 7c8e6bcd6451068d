# METADATA
# title: 购置图书验收合格率
# description: 验收结果为全部合格，否则不得分。
# custom:
#   interpretation: 考察是否严格按照2023年工作计划按时，按国家、省、市制度规定完成图书更新。每批图书的验收合格本数都等于采购本数，即为全部合格；任何一批不等，不得分。
#   evidence:
#     - 图书验收报告
package urumqi_dept_2023.output.quality.book_acceptance

import rego.v1

lots := {
	"industrial_workers": "产业工人科普读物",
	"farmers": "农牧民科普读物",
	"elderly": "老年人科普读物",
}

deductions[name] := {"share": 1, "reason": reason} if {
	some key, name in lots
	lot := input.books.lots[key]
	lot.accepted != lot.delivered
	reason := sprintf("%s采购%d本，验收合格%d本，两数不等，不是全部合格，不得分", [name, lot.delivered, lot.accepted])
}
