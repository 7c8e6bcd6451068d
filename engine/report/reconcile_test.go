package report

import (
	"io"
	"strings"
	"testing"

	"rubric/engine"
	"rubric/engine/message"
	"rubric/engine/reconcile"
)

func reconciledSample() Reconciled {
	a := sample()
	return NewReconciled(a.Framework, a.Case, &reconcile.Result{Findings: a.Reconciliation, Open: []reconcile.Open{
		{Check: "rates", Title: "比率", Missing: []engine.Fact{{Pointer: "/rate", Label: "比率"}}}}})
}

func TestReconciliation(t *testing.T) {
	words := words(t, message.Chinese)
	const want = `科协2023年度
指标体系：demo，版本 1.2

勾稽核对：1 处矛盾，1 处存疑，0 处说明。

矛盾
  1、合计与明细不符
    相差 0.6667
    合计 10.0 万元（决算表，第2行）
    涉及指标：更新科普系列图书
    涉及指标：科普教育；采用另一数，规则得分由 0.00 变为 3.00，相差 3 分
    涉及指标：三公经费；采用另一数，规则得分仍是 1.00

存疑
  2、问卷截止得早

未能核对完的
  比率（rates）
    缺少事实：比率（/rate）
`
	if got := text(t, func(w io.Writer) error { return Reconciliation(w, reconciledSample(), words, 80) }); got != want {
		t.Errorf("got\n%s", got)
	}
	markdown := text(t, func(w io.Writer) error { return ReconciliationMarkdown(w, reconciledSample(), words) })
	for _, part := range []string{"## 科协2023年度\n", "### 矛盾\n\n- 1、合计与明细不符\n  - 相差 0.6667\n", "### 未能核对完的\n"} {
		if !strings.Contains(markdown, part) {
			t.Errorf("%q is not in\n%s", part, markdown)
		}
	}
	document := text(t, func(w io.Writer) error { return ReconciliationJSON(w, []Reconciled{reconciledSample()}, false) })
	for _, part := range []string{`"errors": 1,`, `"figures": [`, `"difference": "2/3"`, `"other_rule_score": "3.00"`, `"figures": [],`} {
		if !strings.Contains(document, part) {
			t.Errorf("%q is not in\n%s", part, document)
		}
	}
}
