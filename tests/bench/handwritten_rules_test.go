package bench_test

import (
	"fmt"
	"math"
	"strconv"
)

// The 39 shipped rules as plain Go over structs and float64: what a program
// costs that is written for one framework, says nothing of the facts behind a
// deduction, and rounds where binary fractions do.

// verdict is an indicator's score and what was lost.
type verdict struct {
	id    string
	score float64
	lost  []loss
}

type loss struct{ item, reason string }

// sheet gathers the verdicts of one department.
type sheet []verdict

func score(d *department) sheet {
	s := make(sheet, 0, 39)
	s.duties(d)
	s.budget(d)
	s.performance(d)
	s.internal(d)
	s.assets(d)
	s.output(d)
	s.benefit(d)
	return s
}

func (s sheet) total() float64 {
	sum := 0.0
	for _, v := range s {
		sum += v.score
	}
	return math.Round(sum*100) / 100
}

func (s *sheet) add(id string, points float64, lost ...loss) {
	*s = append(*s, verdict{id, math.Round(max(0, points)*100) / 100, lost})
}

// point is one thing to be checked.
type point struct {
	name string
	met  bool
}

// checklist takes a share of the weight for each point that is not met.
func (s *sheet) checklist(id string, weight, share float64, format, said string, points ...point) {
	var lost []loss
	for _, p := range points {
		if !p.met {
			lost = append(lost, loss{p.name, fmt.Sprintf(format, p.name, said)})
		}
	}
	s.add(id, weight-weight*share*float64(len(lost)), lost...)
}

