# 勾稽核对共用的写法
package urumqi_dept_2023.lib.figures

import rego.v1

# 同一数字印在两处：两处不一样，就是矛盾
differ(name, a, a_place, b, b_place) := {
	"severity": "error",
	"message": sprintf("%s：%s为%s，%s为%s", [name, a_place, rubric.exact(a), b_place, rubric.exact(b)]),
	"figures": [a, b],
} if {
	a != b
}

# 印出的百分比与按原数重新计算、四舍五入到同样位数的不一样，就是矛盾
rate_differs(name, printed, part, whole, digits) := {
	"severity": "error",
	"message": sprintf("%s：印为%s%%，按%s/%s计算是%s", [name, rubric.exact(printed), rubric.exact(part), rubric.exact(whole), rubric.percent(part / whole, digits)]),
	"figures": [printed, rubric.round((part / whole) * 100, digits)],
} if {
	rubric.round((part / whole) * 100, digits) != printed
}
