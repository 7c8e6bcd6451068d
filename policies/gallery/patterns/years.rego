# METADATA
# title: 近三年中有两年，不对称的档
# description: "近三年中至少两年执行率在97%至106%之间得满分，在92%至116%之间得一半，否则不得分。"
# custom:
#   interpretation: "各档含上下限。"
#   evidence: [相关资料]
package gallery.patterns.years

rates := [input.years.y1, input.years.y2, input.years.y3]

within(low, high) := count([r | some r in rates; r >= low; r <= high])

shown := concat("、", [concat("", [rubric.exact(r), "%"]) | some r in rates])

earned := {"share": 1, "reason": shown} if {
	within(97, 106) >= 2
} else := {"share": 0.5, "reason": concat("", ["近三年执行率", shown, "，得一半"])} if {
	within(92, 116) >= 2
} else := {"share": 0, "reason": concat("", ["近三年执行率", shown, "，不得分"])}
