// The matrix as the browser knows it: rows, columns in their groups, what stands in which slot. No DOM.

/**
 * @typedef {{ id: string, title: string, native: string, band: number, depth: number, detail: string }} Row
 * @typedef {{ id: string, name: string, native: string, side: string, detail: string, unheard: number, official: number }} Column
 * @typedef {{
 *   id: string | null, name: string, native: string, light: string, dark: string,
 *   counted: number, note: string, members: number, heard: number, compared: number, shown: number,
 * }} Side
 * @typedef {{ id: string, words: string, light: string, dark: string, about: string }} Band rows under one heading
 * @typedef {{ code: string, glyph: string, word: string, light: string, dark: string, kind: string }} Stance
 * @typedef {{ code: string, name: string, word: string, short: string, glyph: string }} Blank a kind of empty cell
 * @typedef {Side & { unheard: number }} Group the columns below one band; `unheard` of them can be folded away
 * @typedef {{ row: number, slot: number }} Place `row` -1 is the line of the heads
 */

/**
 * A side's share of a row: members backing, of these on a condition, neutral, opposed, mixed, silent, all members,
 * officials among the backing.
 * @typedef {[number, number, number, number, number, number, number, number]} Share
 */

/**
 * What stands in one column of the drawn grid. `i` is the number of the column, or of the share in its row; `side` the
 * number of the side; `group` that of the band above, -1 for none.
 * @typedef {{ group: number, first?: boolean }} Common
 * @typedef {Common & { kind: "title" }} TitleSlot
 * @typedef {Common & { kind: "side", side: number, i: number }} SideSlot
 * @typedef {Common & { kind: "actor", i: number, folded: boolean }} ActorSlot
 * @typedef {Common & { kind: "fold" }} FoldSlot
 * @typedef {TitleSlot | SideSlot | ActorSlot | FoldSlot} Slot
 */

/**
 * What `Grid.payload` in Python sends; the lists of values are in the order of the types above.
 * @typedef {object} Payload
 * @property {unknown[][]} rows
 * @property {unknown[][]} columns
 * @property {unknown[][]} sides
 * @property {unknown[][]} stances
 * @property {unknown[][]} blanks
 * @property {string[]} cells
 * @property {string[]} marks
 * @property {string[]} counts
 * @property {Share[][]} rollups
 * @property {[number, number, string][]} notes
 * @property {unknown[][]} bands
 * @property {{ texts: string[], cells: [number, number, number][] }} conditions
 * @property {{ official: string, against: string }} signs
 * @property {[string, string]} neutral
 * @property {number} matching 1 where a search or a stance is chosen
 * @property {string} language
 * @property {string} hint
 * @property {string} touch
 */

export const FOLDED = 1 // of a cell's mark: statements of different stances were folded into it
export const UNCERTAIN = 2 // it rests on an uncertain date

/** @type {Side} the band above the columns without one; grey, and counted over the columns given */
const NO_SIDE = {
  id: null,
  name: "No side",
  native: "",
  light: "",
  dark: "",
  counted: 1,
  note: "",
  members: 0,
  heard: 0,
  compared: 0,
  shown: 0,
}

/** @param {...string} names @returns {(row: unknown[]) => any} */
const named =
  (...names) =>
  (row) =>
    Object.fromEntries(names.map((name, i) => [name, row[i]]))

export class Model {
  /** @param {Payload} raw */
  constructor(raw) {
    /** @type {Row[]} */
    this.rows = raw.rows.map(named("id", "title", "native", "band", "depth", "detail"))
    /** @type {Column[]} */
    this.columns = raw.columns.map(named("id", "name", "native", "side", "detail", "unheard", "official"))
    /** @type {Band[]} */
    this.bands = raw.bands.map(named("id", "words", "light", "dark", "about"))
    /** @type {Side[]} */
    this.sides = raw.sides.map(
      named("id", "name", "native", "light", "dark", "counted", "note", "members", "heard", "compared", "shown"),
    )
    /** @type {Stance[]} */
    this.stances = raw.stances.map(named("code", "glyph", "word", "light", "dark", "kind"))
    /** @type {Map<string, Blank>} */
    this.blanks = new Map(raw.blanks.map(named("code", "name", "word", "short", "glyph")).map((one) => [one.code, one]))
    this.cells = raw.cells
    this.marks = raw.marks
    this.counts = raw.counts
    this.rollups = raw.rollups
    this.signs = raw.signs
    this.language = raw.language
    this.matching = Boolean(raw.matching)
    this.neutral = raw.neutral
    this.notes = new Map(raw.notes.map(([row, column, text]) => [`${row},${column}`, text]))
    /** @type {Map<string, string>} what a position depends on */
    this.conditions = new Map(
      raw.conditions.cells.map(([row, column, text]) => [`${row},${column}`, raw.conditions.texts[text]]),
    )
    this.byCode = new Map(this.stances.map((stance, i) => [stance.code, i]))
    /** @type {Set<string | null>} the ids of the groups whose unheard are unfolded */
    this.unfolded = new Set()
    /** @type {Group[]} every side with a column here, then those without a side */
    this.groups = []
    /** @type {Slot[]} */
    this.slots = [{ kind: "title", group: -1 }]
    const counted = this.sides.flatMap((one, i) => (one.counted ? [i] : []))
    if (this.rollups.length) {
      counted.forEach((number, i) => {
        this.slots.push({ kind: "side", side: number, i, group: -1 })
      })
    }
    for (const side of [...this.sides, NO_SIDE]) this.#addGroup(side)
    /** @type {Map<string, number>} */
    this.slotOf = new Map()
    this.slots.forEach((_, s) => {
      if (this.nameOf(s)) this.slotOf.set(this.nameOf(s), s)
    })
    this.rowOf = new Map(this.rows.map((row, i) => [row.id, i]))
  }

