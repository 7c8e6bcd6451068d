# METADATA
# title: 按矩阵查总评
# description: "相关性高的：效果高、效率高，评很满意；效果高、效率低，或效果中、效率高，评满意；效果中、效率低，评较不满意；效果低，评不满意。相关性低的，降一级。很满意得4分，满意得3分，较不满意得1分，不满意不得分。"
# custom:
#   interpretation: "矩阵逐格列出；不满意的不再降级。"
#   evidence: [相关资料]
package gallery.patterns.rating_matrix

# 相关性、效果、效率依次查到总评
matrix := {
	"高": {
		"高": {"高": "很满意", "低": "满意"},
		"中": {"高": "满意", "低": "较不满意"},
		"低": {"高": "不满意", "低": "不满意"},
	},
	"低": {
		"高": {"高": "满意", "低": "较不满意"},
		"中": {"高": "较不满意", "低": "不满意"},
		"低": {"高": "不满意", "低": "不满意"},
	},
}

# 总评得几分；满分与framework.yaml里的权重相同
points := {"很满意": 4, "满意": 3, "较不满意": 1, "不满意": 0}

rated := input.rating_matrix

rating := matrix[rated.relevance][rated.efficacy][rated.efficiency]

earned := {"points": points[rating], "reason": reason} if {
	reason := sprintf("相关性%s、效果%s、效率%s，总评%s，得%s分", [rated.relevance, rated.efficacy, rated.efficiency, rating, rubric.exact(points[rating])])
}
