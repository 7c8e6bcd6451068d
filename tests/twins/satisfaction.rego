# METADATA
# title: 参与科普活动人员满意度
# description: 各类科普活动开展满意度抽样调查不得低于90%，高于90%得满分，低于90%不得分。
# custom:
#   interpretation: 考察群众对于各项科普活动的满意度。满意度=（非常满意人次+满意人次）/有效填写人次×100%；正好90%不低于90%，得满分。
#   evidence:
#     - 满意度调查问卷
package urumqi_dept_2023.satisfaction.satisfaction_survey.satisfaction

import rego.v1

satisfied := input.survey.answers.very_satisfied + input.survey.answers.satisfied

rate := satisfied / input.survey.valid

figures := sprintf("有效填写%s人次，其中非常满意和满意%s人次，满意度%s", [
	rubric.exact(input.survey.valid),
	rubric.exact(satisfied),
	rubric.percent(rate, 2),
])

earned := {"share": 1, "reason": concat("", [figures, "，达到90%，得满分"])} if rate >= 0.9

else := {"share": 0, "reason": concat("", [figures, "，低于90%，不得分"])}
