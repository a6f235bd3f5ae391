// The matrix by side in the browser: a row a proposal, a column a side, in the cell who takes which position.

import { laidWidth, make, scrolled } from "../assets/dom.js"
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
} from "./by_side_cells.js"
import { isDark, properties, rgb, rules } from "./colours.js"
import { native } from "./draw.js"
import { height, isNarrow } from "./layout.js"
import { Model, UNCERTAIN } from "./model.js"
import { blankLook, emptySentence, NOTHING_MATCHES, OUTSIDE_DATES, plural, short } from "./words.js"

/** @import { Component } from "../assets/dom.js" */
/** @import { Payload } from "./model.js" */
/** @import { SideColumn, Voice } from "./by_side_cells.js" */

/**
 * `open` is a number that grows when the page moves the mark, and the ids of the cell.
 * @typedef {{ signature: string, payload: string, open: [number, ...string[]] }} Data
 */

/** @type {WeakMap<Node, BySide>} */
const widgets = new WeakMap()

/** @param {Component<Data>} component */
export default function ({ data, parentElement, setStateValue }) {
  const widget = widgets.get(parentElement) ?? new BySide(parentElement)
  widgets.set(parentElement, widget)
  widget.update(data, setStateValue)
  return () => {
    widget.leave()
    widgets.delete(parentElement)
  }
}

const MANY_SIDES = 4 // beside more of them a column is narrow
const UNSURE = "~"
const STOPS = "[data-stop]" // what the arrow keys lead to: a title, a name, a cell without names, a button

class BySide {
  /** @param {Node} parent */
  constructor(parent) {
    this.root = make("div", "pm pm-by-side")
    this.scroller = make("div", "pm-scroll")
    this.legend = make("div", "pm-legend")
    this.legend.setAttribute("role", "note")
    this.legend.setAttribute("aria-label", "Legend")
    this.sheet = make("style")
    this.root.append(this.scroller, this.legend, this.sheet)
    parent.appendChild(this.root)
    /** @type {Model | null} */
    this.model = null
    /** @type {SideColumn[]} */
    this.columns = []
    /** @type {number[]} how wide they are to each other */
    this.shares = []
    /** @type {Set<string>} the cells whose names are all shown: proposal and side */
    this.unfolded = new Set()
    /** @type {HTMLElement[]} by the number of the row */
    this.lines = []
    /** @type {HTMLElement | null} the one tab stop */
    this.stopped = null
    /** @type {string[] | null} the open cell's ids */
    this.current = null
    /** @type {string | undefined} */
    this.signature = undefined
    /** @type {string | undefined} */
    this.painted = undefined
    /** @type {number | undefined} */
    this.number = undefined
    this.isCovered = false // by a panel beside it
    this.watch = new ResizeObserver(this.fit)
    this.watch.observe(this.root)
    addEventListener("resize", this.fit)
    this.scroller.addEventListener("click", (event) => this.click(event))
    this.scroller.addEventListener("keydown", (event) => this.key(event))
    this.scroller.addEventListener("focusin", (event) => {
      if (event.target instanceof HTMLElement && event.target.matches(STOPS)) this.stop(event.target)
    })
  }

  /** @param {Data} data @param {(name: string, value: unknown) => void} setStateValue */
  update(data, setStateValue) {
    this.send = setStateValue
    const rebuilt = data.signature !== this.signature
    if (rebuilt) {
      performance.mark("policy-matrix-by-side-start")
      /** @type {Payload} */
      const raw = JSON.parse(data.payload)
      this.model = new Model(raw)
      this.signature = data.signature
      this.build()
      performance.measure("policy-matrix-by-side", "policy-matrix-by-side-start")
    }
    this.paint()
    const [number, ...cell] = data.open
    if (number !== this.number) this.open(cell.length ? cell : null, true)
    else if (rebuilt) this.open(this.current, false)
    this.number = number
  }

  leave() {
    this.watch.disconnect()
    removeEventListener("resize", this.fit)
  }

  // ---- drawing ----

