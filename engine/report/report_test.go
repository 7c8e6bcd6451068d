package report

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"rubric/engine"
	"rubric/engine/message"
)

// text is what render writes.
func text(t *testing.T, render func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := render(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Whatever is rendered for a terminal keeps to its width, at any width and in
// both languages, and does not steer the terminal.
func TestWidth(t *testing.T) {
	long := sample()
	long.Case.Title = strings.Repeat("很长的名称", 40)
	long.Indicators[0].Title = strings.Repeat("（很长的）指标", 20)
	long.Indicators[0].Deductions[0].Item = strings.Repeat("长", 90)
	item := strings.Repeat("长", 90)
	long.Indicators[0].Ledger[1].Item = &item
	long.Indicators[3].MissingFact[0].Pointer = "/" + strings.Repeat("abcdefghij", 30)
	long.Indicators[1].Rule.Text = strings.Repeat("，", 300) + strings.Repeat("e\u0301👩‍👩‍👧🇨🇳", 60)
	for _, lang := range []message.Lang{message.Chinese, message.English} {
		for _, columns := range []int{60, 61, 80, 97, 200} {
			for _, a := range []*engine.Assessment{sample(), long} {
				out := text(t, func(w io.Writer) error { return Table(w, a, words(t, lang), columns) }) +
					text(t, func(w io.Writer) error { return Explain(w, a, nil, words(t, lang), columns) }) +
					text(t, func(w io.Writer) error { return Explain(w, a, []string{"plan"}, words(t, lang), columns) })
				checkLines(t, out, columns)
			}
		}
	}
}

func checkLines(t *testing.T, out string, columns int) {
	t.Helper()
	for _, line := range strings.Split(out, "\n") {
		if width(line) > columns {
			t.Errorf("%d columns where %d are allowed: %s", width(line), columns, line)
		}
		if line != strings.TrimRight(line, " ") || strings.ContainsAny(line, "\x1b\t\r") {
			t.Errorf("trailing space or control character: %q", line)
		}
	}
}

func TestTable(t *testing.T) {
	got := text(t, func(w io.Writer) error { return Table(w, sample(), words(t, message.Chinese), 80) })
	want := `科协2023年度
指标体系：demo，版本 1.2

指标                                                    权重  规则得分  最终得分
--------------------------------------------------------------------------------
投入管理  得分率 42.00%                                  8.5      3.07      3.57
  预算管理  得分率 42.00%                                8.5      3.07      3.57
    资金支付进度达标情况                                 3        2.00      2.50
      扣 1 分：第一季度末支付进度为18.53%，没有达到应有的25%，前三季度每季度末都
        要达到规定的支付进度，有一项未达到就扣权重分的1/3。
      评审定为 2.50 分（评审组）：专家认为第一季度有客观原因
    工作计划完整性                                       2.5      2.50      2.50
    “三公”经费控制有效性                                 3       -1.43     -1.43
      扣约 4.4286 分：超预算 [2J 很多 | 很多
      扣约 0.0012 分：零头
      扣完为止：超出权重的约 1.4286 分不再扣。
      本项不得分：虚报

履职效能                                                 6        待定      待定
  更新科普系列图书                                       2        待定      待定
    缺少事实：图书 › 购买册数（/books/bought）
    得分待定，可能在 0.00 至 2.00 之间。
  投入成本合理性                                         2        出错      1.86
    评分规则运行出错：除数为零（effect/broken.cel.yaml:7）
    评审定为 1.86 分：正文
  融媒体平台                                             2        2.00      2.00
    本项不适用：当年没有该项目
--------------------------------------------------------------------------------
合计                                                    14.5      待定      待定

总分和等级待定（满分 14.5），总分可能在 3.57 至 11.57 之间。

勾稽核对：1 处矛盾，1 处存疑；详见 rubric reconcile。

规则得分：完全按评分规则算出。最终得分：有专家评审的取评审分，否则即规则得分。
待定：缺少事实或评分规则出错，分数尚不能确定；补齐事实、改正规则后重新评价即可。
出错：评分规则本身有问题，请把所示文件和行号告诉规则的编写人。
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// The item is not said twice.
func TestItemInReason(t *testing.T) {
	w := words(t, message.Chinese)
	for want, d := range map[string]engine.Deduction{
		"扣 1 分：①合同：不符":    {Item: "①合同", Points: "1", Reason: "①合同：不符"},
		"扣 1 分（①合同）：合同不符": {Item: "①合同", Points: "1", Reason: "合同不符"},
		"扣 1 分：不符":        {Points: "1", Reason: "不符"},
	} {
		if got := w.lost(d); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// A settled total has its grade and the rule-only total beside it, and no word
// about what is open.
func TestVerdict(t *testing.T) {
	a := sample()
	a.Indicators, a.Groups = a.Indicators[:2], a.Groups[:1]
	a.Total = engine.Total{Weight: "100", RuleScore: ptr("83.73"), Score: ptr("81.14"), Grade: ptr("良")}
	for lang, want := range map[message.Lang]string{
		message.Chinese: "总分：81.14（满分 100），等级：良；仅按规则得分：83.73。\n",
		message.English: "Total: 81.14 of 100; grade: 良; by the rules alone: 83.73.\n",
	} {
		got := text(t, func(w io.Writer) error { return Table(w, a, words(t, lang), 80) })
		if !strings.Contains(got, want) || strings.Contains(got, "待定") || strings.Contains(got, "open") {
			t.Errorf("%s: %s", lang, got)
		}
	}
}

func TestExplain(t *testing.T) {
	got := text(t, func(w io.Writer) error {
		return Explain(w, sample(), []string{"payment"}, words(t, message.Chinese), 80)
	})
	want := `科协2023年度
指标体系：demo，版本 1.2

--------------------------------------------------------------------------------
资金支付进度达标情况 (payment)
权重 3，规则得分 2.00，最终得分 2.50。有扣分。

评价标准  前三季度每季度末资金支付进度分别达到25%、50%和75%，得满分；有一项未达
          到，扣权重分1/3，扣完为止。
指标解释  按季度末累计数
佐证资料  决算表；支付明细
评分规则  input/payment.rego

得分台账
  权重               3
  扣分（第一季度）  -1
  规则得分           2.00
  专家评审           2.50
  最终得分           2.50

扣分 1（第一季度）：扣 1 分，为权重的 1/3
  理由：第一季度末支付进度为18.53%，没有达到应有的25%，前三季度每季度末都要达到
        规定的支付进度，有一项未达到就扣权重分的1/3。
  规则位置：input/payment.rego:12
  依据的事实：
    资金支付 › 第一季度末 › 支付金额：269.640 万元（计入扣分或理由）
      /payments/q1/paid，来源：2023年部门决算表，第3页
    项目：共 0 项（整个列表）
      /projects，来源：未注明
    说明：未填（选填项）
      /note
    备注：“”（判断条件）
      /remark，来源：未注明

专家评审：定为 2.50 分（评审组）
  理由：专家认为第一季度有客观原因
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Each kind of indicator is explained by the sentences that belong to it.
func TestExplainKinds(t *testing.T) {
	for id, want := range map[string][]string{
		"plan":   {"满分，没有扣分。", "按上述评价标准核对，没有发现扣分情形。"},
		"spread": {"封底（扣完为止）    10/7   （约 1.4286）\n", "四舍五入          -1/700   （约 -0.0014）\n", "扣 15/12370 分（约 0.0012），为权重的 5/1237", "本项不得分\n  理由：虚报"},
		"books":  {"权重 2，得分待定，可能在 0.00 至 2.00 之间。缺少事实。\n", "图书 › 购买册数\n      /books/bought"},
		"broken": {"评分规则运行出错\n  理由：除数为零\n  规则位置：effect/broken.cel.yaml:7", "专家评审：定为 1.86 分\n  理由：正文"},
		"none":   {"本项不适用\n  理由：当年没有该项目"},
	} {
		got := text(t, func(w io.Writer) error {
			return Explain(w, sample(), []string{id}, words(t, message.Chinese), 80)
		})
		for _, part := range want {
			if !strings.Contains(got, part) {
				t.Errorf("%s: %q is not in\n%s", id, part, got)
			}
		}
	}
}

// Of a whole case, an indicator with full marks is told in a line.
func TestExplainAll(t *testing.T) {
	got := text(t, func(w io.Writer) error { return Explain(w, sample(), nil, words(t, message.Chinese), 80) })
	want := "工作计划完整性 (plan)\n权重 2.5，规则得分 2.50，最终得分 2.50。满分，没有扣分。\n\n---"
	if !strings.Contains(got, want) {
		t.Error(got)
	}
}

// Texts of the case cannot break a table or become Markdown of their own.
func TestMarkdown(t *testing.T) {
	a := sample()
	a.Indicators[1].Title = "a|b\n# *c* <b> `d`"
	got := text(t, func(w io.Writer) error { return Markdown(w, a, words(t, message.Chinese)) })
	for _, part := range []string{
		"| **投入管理** 得分率 42.00% | **8.5** | **3.07** | **3.57** |\n",
		"| 　　a\\|b \\# \\*c\\* \\<b\\> \\`d\\` | 2.5 | 2.50 | 2.50 |\n",
		"| “三公”经费控制有效性 | 扣约 4.4286 分：超预算 \\[2J 很多 \\| 很多 |\n",
		"| **合计** | **14.5** | **待定** | **待定** |\n",
	} {
		if !strings.Contains(got, part) {
			t.Errorf("%q is not in\n%s", part, got)
		}
	}
	explained := text(t, func(w io.Writer) error {
		return ExplainMarkdown(w, sample(), []string{"payment", "books"}, words(t, message.Chinese))
	})
	for _, part := range []string{
		"### 资金支付进度达标情况 (`payment`)\n",
		"| 扣分（第一季度） | -1 |\n",
		"| 资金支付 › 第一季度末 › 支付金额 | 269.640 万元 | 计入扣分或理由 | `/payments/q1/paid` | 2023年部门决算表，第3页 |\n",
		"- 图书 › 购买册数 `/books/bought`\n",
	} {
		if !strings.Contains(explained, part) {
			t.Errorf("%q is not in\n%s", part, explained)
		}
	}
	if strings.Contains(got+explained, "\n\n\n") {
		t.Error("two empty lines")
	}
}

// The JSON is what the published schema says, keeps digits and empty texts,
// and escapes nothing for HTML.
func TestJSON(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../assessment.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	a := sample()
	a.Case.Title = "A&B <科协>"
	got := text(t, func(w io.Writer) error { return JSON(w, a) })
	validate(t, schema, got)
	for _, part := range []string{`"value": 269.640,`, `"value": "",`, `"count": 0,`, `"title": "A&B <科协>"`, `"missing": []`} {
		if !strings.Contains(got, part) {
			t.Errorf("%s is not in\n%s", part, got)
		}
	}
	if !strings.HasPrefix(got, "{\n  \"schema\"") || !strings.HasSuffix(got, "\n}\n") {
		t.Error("not indented by two, or no newline at the end")
	}
}

func validate(t *testing.T, schema *jsonschema.Schema, document string) {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(value); err != nil {
		t.Errorf("%v\n%s", err, document)
	}
}

// The schema lets nothing through that the contract does not have.
func TestSchemaIsStrict(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../assessment.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	good := text(t, func(w io.Writer) error { return JSON(w, sample()) })
	for _, change := range [][2]string{
		{`"mark": null,`, ``},
		{`"mark": null,`, `"mark": null, "extra": 1,`},
		{`"rule_score": "3.07"`, `"rule_score": 3.07`},
		{`"outcome": "full"`, `"outcome": "fine"`},
		{`"value": 269.640,`, ``},
		{`"count": 0,`, `"value": 0,`},
		{`"pointer": "/note"`, `"pointer": ""`},
		{`"points": "31/7"`, `"points": "31/0"`},
		{`"review_digest": "sha256:`, `"review_digest": "md5:`},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if bad == good {
			t.Fatalf("%s is not in the document", change[0])
		}
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(bad))
		if err != nil {
			t.Fatal(err)
		}
		if schema.Validate(value) == nil {
			t.Errorf("%s instead of %s is let through", change[1], change[0])
		}
	}
}

func TestIndicatorsJSON(t *testing.T) {
	count := func(document string) int {
		var list []json.RawMessage
		if json.Unmarshal([]byte(document), &list) != nil {
			return -1
		}
		return len(list)
	}
	one := text(t, func(w io.Writer) error { return IndicatorsJSON(w, sample(), []string{"plan"}) })
	two := text(t, func(w io.Writer) error { return IndicatorsJSON(w, sample(), []string{"none", "plan"}) })
	all := text(t, func(w io.Writer) error { return JSONArray(w, []*engine.Assessment{sample(), sample(), sample()}) })
	if count(one) != -1 || !strings.Contains(one, `"id": "plan"`) || count(two) != 2 || count(all) != 3 {
		t.Error(one, two, all)
	}
	if strings.Index(two, `"plan"`) > strings.Index(two, `"none"`) {
		t.Error("not in the framework's order")
	}
}
