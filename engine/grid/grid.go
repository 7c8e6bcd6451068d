// Package grid reads tables as people keep them, workbooks (.xlsx) and CSV files,
// cell by cell: what each holds, how it is shown, and what fact that is. Nothing is
// guessed: a cell is read as the schema has the fact, with the digits that people
// see, or it is a mistake with its remedy.
package grid

import (
	"cmp"
	"slices"

	"github.com/xuri/excelize/v2"
)

// Kind is what a cell holds.
type Kind uint8

const (
	Empty Kind = iota
	Number
	Text
	Bool
	Error // #REF! and the like
)

// Cell is a cell as the file has it: Stored is the text of its value, Formula
// tells that it is computed.
type Cell struct {
	Kind    Kind
	Stored  string
	Formula bool
	style   int
}

// IsEmpty tells that nothing stands in the cell.
func (c Cell) IsEmpty() bool { return c.Kind == Empty && !c.Formula }

// Grid is the cells of one sheet that hold anything. Columns and rows count
// from 1.
type Grid struct {
	Name   string
	Merged []Area
	CSV    bool // all cells are text, whatever is meant
	Hidden bool // the sheet is not shown

	lines []line // by row
}

// line is a row with anything in it.
type line struct {
	row   int
	cells []placed // by column
}

type placed struct {
	column int
	Cell
}

// Area is a rectangle of cells.
type Area struct{ Left, Top, Right, Bottom int }

// Contains tells whether a cell lies in the area.
func (a Area) Contains(column, row int) bool {
	return column >= a.Left && column <= a.Right && row >= a.Top && row <= a.Bottom
}

// String is the area as A1:B2.
func (a Area) String() string { return Name(a.Left, a.Top) + ":" + Name(a.Right, a.Bottom) }

// Name is a cell's name, such as B12.
func Name(column, row int) string {
	name, _ := excelize.CoordinatesToCellName(column, row)
	return name
}

// Rows is the last row with anything in it.
func (g *Grid) Rows() int {
	if len(g.lines) == 0 {
		return 0
	}
	return g.lines[len(g.lines)-1].row
}

// At is a cell, an empty one where nothing stands.
func (g *Grid) At(column, row int) Cell {
	i, ok := slices.BinarySearchFunc(g.lines, row, func(l line, row int) int { return cmp.Compare(l.row, row) })
	if !ok {
		return Cell{}
	}
	cells := g.lines[i].cells
	k, ok := slices.BinarySearchFunc(cells, column, func(p placed, column int) int { return cmp.Compare(p.column, column) })
	if !ok {
		return Cell{}
	}
	return cells[k].Cell
}

// Columns are the columns of a row in which anything stands.
func (g *Grid) Columns(row int) []int {
	i, ok := slices.BinarySearchFunc(g.lines, row, func(l line, row int) int { return cmp.Compare(l.row, row) })
	if !ok {
		return nil
	}
	var all []int
	for _, p := range g.lines[i].cells {
		all = append(all, p.column)
	}
	return all
}

// put adds a cell; a file may name them in any order.
func (g *Grid) put(column, row int, c Cell) {
	last := len(g.lines) - 1
	if last < 0 || g.lines[last].row != row {
		g.lines = append(g.lines, line{row: row})
		last++
	}
	l := &g.lines[last]
	l.cells = append(l.cells, placed{column, c})
}

// sort puts cells into their order, each once; of two in one place the later
// one stands.
func (g *Grid) sort() {
	ordered := slices.IsSortedFunc(g.lines, func(a, b line) int { return a.row - b.row })
	if !ordered {
		slices.SortStableFunc(g.lines, func(a, b line) int { return a.row - b.row })
	}
	kept := g.lines[:0]
	for _, l := range g.lines {
		if n := len(kept); n > 0 && kept[n-1].row == l.row {
			kept[n-1].cells = append(kept[n-1].cells, l.cells...)
			continue
		}
		kept = append(kept, l)
	}
	g.lines = kept
	for i := range g.lines {
		cells := g.lines[i].cells
		if !slices.IsSortedFunc(cells, func(a, b placed) int { return a.column - b.column }) {
			slices.SortStableFunc(cells, func(a, b placed) int { return a.column - b.column })
		}
	}
}

// Book is a file of tables that was read.
type Book struct {
	Grids  []*Grid // in the order of the sheets
	Digest string  // "sha256:…" of the file

	data    []byte
	formats []display      // by style
	file    *excelize.File // for formulas; opened when there is one
}

// Grid is the sheet of that name, nil if there is none.
func (b *Book) Grid(name string) *Grid {
	for _, g := range b.Grids {
		if g.Name == name {
			return g
		}
	}
	return nil
}

// Close lets go of what the book holds.
func (b *Book) Close() {
	if b.file != nil {
		b.file.Close()
	}
}
