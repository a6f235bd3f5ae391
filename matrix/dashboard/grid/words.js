// What is said of cells, heads, folds and the legend. No DOM; the words of the palette come with the payload.

import { FOLDED, UNCERTAIN } from "./model.js"

/** @import { Group, Model, Share, Side, SideSlot, ActorSlot } from "./model.js" */

const MOST = 240 // characters of a name or title
export const OUTSIDE_DATES = "may have been made outside the chosen dates"
export const NOBODY_HERE = "nobody here"
export const NOTHING_MATCHES = "nothing that matches" // the search, or the stance
const MANY = 35 // statements: the last that one character counts

/** @param {string} text */
export const short = (text) => (text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text)

/** @param {number} n @param {string} word */
export const plural = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`

/** @param {string} text */
const sentenceCase = (text) => text.charAt(0).toUpperCase() + text.slice(1)

/** Why there is no grid. @param {Model} model */
export function emptySentence(model) {
  return model.rows.length ? "No actor is in this selection." : "No proposal is in this selection."
}

/** What a cell holds, in parts. @param {Model} model @param {number} row @param {number} column */
export function cellWords(model, row, column) {
  const blank = model.blanks.get(model.cells[row][column])
  const words = [blank ? blank.word : short(model.stances[model.stanceAt(row, column) ?? 0].word)]
  const count = model.counts.length ? Number.parseInt(model.counts[row][column], 36) : 0
  if (count) words.push(count >= MANY ? `${MANY} or more statements` : plural(count, "statement"))
  const mark = model.markAt(row, column)
  if (mark & FOLDED) words.push("statements of different stances folded")
  if (mark & UNCERTAIN) words.push(OUTSIDE_DATES)
  const note = model.notes.get(`${row},${column}`)
  if (note) words.push(short(note))
  return words
}

/**
 * Of a side's members who stands where: `107 of 143 back (3 on a condition), 5 abstain, 1 opposes`; '' where nobody
 * speaks. The same words as share_words in analysis/common_ground.py, which `share_words.json` of the tests holds to it.
 * @param {{ backing: number, conditional?: number, neutral: number, opposed: number, mixed: number, official?: number }} counts
 * @param {[string, string]} neutral what taking no side is called, of one and of several
 * @param {{ members: number, unknown: boolean }} whole 0 members where it is not to be said of how many
 */
export function standWords(counts, neutral, { members, unknown }) {
  const { backing, conditional = 0, opposed, mixed, official = 0 } = counts
  const among = []
  if (conditional) among.push(`${conditional.toLocaleString("en")} on a condition`)
  if (official) among.push(plural(official, "official"))
  const whole = unknown ? 0 : members
  const parts = []
  if (backing) parts.push(`${backWords(backing, whole)}${among.length ? ` (${among.join(", ")})` : ""}`)
  else if (whole && counts.neutral + opposed + mixed > 1) parts.push(`none of ${whole.toLocaleString("en")} backs`)
  /** @type {[number, string, string][]} */
  const others = [
    [counts.neutral, ...neutral],
    [opposed, "opposes", "oppose"],
    [mixed, "is mixed", "are mixed"],
  ]
  for (const [n, one, many] of others) if (n) parts.push(`${n.toLocaleString("en")} ${n === 1 ? one : many}`)
  if (unknown && parts.length) parts.push("others not known")
  return parts.join(", ")
}

/** @param {number} backing @param {number} members 0 where it is not to be said of how many */
function backWords(backing, members) {
  let who = backing.toLocaleString("en")
  if (members) who += ` of ${members.toLocaleString("en")}`
  if (backing === members) who = { 1: "", 2: "both " }[members] ?? `all ${members.toLocaleString("en")} `
  else who += " "
  return `${who}${backing === 1 ? "backs" : "back"}`
}

/** A side's share of a row. @param {Share} share @param {[string, string]} of what taking no side is called */
export function shareWords([backing, conditional, neutral, opposed, mixed, silent, members, official], of) {
  const missing = members - backing - neutral - opposed - mixed - silent
  const nothing = `of ${missing} nothing is known: the list is known only in part`
  if (!(backing || neutral || opposed || mixed)) {
    if (missing) return silent ? `${silent} of ${members} members silent in these sources; ${nothing}` : nothing
    return `all ${members} members silent in these sources`
  }
  const counts = { backing, conditional, neutral, opposed, mixed, official }
  const words = [standWords(counts, of, { members: missing ? 0 : members, unknown: false })]
  if (silent) words.push(`${silent} silent`)
  if (missing) words.push(`${missing} not known`)
  return words.join("; ")
}

/** A cell read aloud. @param {Model} model @param {number} row @param {SideSlot | ActorSlot} slot */
export function sentence(model, row, slot) {
  const proposal = short(model.rows[row].title)
  if (slot.kind === "side") {
    const side = short(model.sides[slot.side].name)
    return `${side} on ${proposal}: ${shareWords(model.rollups[row][slot.i], model.neutral)}`
  }
  return `${short(model.columns[slot.i].name)} on ${proposal}: ${cellWords(model, row, slot.i).join("; ")}`
}

/**
 * What the tooltip says of a place; `look` is the number of a stance.
 * @param {Model} model
 * @param {number} row
 * @param {number} s
 * @returns {{ title: string, native: string, lines: string[], words?: string, look?: number } | null}
 */
export function describe(model, row, s) {
  const slot = model.slots[s]
  const proposal = row >= 0 ? model.rows[row] : null
  if (slot.kind === "title") {
    return proposal && { title: proposal.title, native: proposal.native, lines: [proposal.detail] }
  }
  if (slot.kind === "fold") return null
  if (slot.kind === "side") {
    const { name, native, note } = model.sides[slot.side]
    if (!proposal) return { title: name, native, lines: [note, heardWords(model.sides[slot.side], model.matching)] }
    return {
      title: name,
      native,
      lines: [proposal.title],
      words: shareWords(model.rollups[row][slot.i], model.neutral),
    }
  }
  const { name, native, detail, unheard } = model.columns[slot.i]
  if (!proposal) {
    const why = unheard ? "Named in these sources, but no position is reported." : ""
    return { title: name, native, lines: [detail, why] }
  }
  const words = sentenceCase(cellWords(model, row, slot.i).join("; "))
  return { title: name, native, lines: [proposal.title], words, look: model.stanceAt(row, slot.i) }
}

/** How many rows and columns there are. @param {Model} model @returns {[string, string]} */
export function sizeWords(model) {
  const heard = model.columns.filter((column) => !column.unheard).length
  const named = model.columns.length - heard
  return [
    plural(model.rows.length, "proposal"),
    named ? `${heard} actors heard, ${named} named only` : plural(heard, "actor"),
  ]
}

/** What stands on paper in place of a matrix that it cannot hold. @param {Model} model @param {number} columns */
export function tooManyWords(model, columns) {
  const size = `${plural(model.rows.length, "proposal")} by ${plural(columns, "column")}`
  return `Not printed: ${size} are too many for paper. The workbook holds all of them: Download, Excel workbook.`
}

/** @param {Side} side @param {boolean} matching a search or a stance is chosen: who does not match may yet be heard */
export function heardWords({ heard, members, counted }, matching) {
  if (matching && !heard) return NOTHING_MATCHES
  const word = matching ? (heard === 1 ? "matches" : "match") : "heard"
  return counted ? `${heard} of ${members} ${word}` : `${heard} ${word}, not counted`
}

/** What a group's fold button shows, and what it says to those who do not see it. @param {Group} group @param {boolean} open */
export function foldWords(group, open) {
  const shown = open ? `− fold ${group.unheard}` : `+${group.unheard} unheard`
  const action = open
    ? `fold away the ${group.unheard} unheard of ${group.name}`
    : `show the ${group.unheard} of ${group.name} named but unheard`
  return { shown, label: `${shown}: ${action}` }
}

/** The button for all folds. @param {Model} model */
export function allWords(model) {
  const unheard = model.foldable.reduce((sum, group) => sum + group.unheard, 0)
  return `${unheard} named, unheard – ${allUnfolded(model) ? "fold" : "show"}`
}

/** @param {Model} model */
export function allUnfolded(model) {
  return model.foldable.length > 0 && model.foldable.every((group) => model.unfolded.has(group.id))
}

/**
 * The legend's samples, each the classes of a cell and its words; only of what occurs, for the scale itself is short.
 * @param {Model} model
 * @returns {[string, string][]}
 */
export function legend(model) {
  const used = new Set(model.cells.join(""))
  const marks = [...new Set(model.marks.join(""))].map(Number)
  /** @type {[string, string][]} */
  const entries = model.stances.map((stance, i) => [`st s${i}`, short(stance.word)])
  const sample = `st s${Math.max(
    model.stances.findIndex((stance) => used.has(stance.code)),
    0,
  )}`
  if (marks.some((mark) => mark & FOLDED)) entries.push([`${sample} mf pm-bare`, "different stances folded"])
  if (marks.some((mark) => mark & UNCERTAIN)) entries.push([`${sample} mu pm-bare`, OUTSIDE_DATES])
  for (const blank of model.blanks.values()) {
    if (blank.name === "never" || used.has(blank.code)) entries.push([blankLook(blank.name), blank.short])
  }
  return entries
}

/** What the legend says of a side's share. @param {Model} model */
export function shareLegend(model) {
  const shares = model.rollups.flat()
  return {
    shown: model.shares > 0,
    official: shares.some((share) => share[7]),
    against: shares.some((share) => share[3] || share[4]),
  }
}

/** The class of a kind of empty cell. @param {string} name */
export const blankLook = (name) =>
  ({ never: "e", superseded: "es", outside: "eo", looked_for: "el", unknown: "eu", hidden: "eh" })[name] ?? "e"
