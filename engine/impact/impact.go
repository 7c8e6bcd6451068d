package impact

import (
	"context"
	"errors"
	"path"
	"runtime"
	"sync"
	"sync/atomic"

	"rubric/engine"
	"rubric/engine/casefolder"
	"rubric/engine/cohort"
	"rubric/engine/facts"
	"rubric/engine/framework"
	"rubric/engine/message"
)

// Share makes two frameworks use one schema if their schemas are the same, so
// that facts are decoded and bound once for both. It is to be called before they
// are compiled.
func Share(old, new *framework.Framework) {
	if old.Schema.Equal(new.Schema) {
		new.Schema = old.Schema
	}
}

// Comparison is two compiled versions of a framework.
type Comparison struct {
	Old, New *engine.Rules
	// Progress, where it is set, is told now and then how many cases are done. It
	// is called by one goroutine at a time.
	Progress func(done, total int)

	same map[string]bool // the indicators that both versions decide by the same policy
}

// Run applies both versions to every case, several at once. The report does not
// depend on how many processors there are. The error is ctx's; a case that
// cannot be compared is part of the report.
func (c Comparison) Run(ctx context.Context, entries []cohort.Entry) (*Report, error) {
	outcomes := make([]outcome, len(entries))
	c.same = engine.SamePolicies(c.Old, c.New)
	var next, done atomic.Int64
	var telling sync.Mutex
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(entries)) {
		wait.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(entries) && ctx.Err() == nil; i = next.Add(1) - 1 {
				outcomes[i] = c.one(ctx, entries[i])
				if n := int(done.Add(1)); c.Progress != nil && n%progressStep == 0 {
					telling.Lock()
					c.Progress(n, len(entries))
					telling.Unlock()
				}
			}
		})
	}
	wait.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return c.gather(entries, outcomes), nil
}

// progressStep is after how many cases progress is told.
const progressStep = 100

// outcome is what became of one case.
type outcome struct {
	entry   string
	id      string
	scores  []scores // of its indicators, in the new version's order, then what is gone
	change  Case
	dropped [2][]string // by the old, by the new version
	foreign string      // the framework of a case that these versions are not for
	err     error
}

func (c Comparison) one(ctx context.Context, entry cohort.Entry) outcome {
	o := outcome{entry: entry.Name}
	read, docs, err := c.read(entry, &o)
	if o.foreign = c.foreign(entry, read); o.foreign != "" {
		return o
	}
	if err != nil {
		o.err = err
		return o
	}
	old, new, err := c.decide(ctx, read, docs)
	if err != nil {
		o.err = err
		return o
	}
	o.compare(read, old, new)
	return o
}

// foreign is the framework of a case that was found among others and is of
// neither version, "" for none. A case that was named itself is compared whatever
// its framework.
func (c Comparison) foreign(entry cohort.Entry, read *casefolder.Case) string {
	if !entry.Found || read == nil || read.Framework == c.Old.Framework.ID || read.Framework == c.New.Framework.ID {
		return ""
	}
	return read.Framework
}

// read is a case with its facts as the old and the new version see them. Where
// they do not fit, the case stands beside the error.
func (c Comparison) read(entry cohort.Entry, o *outcome) (read *casefolder.Case, docs [2]*facts.Document, err error) {
	before, after := c.Old.Framework.Schema, c.New.Framework.Schema
	if before == after {
		if read, err = entry.ReadBound(before); err == nil {
			o.id, docs = read.ID, [2]*facts.Document{read.Facts, read.Facts}
		}
		return read, docs, err
	}
	if read, err = entry.Read(); err != nil {
		return nil, docs, err
	}
	o.id = read.ID
	for i, schemas := range [2][2]*facts.Schema{{before, after}, {after, before}} {
		if docs[i], o.dropped[i], err = fitted(read.Facts, schemas[0], schemas[1]); err != nil {
			return read, docs, err
		}
	}
	return read, docs, nil
}

// decide applies both versions; what both have is run once.
func (c Comparison) decide(ctx context.Context, read *casefolder.Case, docs [2]*facts.Document) (old, new *engine.Decided, err error) {
	input := engine.Case{ID: read.ID, Title: read.Title, Facts: docs[0], Evidence: read.Evidence}
	if old, err = c.Old.Decide(ctx, input); err != nil {
		return nil, nil, err
	}
	input.Facts = docs[1]
	new, err = c.New.DecideAgain(ctx, input, old, c.same)
	return old, new, err
}

// fitted is a document of its own for one of two different schemas, without the
// facts that only the other asks for. What is wrong with it is told by address:
// its places in the file are gone.
func fitted(doc *facts.Document, schema, other *facts.Schema) (*facts.Document, []string, error) {
	text, dropped := doc.Without(schema, other)
	copied, err := facts.Parse(doc.File, text)
	if err == nil {
		err = copied.Bind(schema)
	}
	var problems message.Problems
	if errors.As(err, &problems) {
		for i := range problems {
			problems[i].Line, problems[i].Column = 0, 0
		}
		err = problems
	}
	return copied, paths(dropped, other), cohort.OnLine(doc.File, err)
}

// paths are the places of a schema in the stead of pointers into a document.
func paths(pointers []string, schema *facts.Schema) []string {
	var all []string
	for _, p := range pointers {
		if s := schema.At(p); s != nil {
			all = append(all, path.Clean(s.Path()))
		}
	}
	return all
}

// twice says that an id was there before.
func twice(id, other string) message.Message {
	return message.New("cohort.twice", "id", id, "other", other)
}