  build() {
    const { model, scroller } = this
    if (!model) return
    const { scrollTop, scrollLeft } = scroller
    const focused = this.stopped && scroller.contains(this.root.ownerDocument.activeElement) ? this.stopped : null
    const place = focused?.dataset.stop
    this.columns = sideColumns(model)
    this.shares = shares(model, this.columns)
    this.lines = []
    this.stopped = null
    scroller.textContent = ""
    this.legend.textContent = ""
    if (!model.rows.length || !this.columns.length) {
      scroller.append(make("p", "pm-empty", emptySentence(model)))
      return
    }
    const table = make("div", "pm-table")
    table.setAttribute("role", "grid")
    table.setAttribute("aria-readonly", "true")
    table.setAttribute(
      "aria-label",
      `${plural(model.rows.length, "proposal")} by ${plural(this.columns.length, "side")}`,
    )
    table.setAttribute("aria-colcount", String(this.columns.length + 1))
    table.append(this.head())
    /** @type {HTMLElement | null} */
    let group = null
    let band = -2
    model.rows.forEach((row, i) => {
      if (!group || row.band !== band) {
        group = make("div", "pm-group")
        group.setAttribute("role", "rowgroup")
        table.append(group)
        if (row.band >= 0) group.append(this.bandHead(row.band))
        band = row.band
      }
      const line = this.line(i)
      this.lines.push(line)
      group.append(line)
    })
    this.drawLegend()
    scroller.append(table)
    this.fit()
    const again = place ? scroller.querySelector(`[data-stop="${CSS.escape(place)}"]`) : null
    const first = again ?? scroller.querySelector(STOPS)
    if (first instanceof HTMLElement) this.stop(first)
    scroller.scrollTop = scrollTop
    scroller.scrollLeft = scrollLeft
    if (again instanceof HTMLElement) again.focus({ preventScroll: true })
  }

  head() {
    const { model } = this
    const group = make("div", "pm-heads")
    group.setAttribute("role", "rowgroup")
    const line = make("div", "pm-line")
    line.setAttribute("role", "row")
    const corner = make("div", "pm-t", "Proposal")
    corner.setAttribute("role", "columnheader")
    line.append(corner)
    for (const { side, number } of this.columns) {
      const cell = make("div", "pm-c")
      cell.setAttribute("role", "columnheader")
      cell.style.setProperty("--side", number < 0 ? "var(--pm-muted)" : `var(--side-${number})`)
      const name = make("b", "", short(side.name))
      name.dir = "auto"
      cell.append(make("i", "pm-bar"), name)
      if (side.native) cell.append(" ", native(side.native, model?.language ?? ""))
      cell.append(" ", make("small", "", heardOf(side, Boolean(model?.matching))))
      if (side.note) cell.title = short(side.note)
      line.append(cell)
    }
    group.append(line)
    return group
  }

  /** @param {number} number */
  bandHead(number) {
    const band = this.model?.bands[number]
    const line = make("div", "pm-band")
    line.setAttribute("role", "row")
    const cell = make("div", "pm-band-name")
    cell.setAttribute("role", "rowheader")
    cell.setAttribute("aria-colspan", String(this.columns.length + 1))
    if (band?.light) {
      const mark = make("i", "pm-mark")
      mark.style.setProperty("--mark", `light-dark(${band.light}, ${band.dark})`)
      cell.append(mark)
    }
    const words = make("b", "", short(band?.words ?? ""))
    words.dir = "auto"
    const rows = this.model?.rows.filter((row) => row.band === number).length ?? 0
    cell.append(words, " ", make("small", "", rows.toLocaleString("en")))
    if (band?.about) cell.title = band.about
    line.append(cell)
    line.id = `pm-band-${number}`
    return line
  }

