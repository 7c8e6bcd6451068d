package facts

import (
	"slices"

	"rubric/engine/number"
)

// Equal tells whether two schemas take the same documents and call every place
// the same: whatever is true of a document under one is true under the other.
func (s *Schema) Equal(o *Schema) bool {
	if s == nil || o == nil {
		return s == o
	}
	return s.SameValues(o) && s.Name == o.Name && s.Title == o.Title && s.Description == o.Description && s.Unit == o.Unit &&
		s.Required == o.Required && s.Optional == o.Optional && s.Items.Equal(o.Items) &&
		slices.EqualFunc(s.Properties, o.Properties, (*Schema).Equal)
}

// SameValues tells whether two places allow the same values, as far as their
// own keywords go: what stands below them is not looked at.
func (s *Schema) SameValues(o *Schema) bool {
	return s.Kind == o.Kind && s.Integer == o.Integer && s.Nullable == o.Nullable && s.Count == o.Count && s.Unique == o.Unique &&
		slices.Equal(s.Enum, o.Enum) && s.Format == o.Format && s.Pattern == o.Pattern &&
		sameBound(s.Minimum, o.Minimum) && sameBound(s.Maximum, o.Maximum) &&
		sameBound(s.ExclusiveMinimum, o.ExclusiveMinimum) && sameBound(s.ExclusiveMaximum, o.ExclusiveMaximum) &&
		s.MinLength == o.MinLength && s.MinItems == o.MinItems && s.MaxItems == o.MaxItems
}

func sameBound(a, b *number.Number) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}
