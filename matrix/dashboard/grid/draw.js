// Draws the grid once: heads, bands, rows, cells, names and the words read aloud; a big one is completed while idle.

import { make } from "../assets/dom.js"
import { bar } from "./colours.js"
import { FOLDED, UNCERTAIN } from "./model.js"
import { blankLook, heardWords, sentence, short, sizeWords } from "./words.js"

/** @import { Column, Group, Model, Place, Row, Share, Side, Slot } from "./model.js" */

const AT_ONCE = 4000 // cells; of a bigger grid the rows on screen come first, the others when the browser is idle
const ROWS_AHEAD = 40
const BLOCK = 10 // rows that the browser leaves out together while they are off screen
const PORTION = 12 // milliseconds of drawing while idle, so that a click never waits
const UPRIGHT = /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]/ // scripts that are written upright
const WIDE = /[^ -\u024f]/ // characters that may be wider than Latin ones
const TWO_LINES = 44 // characters of a turned name: a longer one takes a third line, where its native name would stand

const whenIdle =
  window.requestIdleCallback ??
  ((/** @type {IdleRequestCallback} */ work) =>
    window.setTimeout(() => {
      const end = performance.now() + 8
      work({ didTimeout: false, timeRemaining: () => end - performance.now() })
    }, 16))
const cancelIdle = window.cancelIdleCallback ?? clearTimeout

/** A name in its own script. @param {string} text @param {string} language */
export function native(text, language) {
  const span = make("span", "pm-native", short(text))
  span.dir = "auto"
  if (language) span.lang = language
  return span
}

/** @param {Slot} slot */
function classOf(slot) {
  const base = { title: "t", side: "k", actor: "a", fold: "f" }[slot.kind]
  const folded = slot.kind === "actor" && slot.folded ? ` u${slot.group} u` : ""
  return `${base}${folded}${slot.first ? " first" : ""}`
}

/** The colour of a group's side. @param {Model} model @param {Group} group */
export function sideColour(model, group) {
  const i = model.sides.findIndex((side) => side.id === group.id)
  return i < 0 ? "var(--pm-muted)" : `var(--side-${i})`
}

/** The classes of an actor's cell: its stance and marks, or why it is empty. @param {Model} model @param {string} code @param {string} mark */
export function lookOf(model, code, mark) {
  const blank = model.blanks.get(code)
  if (blank) return blankLook(blank.name)
  return `st s${model.byCode.get(code)}${Number(mark) & FOLDED ? " mf" : ""}${Number(mark) & UNCERTAIN ? " mu" : ""}`
}

/** Fill the cell of a side's share. @param {HTMLElement} cell @param {Share} share */
export function fillShare(cell, share) {
  const [backing, , neutral, opposed, mixed, silent, members, official] = share
  const partly = members - backing - neutral - opposed - mixed - silent > 0
  if (!(backing || neutral || opposed || mixed)) {
    cell.classList.add(...(partly ? blankLook("unknown").split(" ") : ["e"]))
    return
  }
  const text = make("span", "pm-share")
  text.append(make("b", "", backing || !partly ? backing : "?"))
  if (!partly) text.append(make("i", "", `/${members}`))
  cell.append(text)
  if (official) cell.classList.add("of")
  if (opposed || mixed) cell.classList.add("op")
  if (!partly) cell.style.setProperty("--bar", bar(share))
}

export class Drawing {
  /**
   * @param {Model} model
   * @param {(groups: Group[]) => void} toggle what a fold button does
   */
  constructor(model, toggle) {
    this.model = model
    this.toggle = toggle
    /** @type {HTMLElement[]} the rows of cells */
    this.lines = []
    /** @type {HTMLElement[]} the columns' heads; of a fold the button */
    this.heads = []
    /** @type {HTMLElement[]} the rows' heads */
    this.rowHeads = []
    /** @type {HTMLElement[]} */
    this.bands = []
    /** @type {HTMLElement[]} */
    this.themes = []
    /** @type {{ button: HTMLButtonElement, group: Group }[]} */
    this.buttons = []
    /** @type {Set<number>} */
    this.filled = new Set()
    /** @type {Set<number>} */
    this.labelled = new Set()
    /** @type {Map<string, string>} */
    this.classes = new Map()
    /** @type {number | null} */
    this.later = null
    /** @type {IntersectionObserver | null} */
    this.near = null
    this.offset = model.hasBands ? 2 : 1 // lines of heads
    this.frame = make("div", "pm-frame")
    this.grid = make("div", "pm-grid")
    this.grid.setAttribute("role", "grid")
    this.grid.setAttribute("aria-label", `${model.rows.length} proposals by ${model.columns.length} actors`)
    this.grid.setAttribute("aria-readonly", "true")
    this.grid.setAttribute("aria-multiselectable", "false")
    this.beam = make("div", "pm-beam")
    this.beam.setAttribute("role", "presentation")
    // All titles are in one sticky column, and their rows own them: a sticky title in each row would be a layer each.
    this.titles = make("div", "pm-titles")
    this.wide = make("div", "pm-rows")
    this.wide.setAttribute("role", "presentation")
    this.blank = this.blankLine()
    this.grid.append(this.header(), this.body())
    this.frame.append(this.beam, this.titles, this.grid)
  }

