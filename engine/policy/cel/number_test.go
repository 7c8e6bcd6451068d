package cel

import "testing"

// Each condition is true in exact arithmetic; those marked * come out wrong,
// or do not work at all, with CEL's own numbers.
func TestNumbersAreExact(t *testing.T) {
	s := schema(t)
	for _, condition := range []string{
		`0.1 + 0.2 == 0.3`,         // *
		`0.3 - 0.1 == 0.2`,         // *
		`facts.a + facts.b == 0.3`, // *
		`sum([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]) == 1`, // *
		`3 - 1/3 - 1/3 - 1/3 == 2`,                                     // *
		`facts.c + 1 == 4 && facts.c + 1.0 == 4.00`,                    // *
		`facts.c / 2 == 1.5`,                                           // *
		`1/3*3 == 1`,                                                   // *
		`986357525555293.80 != 986357525555293.70`,                     // *
		`986357525555293.80 > 986357525555293.70`,
		`-0.1 + 0.1 == 0 && - 0.1 == 0 - 0.1 && -(0.1) < 0`,
		`1e3 == 1000 && 1.5e-3 == 0.0015 && -2E2 == -200`,
		`7 % 3 == 1 && -7 % 3 == -1`,
		`facts.budget.total == 1000`,
		`min(3, 1/3, 2) == 1/3 && max([1, 2.5]) == 2.5 && min(2, 1) == 1`,
		`abs(-2.5) == 2.5 && floor(-0.5) == -1 && ceil(0.1) == 1`,
		`round(0.125, 2) == 0.13 && round(-0.125, 2) == -0.13 && round(1250, -2) == 1300`,
		`pow(1.08, 3) == 1.259712 && pow(2, -1) == 0.5`,
		`growth_rate(100, 121, 2, 4) == 0.1`,
		`size(facts.projects) == 3 && facts.scores.size() == 3 && size("科协") == 2 && facts.name.size() == 2`,
		`sum(facts.scores) == 0.6 && sum(facts.projects.map(p, p.amount)) == 8`, // *
		`facts.scores[0] == 0.1 && facts.scores[size(facts.scores) - 1] == 0.3 && [1, 2][1] == 2`,
		`facts.projects[1].id == "p2" && {"追加": 1, "无": 0}["追加"] == 1`,
		`0.3 in facts.scores && !(0.4 in facts.scores) && facts.c in [1, 2, 3] && "x" in {"x": 1}`,
		`[1, 2.0] == [1.0, 2] && [1, 2] + [3] != [1, 2] && facts.scores == [0.1, 0.2, 0.3]`,
		`facts.projects.exists_one(p, p.amount == 4) && [1, 1, 2].exists_one(x, x == 2)`,
		`[1, 2, 3].filter(x, x > 1).map(x, x * 2) == [4, 6] && [1, 2, 3].map(x, x > 1, x) == [2, 3]`,
		`facts.from < facts.to && facts.name >= "科" && "a" < "b"`,
		`days_between(facts.from, facts.to) == 2 && days_between("2024-02-27", "2024-03-01") == 3`,
		`facts.name.startsWith("科") && facts.name.endsWith("协") && "abc".contains("b") && facts.name.matches("^.协$")`,
		`decimal(17.955, 2) == "17.96" && percent(1/3, 2) == "33.33%" && exact(1/3) == "1/3" && exact(2.50) == "2.5"`,
		`(facts.ok ? facts.payments.q1 : facts.payments.q2).paid == 10`,
		`[facts.payments.q1, facts.payments.q2].exists(q, q.paid == 50)`,
		`facts.payments.q1 != facts.payments.q2 && facts.payments.q1 == facts.payments.q1`,
		`null != facts.c`,
	} {
		if got := evaluate(t, s, one(condition)); len(got.Deductions) != 1 {
			t.Errorf("%s: %s", condition, show(got))
		}
	}
}

func TestShareIsExact(t *testing.T) {
	s := schema(t)
	for share, want := range map[string]string{
		"1/3": "1/3", "0.9": "0.9", "1": "1", "1.0": "1", "facts.a": "0.1", "min(1, facts.c / 9)": "1/3",
	} {
		f := evaluate(t, s, "deductions:\n  - {item: 项, condition: true, share: '"+share+"', reason: 因}\n")
		if len(f.Deductions) != 1 || f.Deductions[0].Share.String() != want {
			t.Errorf("share %s: %s", share, show(f))
		}
	}
}
