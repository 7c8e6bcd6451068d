package panel

import (
	"cmp"
	"slices"

	"rubric/engine/number"
)

// sorted is a copy of marks, the lowest first.
func sorted(marks []number.Number) []number.Number {
	all := slices.Clone(marks)
	slices.SortFunc(all, number.Number.Cmp)
	return all
}

// mean is the arithmetic mean of one or more marks.
func mean(marks []number.Number) number.Number {
	var sum number.Number
	for _, m := range marks {
		sum = sum.Add(m)
	}
	return over(sum, len(marks))
}

// over divides by a count that is not 0.
func over(n number.Number, count int) number.Number {
	quotient, _ := n.Div(number.Int(int64(count)))
	return quotient
}

// median is the middle mark, or the mean of the two in the middle.
func median(marks []number.Number) number.Number {
	all := sorted(marks)
	return mean(all[(len(all)-1)/2 : len(all)/2+1])
}

// Agreement is Kendall's coefficient of concordance over the indicators that
// every expert marked.
type Agreement struct {
	W          number.Number // 0 no agreement, 1 all rank alike
	Experts    int
	Indicators int
}

// agreement computes Kendall's W of a table of marks, a row for each expert and
// a column for each indicator, with the correction for ties:
//
//	W = (12·ΣRᵢ² − 3·m²·n·(n+1)²) / (m²·n·(n²−1) − m·ΣTⱼ)
//
// with m experts, n indicators, Rᵢ the sum of indicator i's ranks and, for each
// expert, T = Σ(t³−t) over the groups of t equal marks (Kendall and Babington
// Smith 1939; Siegel and Castellan 1988, section 9.7). It is not defined for
// fewer than two experts or indicators, nor where every expert marks all alike.
func agreement(table [][]number.Number) (a Agreement, ok bool) {
	m := len(table)
	if m < 2 || len(table[0]) < 2 {
		return a, false
	}
	n := len(table[0])
	sums := make([]number.Number, n)
	var ties number.Number
	for _, row := range table {
		ranks, t := ranked(row)
		ties = ties.Add(t)
		for i, r := range ranks {
			sums[i] = sums[i].Add(r)
		}
	}
	var squares number.Number
	for _, s := range sums {
		squares = squares.Add(s.Mul(s))
	}
	count := func(all ...int) number.Number {
		product := number.Int(1)
		for _, f := range all {
			product = product.Mul(number.Int(int64(f)))
		}
		return product
	}
	above := squares.Mul(number.Int(12)).Sub(count(3, m, m, n, n+1, n+1))
	below := count(m, m, n, n*n-1).Sub(ties.Mul(number.Int(int64(m))))
	w, err := above.Div(below)
	return Agreement{W: w, Experts: m, Indicators: n}, err == nil
}

// ranked gives the lowest mark rank 1, equal ones the mean of their ranks, and
// tells Σ(t³−t) over the groups of equal marks.
func ranked(row []number.Number) (ranks []number.Number, ties number.Number) {
	order := make([]int, len(row))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(row[a].Cmp(row[b]), a-b) })
	ranks = make([]number.Number, len(row))
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && row[order[to]].Equal(row[order[from]]) {
			to++
		}
		rank := number.Ratio(int64(from+1+to), 2)
		for _, i := range order[from:to] {
			ranks[i] = rank
		}
		t := int64(to - from)
		ties = ties.Add(number.Int(t*t*t - t))
		from = to
	}
	return ranks, ties
}
