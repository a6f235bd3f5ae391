// The matrix by side: whose positions stand in a cell and in which order, what is counted, why a cell is empty.

import assert from "node:assert/strict"
import { test } from "node:test"
import {
  countWords,
  emptyWords,
  heardOf,
  moreWords,
  namedAtFirst,
  shares,
  sideColumns,
  voices,
  voiceWords,
  wholeOf,
} from "../../../matrix/dashboard/grid/by_side_cells.js"
import { Model } from "../../../matrix/dashboard/grid/model.js"
import { tiny } from "./tiny.js"

const model = new Model(tiny())
const [us, china, none] = sideColumns(model)

test("a column a side that is to be shown, who is of no side last", () => {
  assert.deepEqual(
    sideColumns(model).map(({ side, columns }) => [side.name, columns]),
    [
      ["US", [0, 1]],
      ["No side", [3]],
    ],
  )
  const both = tiny()
  both.sides[1][10] = 1
  assert.deepEqual(
    sideColumns(new Model(both)).map(({ side }) => side.name),
    ["US", "China", "No side"],
  )
  assert.equal(us.number, 0)
  assert.equal(china.number, -1)
  assert.equal(none, undefined)
})

test("a column of many names is wider, one that says nothing is not squeezed away", () => {
  const two = tiny({ cells: ["0...", "0..."] })
  two.sides[1][9] = two.sides[1][10] = 1
  const columns = sideColumns(new Model(two))
  const [loud, silent] = shares(new Model(two), columns)
  assert.equal(loud, 1.2)
  assert.equal(silent, 0.92)
  assert.deepEqual(shares(new Model(tiny({ sides: [] })), sideColumns(new Model(tiny({ sides: [] })))), [0.7])
})

test("without sides there is one column of everybody", () => {
  const flat = new Model(tiny({ sides: [] }))
  assert.deepEqual(
    sideColumns(flat).map(({ side, columns }) => [side.name, columns.length]),
    [["Who", 4]],
  )
})

test("officials come first, then from backing to opposing", () => {
  const cells = tiny({ cells: ["01.1", "...."] })
  const found = voices(new Model(cells), 0, [0, 1, 3])
  assert.deepEqual(
    found.map(({ column, official, kind }) => [column, official, kind]),
    [
      [0, true, "opposed"],
      [1, false, "backing"],
      [3, false, "backing"],
    ],
  )
})

test("a condition goes with the position that depends on it", () => {
  const [first] = voices(model, 0, us.columns)
  assert.equal(first.condition, "if Bo does")
  assert.equal(
    voiceWords(model, 0, first),
    "Ann, Minister, official: Supports; 2 statements; statements of different stances folded; on condition: if Bo does",
  )
})

test("few are named, of many some, of very many none: there counts come first", () => {
  assert.deepEqual(
    [0, 6, 7, 15, 16, 107].map((n) => namedAtFirst(n)),
    [0, 6, 5, 5, 0, 0],
  )
  assert.deepEqual(
    [3, 4, 107].map((n) => namedAtFirst(n, true)),
    [3, 0, 0],
  )
  assert.deepEqual(
    [moreWords(12, 5, false), moreWords(107, 0, false), moreWords(12, 5, true)],
    ["+7", "names", "fewer"],
  )
})

test("counts say who backs of those who speak, conditions among them, and who does not", () => {
  /** @param {string[]} kinds */
  const of = (...kinds) => kinds.map((kind) => ({ column: 0, stance: 0, kind, official: false, condition: "" }))
  const none = { members: 0, unknown: false }
  assert.equal(countWords(of("backing"), ["abstains", "abstain"], none), "1 backs")
  assert.equal(
    countWords(of("backing", "conditional", "neutral", "neutral", "opposed", "mixed"), ["abstains", "abstain"], {
      members: 9,
      unknown: false,
    }),
    "2 of 9 back (1 on a condition), 2 abstain, 1 opposes, 1 is mixed",
  )
  assert.equal(
    countWords(of("opposed", "opposed"), ["", ""], { members: 3, unknown: false }),
    "none of 3 backs, 2 oppose",
  )
  assert.equal(countWords(of("opposed", "opposed"), ["", ""], none), "2 oppose")
  assert.equal(
    countWords(of("backing", "backing"), ["", ""], { members: 0, unknown: true }),
    "2 back, others not known",
  )
})

test("positions are counted of all members, unless a list is known in part or a filter hides some", () => {
  const found = voices(model, 0, us.columns)
  assert.deepEqual(wholeOf(model, 0, us, found), { members: 2, unknown: false })
  assert.deepEqual(wholeOf(model, 0, us, []), { members: 0, unknown: false })
  const partly = new Model(tiny({ rollups: [[[1, 0, 0, 0, 0, 0, 2, 1]], [[0, 0, 0, 1, 0, 1, 2, 0]]] }))
  assert.deepEqual(wholeOf(partly, 0, us, found), { members: 0, unknown: true })
})

test("an empty cell says the first reason that holds: what was once stated before silence", () => {
  /** @param {...number} columns */
  const of = (...columns) => ({ side: { members: 2 }, columns })
  assert.equal(emptyWords(model, 0, of(2)), "superseded")
  assert.equal(emptyWords(model, 0, of()), "nothing that matches", "a search or stance leaves nobody of the side")
  assert.equal(emptyWords(model, 1, of(1, 2)), "silent")
  assert.equal(emptyWords(model, 1, { ...of(), side: { members: 0 } }), "nobody here")
  const outside = new Model(tiny({ cells: [".o.s", "...."] }))
  assert.equal(emptyWords(outside, 0, of(0, 1)), "outside the chosen evidence")
  assert.equal(emptyWords(outside, 0, of(0, 1, 3)), "superseded")
})

test("a side that is not counted says so", () => {
  assert.equal(heardOf(model.sides[0], false), "1 of 2 heard")
  assert.equal(heardOf(model.sides[1], false), "1 heard, not counted")
  assert.equal(heardOf(model.sides[0], true), "1 of 2 matches")
  assert.equal(heardOf({ ...model.sides[0], heard: 0 }, true), "nothing that matches")
  assert.equal(heardOf({ ...model.sides[0], members: 0 }, true), "nobody here")
})
