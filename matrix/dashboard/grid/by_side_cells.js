// What stands in a cell of the matrix by side: whose positions, in which order, or why there are none. No DOM.

import { cellWords, heardWords, NOBODY_HERE, NOTHING_MATCHES, short, standWords } from "./words.js"

/** @import { Model, Side } from "./model.js" */

/** @typedef {{ side: Side, number: number, columns: number[] }} SideColumn `number` is the side's in the payload, or -1 */
/** @typedef {{ column: number, stance: number, kind: string, official: boolean, condition: string }} Voice */

// How many positions of a cell are all shown by name, else how many at first, and from how many on counts come first.
const WIDE = { all: 6, some: 5, most: 15 }
const NARROW = { all: 3, some: 0, most: 3 } // beside many other sides
const KINDS = ["backing", "conditional", "neutral", "mixed", "opposed"] // in this order
const EMPTY = ["superseded", "outside", "hidden", "looked_for", "unknown", "never"] // the first that holds is named

const SET_ASIDE = 0.7 // the width of a side that is not compared, to one that is

/**
 * The columns: the sides that the payload names as shown, then who is of no side and speaks.
 * @param {Model} model
 * @returns {SideColumn[]}
 */
export function sideColumns(model) {
  const known = new Map(model.sides.map((side, i) => [side.id, i]))
  /** @type {SideColumn[]} */
  const found = model.sides.map((side, number) => ({ side, number, columns: [] }))
  /** @type {number[]} */
  const none = []
  model.columns.forEach((column, i) => {
    const number = known.get(column.side)
    if (number === undefined) none.push(i)
    else found[number].columns.push(i)
  })
  const speaks = new Set()
  for (const line of model.cells) {
    for (let i = 0; i < line.length; i++) if (model.byCode.has(line[i])) speaks.add(i)
  }
  if (none.length) {
    const heard = none.filter((i) => speaks.has(i)).length
    const name = model.sides.length ? "No side" : "Who"
    const own = { id: null, name, native: "", light: "", dark: "", counted: 1, note: "", compared: 0 }
    found.push({ side: { ...own, members: none.length, heard, shown: Number(heard > 0) }, number: -1, columns: none })
  }
  return found.filter(({ side }) => side.shown)
}

/**
 * How wide the columns are to each other: more names need more room, but a silent side is not squeezed away.
 * @param {Model} model
 * @param {SideColumn[]} columns
 * @returns {number[]}
 */
export function shares(model, columns) {
  const letters = columns.map(({ columns: actors }) => {
    let count = 1
    for (const line of model.cells) {
      for (const i of actors) if (model.byCode.has(line[i])) count += 4 + Math.min(model.columns[i].name.length, 30)
    }
    return Math.sqrt(count)
  })
  const mean = letters.reduce((sum, one) => sum + one, 0) / letters.length
  return columns.map(
    ({ side }, i) => Math.min(1.2, Math.max(0.92, letters[i] / mean)) * (side.compared ? 1 : SET_ASIDE),
  )
}

/**
 * The positions in a cell: officials first, then from backing to opposing.
 * @param {Model} model
 * @param {number} row
 * @param {number[]} columns
 * @returns {Voice[]}
 */
export function voices(model, row, columns) {
  /** @type {Voice[]} */
  const found = []
  for (const column of columns) {
    const stance = model.stanceAt(row, column)
    if (stance === undefined) continue
    const { kind } = model.stances[stance]
    const condition = model.conditions.get(`${row},${column}`) ?? ""
    found.push({ column, stance, kind, official: Boolean(model.columns[column].official), condition })
  }
  /** @param {Voice} voice */
  const rank = ({ official, kind, stance }) => (official ? 0 : 1000) + KINDS.indexOf(kind) * 100 + stance
  return found.sort((a, b) => rank(a) - rank(b) || a.column - b.column)
}

/**
 * How many of a cell's positions are shown by name at first; none of very many, for there counts say more.
 * @param {number} positions
 * @param {boolean} [narrow]
 */
export function namedAtFirst(positions, narrow = false) {
  const { all, some, most } = narrow ? NARROW : WIDE
  if (positions <= all) return positions
  return positions > most ? 0 : some
}

/**
 * Of how many a cell's positions are: the side's members, or 0 where that is not to be said: a list known only in part,
 * positions that a filter hides, a side that does not count. `unknown`: of some nothing is known.
 * @param {Model} model
 * @param {number} row
 * @param {SideColumn} column
 * @param {Voice[]} found
 * @returns {{ members: number, unknown: boolean }}
 */
export function wholeOf(model, row, { side, number, columns }, found) {
  const unknown = columns.some((i) => model.blanks.get(model.cells[row][i])?.name === "unknown")
  if (number < 0) return { members: unknown ? 0 : columns.length, unknown }
  if (!side.counted) return { members: 0, unknown }
  const share = model.rollups[row]?.[model.sides.slice(0, number).filter((one) => one.counted).length]
  if (!share) return { members: 0, unknown }
  const [backing, , neutral, opposed, mixed, silent, members] = share
  const speakers = backing + neutral + opposed + mixed
  const rest = members - speakers - silent > 0
  return { members: rest || speakers !== found.length ? 0 : members, unknown: rest }
}

/**
 * Of a side's members who stands where, of the positions that are shown.
 * @param {Voice[]} found
 * @param {[string, string]} neutral what taking no side is called, of one and of several
 * @param {{ members: number, unknown: boolean }} whole
 */
export function countWords(found, neutral, whole) {
  /** @param {string} kind */
  const of = (kind) => found.filter((voice) => voice.kind === kind).length
  const conditional = of("conditional")
  const backing = of("backing") + conditional
  const counts = { backing, conditional, neutral: of("neutral"), opposed: of("opposed"), mixed: of("mixed") }
  return standWords(counts, neutral, whole)
}

/** What the button says that shows the others. @param {number} positions @param {number} shown @param {boolean} open */
export function moreWords(positions, shown, open) {
  if (open) return "fewer"
  return shown ? `+${positions - shown}` : "names"
}

/**
 * Why a cell has no position, in a word.
 * @param {Model} model
 * @param {number} row
 * @param {{ side: { members: number }, columns: number[] }} column
 */
export function emptyWords(model, row, { side, columns }) {
  if (!columns.length) return side.members ? NOTHING_MATCHES : NOBODY_HERE
  const found = new Set(columns.map((i) => model.blanks.get(model.cells[row][i])?.name))
  const name = EMPTY.find((one) => found.has(one)) ?? "never"
  if (name === "never") return "silent"
  return [...model.blanks.values()].find((one) => one.name === name)?.short ?? name
}

/** A position read aloud, and what its tooltip says. @param {Model} model @param {number} row @param {Voice} voice */
export function voiceWords(model, row, { column, official, condition }) {
  const { name, native, detail } = model.columns[column]
  const who = [short(name), native, detail, official ? "official" : ""].filter(Boolean).join(", ")
  return `${who}: ${cellWords(model, row, column).join("; ")}${condition ? `; on condition: ${short(condition)}` : ""}`
}

/** @param {Side} side @param {boolean} matching a search or a stance is chosen */
export const heardOf = (side, matching) => (side.members ? heardWords(side, matching) : NOBODY_HERE)