  /** @param {number} i */
  line(i) {
    const model = /** @type {Model} */ (this.model)
    const row = model.rows[i]
    const line = make("div", "pm-line")
    line.setAttribute("role", "row")
    line.dataset.proposal = row.id
    const title = make("div", "pm-t")
    title.setAttribute("role", "rowheader")
    title.dataset.stop = `${row.id}~`
    title.dataset.proposal = row.id
    title.tabIndex = -1
    if (row.depth) title.style.setProperty("--depth", String(Math.min(row.depth, 6)))
    if (row.detail) title.title = short(row.detail)
    const text = make("b", "", short(row.title))
    text.dir = "auto"
    title.append(text)
    if (row.native) title.append(" ", native(row.native, model.language))
    line.append(title)
    this.columns.forEach((_, c) => {
      const cell = make("div", "pm-c")
      cell.setAttribute("role", "gridcell")
      cell.style.setProperty("--at", String(c))
      line.append(cell)
      this.fill(cell, i, c)
    })
    return line
  }

  /** @param {HTMLElement} cell @param {number} i @param {number} c */
  fill(cell, i, c) {
    const model = /** @type {Model} */ (this.model)
    const { side, columns } = this.columns[c]
    const row = model.rows[i]
    const found = voices(model, i, columns)
    const key = `${row.id}~~${side.id ?? ""}`
    cell.dataset.proposal = row.id
    cell.dataset.side = side.id ?? ""
    cell.dataset.name = short(side.name)
    cell.replaceChildren()
    cell.parentElement?.querySelector(`.pm-everyone[data-of="${c}"]`)?.remove()
    cell.classList.toggle("pm-silent", !found.length)
    if (!found.length) {
      const words = emptyWords(model, i, this.columns[c])
      cell.append(make("span", "pm-none", words))
      if (!side.id) return
      cell.dataset.stop = key
      cell.tabIndex = -1
      cell.setAttribute("aria-label", `${short(side.name)} on ${short(row.title)}: ${words}`)
      return
    }
    const open = this.unfolded.has(key)
    const few = namedAtFirst(found.length, this.columns.length > MANY_SIDES)
    const counts = few ? null : this.counts(found, wholeOf(model, i, this.columns[c], found))
    if (counts) cell.append(counts)
    if (counts && open) this.everyone(cell, i, c, found)
    else for (const voice of open ? found : found.slice(0, few)) cell.append(...this.voice(i, voice))
    if (few === found.length) return
    const rest = make("button", "pm-more", moreWords(found.length, few, open))
    rest.type = "button"
    rest.tabIndex = -1
    rest.dataset.stop = `${key}~more`
    rest.dataset.more = `${i} ${c}`
    rest.setAttribute("aria-expanded", String(open))
    const hidden = found.slice(few).filter((voice) => voice.condition).length
    if (!open && few && hidden) rest.append(` (${hidden} on a condition)`)
    rest.setAttribute(
      "aria-label",
      `${open ? "Fewer names" : "All names"} of ${short(side.name)} on ${short(row.title)}`,
    )
    if (counts) counts.firstElementChild?.after(" ", rest)
    else cell.append(rest)
  }

  /**
   * So many names that they take the whole row, below its cells.
   * @param {HTMLElement} cell @param {number} i @param {number} c @param {Voice[]} found
   */
  everyone(cell, i, c, found) {
    const { side, number } = this.columns[c]
    const box = make("div", "pm-everyone")
    box.setAttribute("role", "gridcell")
    box.setAttribute("aria-colspan", String(this.columns.length + 1))
    box.dataset.of = String(c)
    box.style.setProperty("--at", String(c))
    box.style.setProperty("--side", number < 0 ? "var(--pm-muted)" : `var(--side-${number})`)
    const name = make("b", "", short(side.name))
    name.dir = "auto"
    box.append(name, ...found.flatMap((voice) => this.voice(i, voice)))
    const line = /** @type {HTMLElement} */ (cell.parentElement)
    const after = [.../** @type {NodeListOf<HTMLElement>} */ (line.querySelectorAll(".pm-everyone"))]
    line.insertBefore(box, after.find((one) => Number(one.dataset.of) > c) ?? null)
  }