  /** Stop what is still being drawn. */
  leave() {
    if (this.later) cancelIdle(this.later)
    this.near?.disconnect()
  }

  // ---- heads ----

  header() {
    const head = make("div", "pm-head")
    head.setAttribute("role", "rowgroup")
    if (this.model.hasBands) head.append(this.bandLine())
    const line = make("div", "pm-names")
    line.setAttribute("role", "row")
    line.setAttribute("aria-rowindex", String(this.offset))
    this.model.slots.forEach((slot, s) => {
      const cell = make("div", `pm-n ${classOf(slot)}`)
      cell.setAttribute("role", "columnheader")
      cell.setAttribute("aria-colindex", String(s + 1))
      this.heads.push(this.head(cell, slot))
      line.append(cell)
    })
    head.append(line)
    return head
  }

  /** Fill a column's head; what of it can be focused. @param {HTMLElement} cell @param {Slot} slot */
  head(cell, slot) {
    if (slot.kind === "title") {
      const [rows, columns] = sizeWords(this.model)
      cell.append(make("b", "", rows), make("small", "", columns))
    } else if (slot.kind === "side") {
      const side = this.model.sides[slot.side]
      this.name(cell, side)
      cell.style.setProperty("--side", `var(--side-${slot.side})`)
      cell.setAttribute("aria-label", `${short(side.name)}: roll-up of its members`)
    } else if (slot.kind === "actor") {
      const actor = this.model.columns[slot.i]
      this.name(cell, actor)
      cell.style.setProperty("--side", sideColour(this.model, this.model.groups[slot.group]))
      cell.dataset.actor = actor.id
      cell.setAttribute("aria-label", `${short(actor.name)}${actor.unheard ? " (named, unheard)" : ""}`)
    } else return this.foldButton(cell, this.model.groups[slot.group])
    return cell
  }

  bandLine() {
    const line = make("div", "pm-bands")
    line.setAttribute("role", "row")
    line.setAttribute("aria-rowindex", "1")
    const blank = make("div", "pm-band t")
    blank.setAttribute("role", "presentation")
    line.append(blank)
    const shares = this.model.shares
    if (shares) line.append(this.band("k", 2, shares, [make("b", "", "Sides"), make("small", "", "who backs it")]))
    let from = 2 + shares
    this.model.groups.forEach((group, g) => {
      const name = make("b", "", short(group.name))
      name.dir = "auto"
      if (group.native) name.append(" ", native(group.native, this.model.language))
      const span = this.model.slots.filter((slot) => slot.group === g).length
      const cell = this.band("a", from, span, [name, make("small", "", heardWords(group, this.model.matching))])
      cell.style.setProperty("--side", sideColour(this.model, group))
      cell.title = `${short(group.name)}: ${heardWords(group, this.model.matching)}`
      this.bands.push(cell)
      line.append(cell)
      from += span
    })
    return line
  }

  /** @param {string} kind @param {number} from @param {number} span @param {Node[]} words */
  band(kind, from, span, words) {
    const cell = make("div", `pm-band ${kind}`)
    cell.setAttribute("role", "columnheader")
    cell.setAttribute("aria-colindex", String(from))
    cell.setAttribute("aria-colspan", String(span))
    const box = make("div", "pm-band-text")
    box.append(...words)
    cell.append(box)
    return cell
  }

