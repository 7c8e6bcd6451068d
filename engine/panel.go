package engine

// PanelMark is how an expert panel came to its mark: the method, the mark before
// rounding, and every ballot.
type PanelMark struct {
	Method  string   `json:"method"` // mean, trimmed_mean or median
	Exact   string   `json:"exact"`
	Ballots []Ballot `json:"ballots"` // in the order of the experts
}

// Ballot is one expert's mark. Score is null on an invalid ballot without one;
// Invalid says why it is invalid. Counted is false where it did not go into the
// mark, Outlier true where it lies far from the median.
type Ballot struct {
	Expert  string  `json:"expert"`
	Score   *string `json:"score"`
	Opinion string  `json:"opinion"`
	Invalid string  `json:"invalid"`
	Counted bool    `json:"counted"`
	Outlier bool    `json:"outlier"`
}

// Agreement is how far the experts of a panel agree: Kendall's coefficient of
// concordance W, from 0 to 1 at four decimals, over the indicators that every
// expert marked.
type Agreement struct {
	Experts    int    `json:"experts"`
	Indicators int    `json:"indicators"`
	KendallW   string `json:"kendall_w"`
}