  /** @param {Side} side */
  #addGroup(side) {
    const known = new Set(this.sides.map((one) => one.id))
    const own = this.columns.flatMap((column, i) =>
      (side.id === null ? !known.has(column.side) : column.side === side.id) ? [i] : [],
    )
    if (!own.length) return
    const group = this.groups.length
    const unheard = own.filter((i) => this.columns[i].unheard)
    const heard = own.length - unheard.length
    const none = side.id === null ? { heard, members: own.length } : {}
    this.groups.push({ ...side, ...none, unheard: unheard.length })
    const first = this.slots.length
    for (const i of own) if (!this.columns[i].unheard) this.slots.push({ kind: "actor", i, group, folded: false })
    for (const i of unheard) this.slots.push({ kind: "actor", i, group, folded: true })
    if (unheard.length) this.slots.push({ kind: "fold", group })
    this.slots[first].first = true
  }

  get isEmpty() {
    return !this.rows.length || this.slots.length === 1
  }

  /** Whether the columns have bands above their heads. */
  get hasBands() {
    return this.groups.some((group) => group.id !== null)
  }

  /** How many slots hold a side's share. */
  get shares() {
    return this.slots.filter((slot) => slot.kind === "side").length
  }

  /** The groups with something to fold away. */
  get foldable() {
    return this.groups.filter((group) => group.unheard)
  }

  /** @param {Slot} slot */
  isShown(slot) {
    return slot.kind !== "actor" || !slot.folded || this.unfolded.has(this.groups[slot.group].id)
  }

  /** Unfold these groups, or fold them where all are unfolded. @param {Group[]} groups */
  toggle(groups) {
    const open = groups.every((group) => this.unfolded.has(group.id))
    for (const group of groups) {
      if (open) this.unfolded.delete(group.id)
      else this.unfolded.add(group.id)
    }
  }

  /** A slot's column by its id, so that a filtered grid comes back at the same place. @param {number} s */
  nameOf(s) {
    const slot = this.slots[s]
    if (slot?.kind === "actor") return `a:${this.columns[slot.i].id}`
    return slot?.kind === "side" ? `s:${this.sides[slot.side].id}` : ""
  }

  /** The ids of what can be picked at a place: proposal, actor, side. @param {Place} place @returns {string[]} */
  idsAt({ row, slot }) {
    const what = this.slots[slot]
    return [
      row >= 0 ? this.rows[row].id : "",
      what.kind === "actor" ? this.columns[what.i].id : "",
      what.kind === "side" ? (this.sides[what.side].id ?? "") : "",
    ]
  }

  /** Where these ids are, if they are here at all. @param {string[]} ids @returns {Place | null} */
  find([proposal, actor, side]) {
    const row = proposal ? this.rowOf.get(proposal) : -1
    const slot = actor ? this.slotOf.get(`a:${actor}`) : side ? this.slotOf.get(`s:${side}`) : 0
    return row === undefined || slot === undefined || (row < 0 && slot === 0) ? null : { row, slot }
  }

  /** The first place of an actor who is shown. @returns {Place} */
  first() {
    const slot = this.slots.findIndex((one) => one.kind === "actor" && this.isShown(one))
    return { row: 0, slot: slot > 0 ? slot : 1 }
  }

  /** @param {number} row @param {number} column */
  markAt(row, column) {
    return this.marks.length ? Number(this.marks[row][column]) : 0
  }

  /** The number of a cell's stance; undefined for an empty one. @param {number} row @param {number} column */
  stanceAt(row, column) {
    return this.byCode.get(this.cells[row][column])
  }
}