  /**
   * The Latin name is turned, a Chinese one is upright beside it: turned Chinese is hard to read.
   * @param {HTMLElement} cell
   * @param {Column | Side} named
   */
  name(cell, { name, native: own }) {
    const box = make("div", "pm-turn")
    const text = make("span", "pm-name", short(name))
    text.dir = "auto"
    box.append(text)
    const upright = UPRIGHT.test(own)
    if (own && !upright) box.append(native(own, this.model.language))
    // Only a name that may be too long is cut off: each cut is a clip of its own to the browser.
    if (name.length > 14 || WIDE.test(name)) cell.classList.add("pm-cut")
    if (name.length > (cell.matches(".k") ? 16 : 21) || (own && !upright)) cell.classList.add("pm-long")
    cell.append(box)
    if (name.length > TWO_LINES) cell.classList.add("pm-three")
    if (!upright || name.length > TWO_LINES) return
    const second = native(own, this.model.language)
    second.classList.add("pm-upright")
    if (own.length > 11) second.classList.add("pm-tight")
    cell.append(second)
    cell.classList.add("pm-two")
  }

  /** @param {HTMLElement} cell @param {Group} group */
  foldButton(cell, group) {
    const button = make("button", "pm-fold")
    button.type = "button"
    button.append(make("span"))
    button.addEventListener("click", (event) => {
      event.stopPropagation()
      this.toggle([group])
    })
    this.buttons.push({ button, group })
    cell.append(button)
    return button
  }

  // ---- rows ----

  body() {
    /** @param {HTMLElement} parent */
    const block = (parent) => {
      const one = make("div", "pm-block")
      if (parent !== this.titles) one.setAttribute("role", "presentation")
      parent.append(one)
      return one
    }
    /** @type {HTMLElement | null} */
    let group = null
    let heads = this.titles
    let lines = this.wide
    let band = -1
    let index = this.offset
    this.model.rows.forEach((row, i) => {
      const fresh = !group || row.band !== band
      if (!group || fresh) {
        band = row.band
        group = make("div", "pm-group")
        group.setAttribute("role", "rowgroup")
        if (band >= 0) {
          const heading = this.bandHeading(this.model.bands[band].words, ++index)
          this.themes.push(heading)
          group.append(heading)
          group.setAttribute("aria-label", short(this.model.bands[band].words))
          this.titles.append(make("div", "pm-gap"))
        }
        this.wide.append(group)
      }
      if (fresh || lines.childElementCount >= BLOCK) {
        heads = block(this.titles)
        lines = block(group)
      }
      const head = this.rowHead(row)
      head.id = `pm-title-${i}`
      head.dataset.proposal = row.id
      const line = make("div", "pm-r")
      line.setAttribute("role", "row")
      line.setAttribute("aria-rowindex", String(++index))
      line.setAttribute("aria-owns", head.id)
      line.dataset.proposal = row.id
      this.lines.push(line)
      this.rowHeads.push(head)
      heads.append(head)
      lines.append(line)
      for (const one of [heads, lines]) one.style.setProperty("--n", String(lines.childElementCount))
    })
    this.grid.setAttribute("aria-rowcount", String(index))
    this.grid.setAttribute("aria-colcount", String(this.model.slots.length))
    return this.wide
  }

  /** @param {string} words @param {number} index */
  bandHeading(words, index) {
    const line = make("div", "pm-theme")
    line.setAttribute("role", "row")
    line.setAttribute("aria-rowindex", String(index))
    const cell = make("div", "pm-theme-name")
    cell.setAttribute("role", "rowheader")
    cell.setAttribute("aria-colspan", String(this.model.slots.length))
    const text = make("span", "", short(words))
    text.dir = "auto"
    cell.append(text)
    line.append(cell)
    return line
  }

  /** @param {Row} row */
  rowHead(row) {
    const cell = make("div", "c t")
    cell.setAttribute("role", "rowheader")
    cell.setAttribute("aria-colindex", "1")
    const title = make("span", "pm-title")
    title.dir = "auto"
    title.append(make("span", "pm-text", short(row.title)))
    if (row.native) title.append(native(row.native, this.model.language))
    if (row.depth) {
      cell.classList.add("pm-child")
      cell.style.setProperty("--depth", String(Math.min(row.depth, 6)))
    }
    cell.append(title)
    return cell
  }

  // ---- cells ----

  /** A row's cells without content, cloned for every proposal: far cheaper than making each cell. */
  blankLine() {
    const cells = document.createDocumentFragment()
    for (const slot of this.model.slots.slice(1)) {
      const cell = make("div", `c ${classOf(slot)}${slot.kind === "actor" ? " e" : ""}`)
      cell.setAttribute("role", slot.kind === "fold" ? "presentation" : "gridcell")
      cells.append(cell)
    }
    return cells
  }

