package panel

import "testing"

// Comments stay with what they are about; those about what is gone go with it.
func TestCommentsStay(t *testing.T) {
	const before = `# 专家组评分
# 2024-07-01 汇总

experts:
  - {id: zhang, name: 张三} # 组长
  # 外聘
  - {id: li, name: 李四}
  - {id: wang, name: 王五} # 已退出
marks:
  # 争议较大
  disclosure:
    reason: 已整改 # 见会议记录
    ballots:
      zhang: {score: 1.50} # 电话补报
      li: {score: 2}
  # 以下照规则得分
  final_accounts:
    ballots:
      zhang: {score: 2.00}
`
	p, err := Parse("panel.yaml", []byte(before))
	if err != nil {
		t.Fatal(err)
	}
	same, err := p.YAML([]byte(before))
	if err != nil {
		t.Fatal(err)
	}
	if string(same) != before {
		t.Errorf("unchanged, it is\n%s", same)
	}
	changed, err := Parse("panel.yaml", []byte(`
experts: [{id: zhang, name: 张三}, {id: li, name: 李四}, {id: zhao, name: 赵六}]
marks:
  final_accounts: {ballots: {zhang: {score: 2}, zhao: {score: 1}}}
  disclosure: {reason: 已整改, ballots: {zhang: {score: 1.8}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	got, err := changed.YAML([]byte(before))
	if err != nil {
		t.Fatal(err)
	}
	const want = `# 专家组评分
# 2024-07-01 汇总

experts:
  - {id: zhang, name: 张三} # 组长
  # 外聘
  - {id: li, name: 李四}
  - {id: zhao, name: 赵六}
marks:
  # 以下照规则得分
  final_accounts:
    ballots:
      zhang: {score: 2.00}
      zhao: {score: 1}
  # 争议较大
  disclosure:
    reason: 已整改 # 见会议记录
    ballots:
      zhang: {score: 1.8} # 电话补报
`
	if string(got) != want {
		t.Errorf("got\n%s", got)
	}
	if _, err := changed.YAML([]byte("experts: [")); err != nil {
		t.Error(err)
	}
	if empty, err := p.YAML(nil); err != nil || len(empty) == 0 {
		t.Error(err)
	}
}
