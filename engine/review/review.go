// Package review reads the experts' marks of a case. A mark becomes the score;
// the rule score beside it is never altered.
package review

import (
	"rubric/engine"
	"rubric/engine/facts/yamlfile"
	"rubric/engine/message"
	"rubric/engine/number"
)

// Parse reads a review.yaml: for each reviewed indicator its id with score,
// reason and by, all required; mark, a letter, stands in place of score where the
// framework has a scale. The score is decimal digits in points. Whether
// the framework has the indicator, and the score fits its weight, is for
// engine.Evaluate to say. The error is a message.Problems.
func Parse(file string, data []byte) ([]engine.Mark, error) {
	f := yamlfile.Open(file, data)
	var marks []engine.Mark
	for _, p := range f.Pairs(f.Root) {
		m := f.Fields(p.Value, "score", "mark", "reason", "by")
		mark := engine.Mark{
			Indicator: f.Text(p.Key), Reason: m.Need("reason"), By: m.Need("by"), File: file, Line: p.Key.Line,
		}
		if n := m.Get("mark"); n != nil && m.Get("score") != nil {
			f.Report(n, message.New("review.both"))
		} else if n != nil {
			mark.Letter, mark.ScoreLine = m.Need("mark"), n.Line
		} else if text := m.Need("score"); text != "" {
			score, err := number.Parse(text)
			if err != nil {
				f.Report(m.Get("score"), message.New("review.score", "score", text))
			}
			mark.Score, mark.ScoreLine = score, m.Get("score").Line
		}
		marks = append(marks, mark)
	}
	return marks, f.Err()
}