  /** Draw a row's cells, once. @param {number} i */
  fill(i) {
    if (this.filled.has(i)) return
    this.filled.add(i)
    const { slots, cells, marks, rollups } = this.model
    const fresh = /** @type {DocumentFragment} */ (this.blank.cloneNode(true))
    const drawn = [...fresh.children]
    for (let s = 1; s < slots.length; s++) {
      const slot = slots[s]
      if (slot.kind === "actor") {
        const code = cells[i][slot.i]
        if (code !== ".") drawn[s - 1].className = this.cellClass(slot, code, marks.length ? marks[i][slot.i] : "0")
      } else if (slot.kind === "side") fillShare(/** @type {HTMLElement} */ (drawn[s - 1]), rollups[i][slot.i])
    }
    this.lines[i].append(fresh)
  }

  /** @param {Slot} slot @param {string} code @param {string} mark */
  cellClass(slot, code, mark) {
    const key = code + mark + classOf(slot)
    let name = this.classes.get(key)
    if (name === undefined) {
      name = `c ${classOf(slot)} ${lookOf(this.model, code, mark)}`
      this.classes.set(key, name)
    }
    return name
  }

  /** Draw all rows: at once, or what is in sight at once and the rest in small portions. @param {Element} scroller */
  complete(scroller) {
    let next = 0
    const one = () => {
      this.fill(next)
      this.labelLine(next++)
    }
    if (this.lines.length * this.model.slots.length <= AT_ONCE) {
      while (next < this.lines.length) one()
      return
    }
    for (let i = 0; i < Math.min(ROWS_AHEAD, this.lines.length); i++) this.fill(i)
    const near = new IntersectionObserver(
      (seen) => {
        for (const { isIntersecting, target } of seen) {
          if (!isIntersecting) continue
          const i = this.lines.indexOf(/** @type {HTMLElement} */ (target))
          this.fill(i)
          this.labelLine(i)
        }
      },
      { root: scroller, rootMargin: "800px 0px" },
    )
    this.near = near
    for (const line of this.lines) near.observe(line)
    /** @param {IdleDeadline} deadline */
    const step = (deadline) => {
      const end = performance.now() + PORTION
      do
        one() // a row each time: a browser may say of every idle moment that no time is left in it
      while (next < this.lines.length && performance.now() < end && deadline.timeRemaining() > 1)
      this.later = next < this.lines.length ? whenIdle(step) : null
      if (!this.later) near.disconnect() // watching three hundred rows costs time in every frame
    }
    this.later = whenIdle(step)
  }

  /** @param {number} i */
  labelLine(i) {
    if (this.labelled.has(i)) return
    this.labelled.add(i)
    const cells = this.lines[i].children
    for (let s = 1; s < this.model.slots.length; s++) this.labelCell(cells[s - 1], { row: i, slot: s })
  }

  /** @param {Element} cell @param {Place} place */
  labelCell(cell, { row, slot: s }) {
    const slot = this.model.slots[s]
    if (slot.kind === "fold" || slot.kind === "title") return
    cell.setAttribute("aria-colindex", String(s + 1))
    cell.setAttribute("aria-label", sentence(this.model, row, slot))
  }

  // ---- which element is where ----

  /** The place of what an event happened on. @param {EventTarget | null} target @returns {Place | null} */
  locate(target) {
    const cell = target instanceof Element ? target.closest(".c, .pm-n") : null
    const line = cell?.parentElement
    if (!cell || !line) return null
    const nth = () => Array.prototype.indexOf.call(line.children, cell)
    if (cell.matches(".pm-n")) return { row: -1, slot: nth() }
    if (cell.matches(".t")) return { row: this.rowHeads.indexOf(/** @type {HTMLElement} */ (cell)), slot: 0 }
    const row = this.lines.indexOf(line)
    return row < 0 ? null : { row, slot: nth() + 1 }
  }

  /** @param {Place} place @returns {HTMLElement} */
  element({ row, slot }) {
    if (row < 0) return this.heads[slot]
    if (slot === 0) return this.rowHeads[row]
    this.fill(row)
    return /** @type {HTMLElement} */ (this.lines[row].children[slot - 1])
  }
}
