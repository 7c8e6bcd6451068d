package mapping_test

import (
	"errors"
	"strings"
	"testing"

	"rubric/engine/mapping"
	"rubric/engine/message"
)

// TestStatedUnits: 2,697,400 元 in the forms that exports state it; the fact is in
// 万元. A unit that amounts do not convert from is refused, and what is read
// although no unit stands anywhere is told.
func TestStatedUnits(t *testing.T) {
	const aMap = `tables:
  - header: 2
    rows: {column: 季度, names: {第一季度: q1}}
    facts: {/payments/*/paid: 支付数}
`
	for _, c := range []struct{ line, amount, want string }{
		{"单位：元", "2697400", "269.74"},
		{"单位：人民币元", "2697400", "269.74"},
		{"金额单位:人民币元", "2697400", "269.74"},
		{"币种：人民币 单位：圆", "2697400", "269.74"},
		{"计量单位： 元", "2697400", "269.74"},
		{"（单位：元）", "2697400", "269.74"},
		{"2023年支付进度表（元）", "2697400", "269.74"},
		{"支付进度（人民币千元）", "2697.4", "269.74"},
		{"单位：百万", "2.6974", "269.74"},
		{"单位：亿元", "0.026974", "269.74"},
		{"单位:人民币万元", "269.74", "269.74"},
		{"编制单位：市科协   单位：元", "2697400", "269.74"},
		{"单位：人民币（元）", "2697400", "269.74"},
		{"填报单位：元通公司", "269.74", "269.74, assumed"},
		{"单位：美元", "2697400", "mapping.other_dimension"},
		{"金额单位：吨", "2697400", "mapping.other_dimension"},
		{"编制单位：市科协", "269.74", "269.74, assumed"},
		{"2023年支付进度表", "269.74", "269.74, assumed"},
	} {
		in, err := taken(t, aMap, mapping.Input{Name: "支付.csv", Data: []byte(c.line + ",\n季度,支付数\n第一季度," + c.amount + "\n")})
		got, told := strings.CutPrefix(string(in.Draft.JSON()), `{"payments":{"q1":{"paid":`)
		got = strings.TrimSuffix(got, "}}}")
		var problems message.Problems
		if errors.As(err, &problems) || !told {
			got = ""
			for _, p := range problems {
				got += p.Message.ID
			}
		}
		if len(in.Assumed) > 0 {
			got += ", assumed"
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q (%v)", c.line, got, c.want, err)
		}
	}
}
