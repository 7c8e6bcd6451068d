package bench_test

// The facts that the shipped rules read, as a program written for them alone
// would declare them.

type department struct {
	WorkPlan struct {
		Completeness struct {
			Outline bool `json:"covers_national_outline"`
			Midterm bool `json:"covers_midterm_plan"`
			Duties  bool `json:"covers_duties"`
		} `json:"completeness"`
		Reasonableness planReasons `json:"reasonableness"`
	} `json:"work_plan"`
	Staffing struct {
		InPost        float64 `json:"in_post"`
		Establishment struct {
			Administrative float64 `json:"administrative"`
			ServiceCenter  float64 `json:"service_center"`
			Museum         float64 `json:"museum"`
		} `json:"establishment"`
	} `json:"staffing"`
	Budget      budget              `json:"budget"`
	Payments    map[string]payment  `json:"payments"`
	ThreePublic map[string]spending `json:"three_public"`
	Performance performance         `json:"performance"`
	Control     internalControl     `json:"internal_control"`
	Personnel   struct {
		Systems struct{ Training, Appraisal, Duties bool }
	}
	Disclosure  disclosure
	Assets      assets
	Accounts    struct{ Truthful, Accurate, Complete, Timely bool }
	Procurement procurement
	Carryover   struct{ Items []fund }
	Activities  activities
	Books       books
	Media       struct{ Launched bool }     `json:"media_platform"`
	ScienceDay  struct{ Activities []held } `json:"science_day"`
	Cost        struct{ Standards struct{ Basic, Project bool } }
	Literacy    literacy
	Survey      survey
}

type planReasons struct {
	Outline bool `json:"follows_national_outline"`
	Duties  bool `json:"follows_duties"`
	Midterm bool `json:"follows_midterm_plan"`
}

type budget struct {
	Preparation struct {
		Requirements bool `json:"meets_requirements"`
		Itemised     bool `json:"itemised"`
		Founded      bool `json:"well_founded"`
	}
	Initial, Approved, Annual, Executed amounts
	Adjustments                         []struct {
		Amount    float64
		Exemption string
	}
}

type amounts struct{ Basic, Project, Total float64 }

type payment struct{ Paid float64 }

type spending struct{ Budget, Spent float64 }

type performance struct {
	Projects []struct {
		ID           string `json:"id"`
		Name         *string
		GoalDeclared bool `json:"goal_declared"`
	}
	Tracking struct {
		Covered  float64
		Adjusted float64 `json:"adjusted_budget"`
	}
	Evaluation     struct{ Covered, Budget float64 }
	Reasonableness planReasons
	Clarity        struct {
		BrokenDown    bool `json:"broken_down"`
		Measurable    bool
		MatchesTasks  bool `json:"matches_tasks"`
		MatchesBudget bool `json:"matches_budget"`
	}
	GoalBudgets struct {
		Headquarters  float64
		Museum        float64
		ServiceCenter float64 `json:"service_center"`
	} `json:"goal_budgets"`
}

type internalControl struct {
	Systems struct {
		Budget        bool
		IncomeExpense bool `json:"income_expense"`
		Assets        bool
		Contracts     bool
		Procurement   bool
		Finance       bool
		Archives      bool
	}
	Execution struct {
		Contracts        bool
		Payments         bool
		ExpenseStandards bool `json:"expense_standards"`
		Archives         bool
	}
	Information struct{ Truthful, Complete, Accurate bool }
}

type disclosure struct {
	Content bool `json:"content_compliant"`
	Timely  bool
	Issues  struct {
		Summary       int
		Headquarters  int
		ServiceCenter int `json:"service_center"`
		Museum        int
	}
}

type assets struct {
	Norms     struct{ Stocktaking, Additions, Construction bool }
	Execution struct{ Preserved, Allocated, Disposed, Accounted, Remitted bool }
	Fixed     struct {
		InUse float64 `json:"in_use"`
		Total float64
	}
}

type procurement struct {
	Checks struct {
		Catalogue bool `json:"catalogue_followed"`
		Services  bool `json:"services_budgeted"`
		Documents bool `json:"documents_complete"`
	}
}

type fund struct {
	Name                      string
	Compliant, Remitted, Used bool
}

type activities struct {
	EduBases     float64 `json:"edu_bases"`
	Associations float64 `json:"enterprise_associations"`
	ThreeEntries float64 `json:"three_entries"`
	Lectures     float64
	ScienceDay   struct{ Main, Associations, Competition float64 } `json:"science_day"`
	Museum       struct{ Online, Offline float64 }
	Participants float64 `json:"three_entries_participants"`
	Visitors     float64 `json:"museum_visitors"`
}

type books struct {
	Purchased float64
	Lots      struct {
		Workers lot `json:"industrial_workers"`
		Farmers lot
		Elderly lot
	}
}

type lot struct{ Delivered, Accepted int }

type held struct {
	On   string `json:"held_on"`
	From string `json:"window_from"`
	To   string `json:"window_to"`
}

type literacy struct {
	BaseRate float64 `json:"base_rate"`
	EndRate  float64 `json:"end_rate"`
	Years    float64
}

type survey struct {
	Valid   float64
	Answers struct {
		VerySatisfied float64 `json:"very_satisfied"`
		Satisfied     float64
	}
}