func exactly(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

func percent(x float64) string { return strconv.FormatFloat(100*x, 'f', 2, 64) + "%" }

const third = 1.0 / 3

func (s *sheet) duties(d *department) {
	c, r := d.WorkPlan.Completeness, d.WorkPlan.Reasonableness
	s.checklist("plan_completeness", 3, third, "%s：不符，扣权重的%s", "1/3",
		point{"①涵盖国家、市委、区委有关规划和纲要", c.Outline}, point{"②涵盖部门制定的中长期实施规划", c.Midterm},
		point{"③涵盖市科协应履行的职责", c.Duties})
	s.checklist("plan_reasonableness", 3, third, "%s：不符，扣权重的%s", "1/3", reasonPoints(r)...)
	e := d.Staffing.Establishment
	establishment := e.Administrative + e.ServiceCenter + e.Museum
	if rate := d.Staffing.InPost / establishment; rate > 0.5 && rate < 1 {
		s.add("staffing_control_rate", 2)
	} else {
		s.add("staffing_control_rate", 0, loss{"", fmt.Sprintf("在职%s人，编制%s人，在职人员控制率%s，不在50%%至100%%之间（两端都不含），不得分",
			exactly(d.Staffing.InPost), exactly(establishment), percent(rate))})
	}
}

func reasonPoints(r planReasons) []point {
	return []point{{"①符合国家、自治区、市委有关规划和纲要", r.Outline}, {"②符合部门“三定”方案确定的职责", r.Duties},
		{"③符合部门制定的中长期实施规划", r.Midterm}}
}

func (s *sheet) budget(d *department) {
	p := d.Budget.Preparation
	s.checklist("budget_preparation", 2, 0.1, "%s：不符合，扣权重的%s", "10%",
		point{"符合乌鲁木齐市本级预算编制要求", p.Requirements}, point{"具有细化的数量和单价", p.Itemised}, point{"依据充分", p.Founded})
	s.adjustment(d)
	s.progress(d)
	s.execution(d)
	s.threePublic(d)
}

func (s *sheet) adjustment(d *department) {
	adjusted := 0.0
	for _, a := range d.Budget.Adjustments {
		if a.Exemption == "无" {
			adjusted += a.Amount
		}
	}
	approved := d.Budget.Approved.Total
	if adjusted/approved < 0.1 {
		s.add("budget_adjustment", 3)
		return
	}
	s.add("budget_adjustment", 0, loss{"预算调整率", fmt.Sprintf("预算调整%s万元，年初预算批复%s万元，预算调整率%s/%s=%s，大于或等于10%%，不得分",
		exactly(adjusted), exactly(approved), exactly(adjusted), exactly(approved), percent(adjusted/approved))})
}

func (s *sheet) progress(d *department) {
	total := d.Budget.Annual.Total
	var lost []loss
	for _, q := range []struct {
		key, name string
		target    float64
	}{{"q1", "第一季度", 0.25}, {"q2", "第二季度", 0.5}, {"q3", "第三季度", 0.75}} {
		if paid := d.Payments[q.key].Paid; paid/total < q.target {
			lost = append(lost, loss{q.name, fmt.Sprintf("%s末支付进度%s（%s/%s），未达到%.0f%%，扣权重的1/3",
				q.name, percent(paid/total), exactly(paid), exactly(total), 100*q.target)})
		}
	}
	s.add("payment_progress", 3-3*third*float64(len(lost)), lost...)
}

func (s *sheet) execution(d *department) {
	executed, annual := d.Budget.Executed.Total, d.Budget.Annual.Total
	rate := executed / annual
	for _, b := range []struct {
		from, share float64
		said        string
	}{{0.95, 1, ""}, {0.8, 0.9, "在80%（含）至95%之间，得权重的90%"}, {0.75, 0.7, "在75%（含）至80%之间，得权重的70%"},
		{0.7, 0.5, "在70%（含）至75%之间，得权重的50%"}, {math.Inf(-1), 0, "低于70%，不得分"}} {
		switch {
		case rate < b.from:
			continue
		case b.share == 1:
			s.add("budget_execution_rate", 3)
		default:
			s.add("budget_execution_rate", 3*b.share, loss{"", fmt.Sprintf("执行数%s万元，调整后预算数%s万元，预算执行率%s，%s",
				exactly(executed), exactly(annual), percent(rate), b.said)})
		}
		return
	}
}

func (s *sheet) threePublic(d *department) {
	current, previous := d.ThreePublic["current"], d.ThreePublic["previous"]
	var lost []loss
	if current.Spent > current.Budget {
		lost = append(lost, loss{"执行数不超过预算数", fmt.Sprintf("“三公”经费执行数%s万元，大于预算数%s万元，不得分", exactly(current.Spent), exactly(current.Budget))})
	}
	if current.Budget > previous.Budget {
		lost = append(lost, loss{"预算数不超过上年预算数", fmt.Sprintf("“三公”经费预算数%s万元，大于上年预算数%s万元，不得分", exactly(current.Budget), exactly(previous.Budget))})
	}
	s.add("three_public_expenses", 3-3*float64(len(lost)), lost...)
}

func (s *sheet) performance(d *department) {
	p := d.Performance
	var lost []loss
	for _, project := range p.Projects {
		if project.GoalDeclared {
			continue
		}
		name := project.ID
		if project.Name != nil {
			name = *project.Name
		}
		lost = append(lost, loss{project.ID, fmt.Sprintf("项目“%s”未申报绩效目标，扣权重的10%%", name)})
	}
	left := 3 - 0.3*float64(len(lost))
	if declared := len(p.Projects) - len(lost); float64(declared) < 0.6*float64(len(p.Projects)) {
		left = 0
	}
	s.add("goal_declaration_coverage", left, lost...)
	s.coverage("performance_tracking_coverage", p.Tracking.Covered, p.Tracking.Adjusted, 0.85, 0.75, "跟踪覆盖资金%s万元，调整后预算数%s万元，绩效跟踪覆盖率%s，低于85%%，每低1个百分点扣权重的1%%，共扣%s")
	s.coverage("evaluation_coverage", p.Evaluation.Covered, p.Evaluation.Budget, 0.55, 0.4, "评价覆盖资金%s万元，调整后预算数%s万元，绩效评价覆盖率%s，低于55%%，每低1个百分点扣权重的1%%，共扣%s")
	s.checklist("indicator_reasonableness", 3, third, "%s：不符，扣权重的%s", "1/3", reasonPoints(p.Reasonableness)...)
	s.clarity(d)
}

func (s *sheet) coverage(id string, covered, budget, full, lowest float64, format string) {
	rate := covered / budget
	if rate >= full {
		s.add(id, 3)
		return
	}
	points := 3 * (1 - (full - rate))
	if rate < lowest {
		points = 0
	}
	s.add(id, points, loss{"", fmt.Sprintf(format, exactly(covered), exactly(budget), percent(rate), percent(full-rate))})
}

func (s *sheet) clarity(d *department) {
	c, goals := d.Performance.Clarity, d.Performance.GoalBudgets
	var lost []loss
	for _, p := range []point{{"①绩效目标细化分解为具体的工作任务", c.BrokenDown}, {"②通过清晰、可衡量的指标值体现", c.Measurable}, {"③与部门年度的任务数或计划数相对应", c.MatchesTasks}} {
		if !p.met {
			lost = append(lost, loss{p.name, fmt.Sprintf("%s：不符，扣权重的25%%", p.name)})
		}
	}
	if !c.MatchesBudget {
		lost = append(lost, loss{"④与本年度部门预算资金相匹配", fmt.Sprintf("④与本年度部门预算资金相匹配：不符，绩效目标填报预算资金合计%s万元（市科协本级%s、科技馆%s、科普服务中心%s），年初预算数%s万元，扣权重的25%%",
			exactly(goals.Headquarters+goals.Museum+goals.ServiceCenter), exactly(goals.Headquarters), exactly(goals.Museum), exactly(goals.ServiceCenter), exactly(d.Budget.Initial.Total))})
	}
	s.add("indicator_clarity", 3-0.75*float64(len(lost)), lost...)
}

func (s *sheet) internal(d *department) {
	y, e, i := d.Control.Systems, d.Control.Execution, d.Control.Information
	s.checklist("internal_control_completeness", 2, 0.1, "%s：缺少，扣权重的%s", "10%",
		point{"预算管理制度", y.Budget}, point{"收支管理制度", y.IncomeExpense}, point{"资产管理制度（含资产利用率）", y.Assets},
		point{"合同管理制度", y.Contracts}, point{"政府采购制度", y.Procurement}, point{"财务管理制度", y.Finance}, point{"档案管理制度", y.Archives})
	s.checklist("internal_control_effectiveness", 2, 0.25, "%s：不合规，扣权重的%s", "25%",
		point{"①合同合法合规、要素齐全并有效履行", e.Contracts}, point{"②资金拨付审批完整，无截留、挤占、挪用、虚列支出", e.Payments},
		point{"③会议费、差旅费等均在标准之内", e.ExpenseStandards}, point{"④档案管理按制度有效执行", e.Archives})
	s.checklist("basic_information", 3, third, "%s：不符，扣权重的%s", "1/3",
		point{"①基础数据和会计信息资料真实", i.Truthful}, point{"②基础数据和会计信息资料完整", i.Complete}, point{"③基础数据和会计信息资料准确", i.Accurate})
	p := d.Personnel.Systems
	s.checklist("personnel_system", 3, third, "%s：未建立或不完善，扣权重的%s", "1/3",
		point{"培训制度", p.Training}, point{"绩效考核制度", p.Appraisal}, point{"岗位职责", p.Duties})
	s.disclosure(d)
}

func (s *sheet) disclosure(d *department) {
	var lost []loss
	if i := d.Disclosure.Issues; !d.Disclosure.Content {
		lost = append(lost, loss{"①按规定内容公开预决算信息", fmt.Sprintf("①按规定内容公开预决算信息：不符，预算公开检查发现%d处问题（市科协汇总%d处、市科协本级%d处、科普服务中心%d处、科技馆%d处），扣权重的50%%",
			i.Summary+i.Headquarters+i.ServiceCenter+i.Museum, i.Summary, i.Headquarters, i.ServiceCenter, i.Museum)})
	}
	if !d.Disclosure.Timely {
		lost = append(lost, loss{"②按规定时限公开预决算信息", "②按规定时限公开预决算信息：不符，扣权重的50%"})
	}
	s.add("disclosure", 2-float64(len(lost)), lost...)
}

func (s *sheet) assets(d *department) {
	n, e, f := d.Assets.Norms, d.Assets.Execution, d.Assets.Fixed
	s.checklist("asset_norms", 3, third, "%s：不符，扣权重的%s", "1/3",
		point{"①固定资产按规定周期盘点", n.Stocktaking}, point{"②新增资产报批并及时入账，维修等资金有对应资产", n.Additions}, point{"③基本建设、信息化项目资产及时准确入账", n.Construction})
	s.checklist("asset_effectiveness", 3, 0.2, "%s：不符，扣权重的%s", "20%",
		point{"①资产保存完整", e.Preserved}, point{"②资产配置合理", e.Allocated}, point{"③资产处置规范", e.Disposed},
		point{"④资产账务管理合规、账实相符", e.Accounted}, point{"⑤资产有偿使用及处置收入及时足额上缴", e.Remitted})
	rate := f.InUse / f.Total
	switch lost := min(1, 6*max(0, 0.95-rate)); {
	case lost == 0:
		s.add("fixed_asset_utilization", 3)
	case rate < 0.85:
		s.add("fixed_asset_utilization", 0)
	default:
		s.add("fixed_asset_utilization", 3*(1-lost), loss{"", fmt.Sprintf("在用固定资产%s万元，全部固定资产%s万元，固定资产利用率%s，低于95%%，每低1个百分点扣权重的6%%，共扣%s",
			exactly(f.InUse), exactly(f.Total), percent(rate), percent(lost))})
	}
	a, p := d.Accounts, d.Procurement.Checks
	s.checklist("final_accounts", 2, 0.25, "%s：不符合，扣权重的%s", "25%",
		point{"决算编报真实", a.Truthful}, point{"决算编报准确", a.Accurate}, point{"决算编报完整", a.Complete}, point{"决算编报及时", a.Timely})
	s.checklist("procurement", 3, third, "%s：不符，扣权重的%s", "1/3",
		point{"①执行集中采购目录和限额标准，按规定和流程采购", p.Catalogue}, point{"②服务类项目按政府购买服务实施目录编报预算", p.Services}, point{"③招投标文件内容规范完整", p.Documents})
	s.carryover(d)
}

func (s *sheet) carryover(d *department) {
	var lost []loss
	for _, f := range d.Carryover.Items {
		for _, c := range []point{{"符合管理要求", f.Compliant}, {"按时上缴", f.Remitted}, {"合理及时使用", f.Used}} {
			if !c.met {
				item := f.Name + "：" + c.name
				lost = append(lost, loss{item, fmt.Sprintf("“%s”不符合，扣权重的10%%", item)})
			}
		}
	}
	points := 2 - 0.2*float64(len(lost))
	if points < 1.2 {
		points = 0
	}
	s.add("carryover", points, lost...)
}

func (s *sheet) output(d *department) {
	a := d.Activities
	s.completed("edu_bases", 3, a.EduBases, 5, "创建科普教育基地%s个，计划%s个")
	s.completed("enterprise_associations", 2, a.Associations, 10, "成立企业科协%s家，计划%s家")
	s.completed("three_entries", 2, a.ThreeEntries, 5, "开展三进科普活动%s次，计划%s次")
	s.completed("lectures", 2, a.Lectures, 35, "开展科普讲座%s次，计划%s次")
	s.reached("books", 2, d.Books.Purchased, 6000, "购买科普图书%s本，计划%s本")
	s.reached("science_day_events", 3, a.ScienceDay.Main+a.ScienceDay.Associations+a.ScienceDay.Competition, 3, "开展科普日活动%s次，计划%s次")
	s.completed("museum_activities", 3, a.Museum.Online+a.Museum.Offline, 80, "科技馆开展科普活动%s次，计划%s次")
	s.completed("three_entries_participants", 2, a.Participants, 10000, "三进活动参与%s人，计划%s人")
	s.reached("museum_visitors", 3, a.Visitors, 31000, "科技馆全年接待%s人次，计划%s人次")
	s.acceptance(d)
	if d.Media.Launched {
		s.add("media_platform", 2)
	} else {
		s.add("media_platform", 0, loss{"", "“科普乌鲁木齐”融媒体平台没有成功运行，不得分"})
	}
	s.timeliness(d)
	s.cost(d)
}

// completed gives the part that was done, nothing below 90 %.
func (s *sheet) completed(id string, weight, done, plan float64, format string) {
	switch part := done / plan; {
	case part >= 1:
		s.add(id, weight)
	case part < 0.9:
		s.add(id, 0)
	default:
		s.add(id, weight*part, loss{"", fmt.Sprintf(format+"，完成率%s，未达到100%%，按完成比例得分", exactly(done), exactly(plan), percent(part))})
	}
}

// reached gives all from 90 % on.
func (s *sheet) reached(id string, weight, done, plan float64, format string) {
	if part := done / plan; part < 0.9 {
		s.add(id, 0, loss{"", fmt.Sprintf(format+"，完成率%s，低于90%%，不得分", exactly(done), exactly(plan), percent(part))})
		return
	}
	s.add(id, weight)
}

func (s *sheet) acceptance(d *department) {
	var lost []loss
	for _, l := range []struct {
		name string
		lot
	}{{"产业工人科普读物", d.Books.Lots.Workers}, {"农牧民科普读物", d.Books.Lots.Farmers}, {"老年人科普读物", d.Books.Lots.Elderly}} {
		if l.Accepted != l.Delivered {
			lost = append(lost, loss{l.name, fmt.Sprintf("%s采购%d本，验收合格%d本，两数不等，不是全部合格，不得分", l.name, l.Delivered, l.Accepted)})
		}
	}
	s.add("book_acceptance", 2-2*float64(len(lost)), lost...)
}

func (s *sheet) timeliness(d *department) {
	timely, required := 0, len(d.ScienceDay.Activities)
	for _, a := range d.ScienceDay.Activities {
		if a.On >= a.From && a.On <= a.To {
			timely++
		}
	}
	if timely == required {
		s.add("science_day_timeliness", 2)
		return
	}
	rate := float64(timely) / float64(required)
	s.add("science_day_timeliness", 2*rate, loss{"", fmt.Sprintf("应开展活动%d次，及时开展%d次，及时率%s，按及时率得分", required, timely, percent(rate))})
}

func (s *sheet) cost(d *department) {
	var lost []loss
	for _, p := range []point{{"基本支出按相应标准执行", d.Cost.Standards.Basic}, {"项目支出按相应标准执行", d.Cost.Standards.Project}} {
		if !p.met {
			lost = append(lost, loss{p.name, fmt.Sprintf("%s：不符合，不得分", p.name)})
		}
	}
	if spent, annual := d.Budget.Executed.Project, d.Budget.Annual.Project; spent > annual {
		lost = append(lost, loss{"项目支出未超预算", fmt.Sprintf("项目支出%s万元，超过项目全年预算%s万元，不得分", exactly(spent), exactly(annual))})
	}
	s.add("cost_reasonableness", 2-2*float64(len(lost)), lost...)
}

func (s *sheet) benefit(d *department) {
	l := d.Literacy
	annual := math.Pow(l.EndRate/l.BaseRate, 1/l.Years) - 1
	for _, b := range []struct {
		above, share float64
		said         string
	}{{0.1, 1, ""}, {0.09, 0.8, "大于9%、不超过10%，得权重的80%"}, {0.08, 0.6, "大于8%、不超过9%，得权重的60%"}, {math.Inf(-1), 0, "不超过8%，不得分"}} {
		if annual <= b.above {
			continue
		}
		var lost []loss
		if b.share < 1 {
			lost = []loss{{"", fmt.Sprintf("公民具备科学素质的比例由%s%%变为%s%%，按%s年计，年均提升率%s，%s",
				exactly(l.BaseRate), exactly(l.EndRate), exactly(l.Years), percent(annual), b.said)}}
		}
		s.add("citizen_science_literacy", 2*b.share, lost...)
		break
	}
	satisfied := d.Survey.Answers.VerySatisfied + d.Survey.Answers.Satisfied
	if rate := satisfied / d.Survey.Valid; rate < 0.9 {
		s.add("satisfaction", 0, loss{"", fmt.Sprintf("有效填写%s人次，其中非常满意和满意%s人次，满意度%s，低于90%%，不得分",
			exactly(d.Survey.Valid), exactly(satisfied), percent(rate))})
		return
	}
	s.add("satisfaction", 3)
}