  /** @param {Voice[]} found @param {{ members: number, unknown: boolean }} whole */
  counts(found, whole) {
    const box = make("span", "pm-counts")
    box.append(make("span", "", countWords(found, /** @type {Model} */ (this.model).neutral, whole)))
    if (!whole.members) return box // a bar would say that all, or that the others are silent
    const bar = make("i", "pm-share-bar")
    bar.setAttribute("aria-hidden", "true")
    let from = 0
    /** @type {string[]} */
    const stops = []
    const numbers = new Map()
    for (const { stance } of found) numbers.set(stance, (numbers.get(stance) ?? 0) + 1)
    for (const stance of [...numbers.keys()].sort((a, b) => a - b)) {
      const until = from + (numbers.get(stance) / whole.members) * 100
      stops.push(`var(--f${stance}) ${from}% ${until}%`)
      from = until
    }
    if (from < 100) stops.push(`var(--pm-line) ${from}% 100%`)
    bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`
    box.append(bar)
    return box
  }

  /** @param {number} i @param {Voice} voice */
  voice(i, voice) {
    const model = /** @type {Model} */ (this.model)
    const actor = model.columns[voice.column]
    const chip = make("button", `pm-chip s${voice.stance}${voice.official ? " pm-official" : ""}`)
    chip.type = "button"
    chip.tabIndex = -1
    chip.dataset.stop = `${model.rows[i].id}~${actor.id}`
    chip.dataset.proposal = model.rows[i].id
    chip.dataset.actor = actor.id
    const name = make("span", "", short(actor.name))
    name.dir = "auto"
    chip.append(name)
    if (model.markAt(i, voice.column) & UNCERTAIN) chip.append(make("span", "pm-unsure", UNSURE))
    const words = voiceWords(model, i, voice)
    chip.title = words
    chip.setAttribute("aria-label", words)
    if (!voice.condition) return [chip]
    const condition = make("span", `pm-condition s${voice.stance}`, voice.condition)
    condition.dir = "auto"
    return [chip, condition]
  }

  drawLegend() {
    const model = /** @type {Model} */ (this.model)
    const used = new Set(model.cells.join(""))
    const items = model.stances
      .map((stance, i) => ({ stance, i }))
      .filter(({ stance }) => used.has(stance.code))
      .map(({ stance, i }) => {
        const entry = make("span", "pm-key")
        const sample = make("i", `pm-chip pm-sample s${i}`)
        sample.setAttribute("aria-hidden", "true")
        entry.append(sample, short(stance.word))
        return entry
      })
    if ([...model.marks.join("")].some((mark) => Number(mark) & UNCERTAIN))
      items.push(make("span", "pm-key", `${UNSURE} ${OUTSIDE_DATES}`))
    if (model.columns.some((column) => column.official)) {
      const entry = make("span", "pm-key")
      entry.append(make("span", "pm-official", "in bold"), " an official")
      items.push(entry)
    }
    for (const blank of model.blanks.values()) {
      if (blank.name !== "never" && !used.has(blank.code)) continue
      const text = blank.name === "never" ? `silent: ${blank.word}, which is not neutral` : blank.word
      const entry = make("span", "pm-key")
      if (blank.name !== "never" && blank.glyph)
        entry.append(make("i", `pm-blank ${blankLook(blank.name)}`, blank.glyph))
      entry.append(text)
      items.push(entry)
    }
    if (this.columns.some(({ side, columns }) => side.members && !columns.length)) {
      items.push(make("span", "pm-key", `${NOTHING_MATCHES}: the search or the stance leaves no position of the side`))
    }
    if (model.rows.some((row) => row.title.endsWith("†"))) {
      items.push(make("span", "pm-key", "† who backs it is known only in part"))
    }
    this.legend.replaceChildren(...items)
  }

  paint() {
    const ground = rgb(getComputedStyle(this.root).getPropertyValue("--st-background-color")) ?? [255, 255, 255]
    this.root.style.colorScheme = isDark(ground) ? "dark" : "light"
    if (!this.model || this.painted === this.signature) return
    this.painted = this.signature
    for (const [name, value] of properties(this.model)) this.root.style.setProperty(name, value)
    this.sheet.textContent = rules(this.model)
  }

  fit = () => {
    const width = laidWidth(this.root)
    if (!width || !this.columns.length) return
    const covered = width - this.root.clientWidth
    // As wide as it is now, so that a panel only covers it: a row that wraps otherwise is another place to look for.
    const wide = this.scroller.clientWidth + covered // read before anything is written: a layout less
    const narrow = isNarrow(width)
    this.root.classList.toggle("pm-narrow", narrow)
    const heads = this.scroller.querySelector(/** @type {"div"} */ (".pm-heads"))
    const many = this.columns.length > MANY_SIDES
    const sides = many ? this.columns.map(() => 1) : this.shares
    const least = many ? 118 : 170
    const columns = [
      `minmax(${many ? 220 : 250}px, ${many ? 1.8 : 1.3}fr)`,
      ...sides.map((share) => `minmax(${least}px, ${share}fr)`),
    ]
    this.root.classList.toggle("pm-many", many)
    const onPaper = [many ? 1.7 : 1.3, ...sides].map((share) => `minmax(0, ${share}fr)`)
    this.root.style.setProperty("--on-paper", onPaper.join(" "))
    this.root.style.setProperty("--columns", narrow ? "1fr" : columns.join(" "))
    this.root.style.setProperty("--least", `${Math.max((many ? 220 : 250) + least * sides.length, wide)}px`)
    if (narrow) {
      this.scroller.style.maxHeight = ""
      return
    }
    if (heads) this.root.style.setProperty("--heads", `${heads.offsetHeight}px`) // the bands stay below them
    const top = this.scroller.getBoundingClientRect().top + scrolled(this.root)
    const most = height({ width, top, foot: this.legend.offsetHeight + 20, window: innerHeight })
    this.scroller.style.maxHeight = `${most}px`
    if (covered && !this.isCovered) this.uncover()
    this.isCovered = covered > 0
  }

  /** Push the table sideways where the panel covers what was picked. */
  uncover() {
    const opened = this.scroller.querySelector(".pm-open")
    if (!opened || opened.matches(".pm-t")) return
    const box = this.scroller.getBoundingClientRect()
    const title = this.scroller.querySelector(".pm-t")?.getBoundingClientRect().width ?? 0
    const { left, right } = opened.getBoundingClientRect()
    this.scroller.scrollLeft += Math.max(Math.min(right - box.right, left - box.left - title), 0)
  }

  // ---- what a visitor does ----

  /** @param {MouseEvent} event */
  click(event) {
    const target = event.target instanceof Element ? event.target.closest("[data-more], [data-proposal]") : null
    if (!(target instanceof HTMLElement)) return
    if (target.dataset.more) return this.unfold(target)
    const { proposal = "", actor = "", side = "" } = target.dataset
    if (target.matches(".pm-line")) return
    if (target.matches(STOPS)) this.stop(target)
    this.pick([proposal, actor, side])
  }

  /** @param {HTMLElement} button */
  unfold(button) {
    const [i, c] = (button.dataset.more ?? "").split(" ").map(Number)
    const cell = button.closest(/** @type {"div"} */ (".pm-c"))
    if (!cell || !this.model) return
    const key = `${this.model.rows[i].id}~~${this.columns[c].side.id ?? ""}`
    if (!this.unfolded.delete(key)) this.unfolded.add(key)
    this.fill(cell, i, c)
    const again = cell.querySelector(".pm-more")
    if (again instanceof HTMLElement) {
      this.stop(again)
      again.focus({ preventScroll: true })
    }
    this.mark()
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const from = event.target instanceof HTMLElement ? event.target : null
    if (!from?.matches(STOPS) || event.altKey || event.metaKey) return
    if ((event.key === "Enter" || event.key === " ") && !from.matches("button")) {
      event.preventDefault()
      const { proposal = "", actor = "", side = "" } = from.dataset
      this.pick([proposal, actor, side])
      return
    }
    const next = this.next(from, event)
    if (!next) return
    event.preventDefault()
    this.stop(next)
    next.focus({ preventScroll: true })
    this.reveal(next)
  }

  /** Where a key leads. @param {HTMLElement} from @param {KeyboardEvent} event @returns {HTMLElement | null} */
  next(from, { key, ctrlKey }) {
    const line = /** @type {HTMLElement} */ (from.closest(".pm-line"))
    const row = this.lines.indexOf(line)
    const stops = all(line)
    const at = stops.indexOf(from)
    if (key === "ArrowRight") return stops[at + 1] ?? null
    if (key === "ArrowLeft") return stops[at - 1] ?? null
    if (key === "Home") return ctrlKey ? all(this.lines[0])[0] : stops[0]
    if (key === "End") return all(ctrlKey ? (this.lines.at(-1) ?? line) : line).at(-1) ?? null
    const page = 8
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }[key]
    if (!by) return null
    const other = this.lines[Math.min(Math.max(row + by, 0), this.lines.length - 1)]
    const cell = from.matches(".pm-t, .pm-c") ? from : from.closest(".pm-c")
    const everyone = from.closest(/** @type {"div"} */ (".pm-everyone"))
    const column = cell ? [...line.children].indexOf(cell) : Number(everyone?.dataset.of ?? -1) + 1
    const there = other.children[column]
    return there.matches(STOPS) ? /** @type {HTMLElement} */ (there) : (all(there)[0] ?? all(other)[0])
  }

  /** @param {HTMLElement} now */
  stop(now) {
    if (this.stopped && this.stopped !== now) this.stopped.tabIndex = -1
    now.tabIndex = 0
    this.stopped = now
  }

  /**
   * By hand, for the heads cover what scrollIntoView() believes to be visible. Rows far away are as high as the browser
   * guesses, until they are drawn: so once more when they are.
   * @param {HTMLElement} element
   */
  reveal(element, again = 10) {
    if (this.root.matches(".pm-narrow")) return element.scrollIntoView({ block: "nearest" })
    const box = this.scroller.getBoundingClientRect()
    const heads = this.scroller.querySelector(".pm-heads")?.getBoundingClientRect().height ?? 0
    const cell = element.getBoundingClientRect()
    const top = box.top + heads + 32
    if (cell.top < top) this.scroller.scrollTop += cell.top - top
    else {
      const bottom = element.closest(".pm-line")?.getBoundingClientRect().bottom ?? cell.bottom // the whole row
      if (bottom > box.bottom) this.scroller.scrollTop += Math.min(bottom - box.bottom + 1, cell.top - top)
    }
    if (cell.right > box.right) this.scroller.scrollLeft += cell.right - box.right
    if (again) requestAnimationFrame(() => this.reveal(element, again - 1))
  }

  /** @param {string[]} ids */
  pick(ids) {
    this.send?.("cell", [...ids, Date.now()]) // the time makes a second click on the same cell news
    this.open(ids, false)
  }

  /** Mark a cell as open, or none. @param {string[] | null} ids @param {boolean} show */
  open(ids, show) {
    this.current = ids
    const opened = this.mark()
    if (opened && show && !this.root.matches(":focus-within")) {
      this.stop(opened)
      this.reveal(opened)
    }
  }

  /** @returns {HTMLElement | null} */
  mark() {
    for (const old of this.scroller.querySelectorAll(".pm-open")) {
      old.classList.remove("pm-open")
      old.removeAttribute("aria-current")
    }
    if (!this.current) return null
    const [proposal, actor, side] = this.current
    const line = this.lines.find((one) => one.dataset.proposal === proposal)
    if (!line) return null
    const found = actor
      ? line.querySelector(`[data-actor="${CSS.escape(actor)}"]`)
      : side
        ? line.querySelector(`.pm-c[data-side="${CSS.escape(side)}"]`)
        : line.firstElementChild
    // A name that is counted only: its cell, or else its row.
    const shown = found ?? line.firstElementChild
    if (!(shown instanceof HTMLElement)) return null
    shown.classList.add("pm-open")
    shown.setAttribute("aria-current", "true")
    return shown.matches(STOPS) ? shown : (all(shown)[0] ?? shown)
  }
}

/** @param {Element} element @returns {HTMLElement[]} */
const all = (element) => [...element.querySelectorAll(/** @type {"div"} */ (STOPS))]
