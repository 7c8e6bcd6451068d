package facts

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func surveySchema(survey string) string {
	count := `{"type":"integer","minimum":0,"x-optional":true}`
	return `{"type":"object","properties":{"s":{"type":"object","x-survey":` + survey + `,"properties":{
 "people":` + count + `,"issued":` + count + `,"back":` + count + `,"valid":` + strings.Replace(count, `,"x-optional":true`, "", 1) + `,"bad":` + count + `,"own":` + count + `,
 "on":{"type":"string","format":"date","x-optional":true},"rate":{"type":"number","minimum":0,"x-optional":true},
 "q":{"type":"object","properties":{"yes":{"type":"integer","minimum":0},"no":{"type":"integer","minimum":0}}},
 "shares":{"type":"object","properties":{"yes":{"type":"number"}}}}}}}`
}

func TestSurveyDeclares(t *testing.T) {
	for _, c := range []struct{ survey, want string }{
		{`{"valid":"valid","questions":["q"]}`, "valid sum q/yes q/no"},
		{`{"valid":"valid","returned":"back","questions":["q"]}`, "valid at_most back; valid sum q/yes q/no"},
		{`{"population":"people","issued":"issued","returned":"back","valid":"valid","invalid":"bad","date":"on","questions":["q"]}`,
			"back sum valid bad; back at_most issued; issued at_most people; valid sum q/yes q/no"},
		{`{"population":"people","valid":"valid","questions":[{"options":"q","valid":"own"}]}`, "valid at_most people; own at_most valid; own sum q/yes q/no"},
		{`{"valid":"valid","questions":[{"options":"q","multiple":true}]}`, "q/yes at_most valid; q/no at_most valid"},
	} {
		s := mustSchema(t, surveySchema(c.survey)).Property("s")
		var all []string
		for _, id := range s.Table.Identities {
			if !id.Survey || id.Line != 1 {
				t.Errorf("%+v", id)
			}
			all = append(all, fmt.Sprintf("%s %s %s", id.Is, id.Kind, strings.Join(id.Of, " ")))
		}
		if got := strings.Join(all, "; "); got != c.want {
			t.Errorf("%s declares %s, want %s", c.survey, got, c.want)
		}
		if s.Survey.Confidence != 95 || s.Survey.Margin.String() != "5" {
			t.Errorf("%+v", s.Survey)
		}
	}
}

func TestSurveyRefuses(t *testing.T) {
	for _, test := range []struct{ id, survey string }{
		{"facts.schema_form", `‸[]`},
		{"facts.survey_needs", `‸{"valid":"valid"}`},
		{"facts.survey_needs", `‸{"questions":["q"]}`},
		{"facts.survey_keyword", `{"valid":"valid","questions":["q"],"forms":‸1}`},
		{"facts.survey_keyword", `{"valid":"valid","questions":[{"options":"q","all":‸1}]}`},
		{"facts.survey_name_near", `{"valid":"valid","invalid":‸"bda","questions":["q"]}`},
		{"facts.survey_name", `{"valid":"valid","invalid":‸"somebody","questions":["q"]}`},
		{"facts.schema_form", `{"valid":"valid","date":‸1,"questions":["q"]}`},
		{"facts.survey_count", `{"valid":"valid","issued":‸"rate","questions":["q"]}`},
		{"facts.survey_date", `{"valid":"valid","date":‸"issued","questions":["q"]}`},
		{"facts.survey_options", `{"valid":"valid","questions":[‸"valid"]}`},
		{"facts.survey_options", `{"valid":"valid","questions":[‸"shares"]}`},
		{"facts.survey_options", `{"valid":"valid","questions":[‸{"multiple":true}]}`},
		{"facts.survey_confidence", `{"valid":"valid","questions":["q"],"confidence":‸80}`},
		{"facts.survey_margin", `{"valid":"valid","questions":["q"],"margin":‸0}`},
	} {
		before, after, _ := strings.Cut(surveySchema(test.survey), "‸")
		_, err := ParseSchema("s.json", []byte(before+after))
		problems := problemsOf(t, err)
		ids := make([]string, len(problems))
		for i, p := range problems {
			ids[i] = p.Message.ID
		}
		if !slices.Equal(ids, []string{test.id}) || problems[0].Column != len([]rune(before))+1 {
			t.Errorf("%s: %v in %s", test.id, problems, test.survey)
		}
	}
}
