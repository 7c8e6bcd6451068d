package framework

import (
	"go.yaml.in/yaml/v3"

	"rubric/engine/facts/yamlfile"
	"rubric/engine/message"
	"rubric/engine/number"
)

// Panel is how the marks of an expert panel, 专家组, become one.
type Panel struct {
	Method    Method
	TrimAbove int           // of a trimmed mean: of more valid ballots than this the highest and the lowest do not count
	Departure number.Number // share of the weight by which a mark may depart from the rule score without a written reason
	Outlier   number.Number // share of the weight beyond which a ballot is far from the median
}

// Method makes one mark of several.
type Method string

const (
	Mean        Method = "mean"
	TrimmedMean Method = "trimmed_mean"
	Median      Method = "median"
)

// panel reads the rules for expert panels; without them it is a mean, with the
// usual bounds.
func (t *treeFile) panel(n *yaml.Node, fw *Framework) {
	fw.Panel = Panel{Method: Mean, TrimAbove: 5, Departure: number.Ratio(1, 5), Outlier: number.Ratio(1, 4)}
	if n == nil {
		return
	}
	m := t.Fields(n, "method", "trim_above", "departure", "outlier")
	fw.Panel.Method = Method(t.choice(m, "method", string(Mean), string(TrimmedMean), string(Median)))
	if above := m.Get("trim_above"); above != nil {
		count, ok := t.number(above).Int64()
		if !ok || count < 2 || count > 1000 {
			t.Report(above, message.New("framework.trim_above", "value", t.Text(above)))
		}
		fw.Panel.TrimAbove = int(count)
	}
	t.share(m, "departure", &fw.Panel.Departure)
	t.share(m, "outlier", &fw.Panel.Outlier)
}

// share reads a part of a weight, if it is there.
func (t *treeFile) share(m yamlfile.Fields, key string, to *number.Number) {
	n := m.Get(key)
	if n == nil {
		return
	}
	*to = t.number(n)
	if to.Sign() < 0 || to.Cmp(number.Int(1)) > 0 {
		t.Report(n, message.New("framework.panel_share", "key", key, "value", t.Text(n)))
	}
}
