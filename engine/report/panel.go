package report

import "rubric/engine"

// ballots are the votes behind a panel's mark, a line each; none where it is not
// a panel's.
func (w Words) ballots(p *engine.PanelMark) []string {
	if p == nil {
		return nil
	}
	lines := []string{w.say("report.panel_method", "method", w.method(p.Method), "exact", p.Exact)}
	for _, b := range p.Ballots {
		lines = append(lines, w.ballot(b))
	}
	return lines
}

func (w Words) ballot(b engine.Ballot) string {
	line := ""
	switch {
	case b.Invalid != "":
		return w.say("report.ballot_invalid", "expert", b.Expert, "invalid", b.Invalid)
	case !b.Counted:
		line = w.say("report.ballot_dropped", "expert", b.Expert, "score", *b.Score)
	default:
		line = w.say("report.ballot", "expert", b.Expert, "score", *b.Score)
	}
	if b.Outlier {
		line += w.say("report.ballot_far")
	}
	if b.Opinion != "" {
		line = w.say("report.ballot_opinion", "ballot", line, "opinion", b.Opinion)
	}
	return line
}

func (w Words) method(method string) string {
	switch method {
	case "mean":
		return w.say("report.method_mean")
	case "trimmed_mean":
		return w.say("report.method_trimmed_mean")
	case "median":
		return w.say("report.method_median")
	}
	return method
}

// agreed says how far the panel agrees, "" where that is not known.
func (w Words) agreed(a *engine.Agreement) string {
	if a == nil {
		return ""
	}
	return w.say("report.agreement", "experts", a.Experts, "indicators", a.Indicators, "w", a.KendallW)
}
