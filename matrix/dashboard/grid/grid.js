// The matrix in the browser: draws the payload once per signature, moves and folds by itself, reports a pick.

import { laidWidth, make, scrolled } from "../assets/dom.js"
import { isDark, properties, rgb, rules } from "./colours.js"
import { Drawing } from "./draw.js"
import { bandWidths, columnsWidth, height, isNarrow, lefts, measure, moved, widthOf } from "./layout.js"
import { Model } from "./model.js"
import { paper } from "./paper.js"
import { Tip } from "./tip.js"
import { allUnfolded, allWords, emptySentence, foldWords, legend, shareLegend } from "./words.js"

/** @import { Component } from "../assets/dom.js" */
/** @import { Sizes } from "./layout.js" */
/** @import { Group, Place } from "./model.js" */

/**
 * `open` is a number that grows when the page moves the mark, and the ids of the cell; `memory` names what is unfolded.
 * @typedef {{ signature: string, payload: string, open: [number, ...string[]], unheard: boolean, memory: string }} Data
 * @typedef {{ top: number, left: number, focused: boolean, row?: string, column: string }} View where the reader is
 */

/** @type {WeakMap<Node, Widget>} */
const widgets = new WeakMap()

/** @param {Component<Data>} component */
export default function ({ data, parentElement, setStateValue }) {
  const widget = widgets.get(parentElement) ?? new Widget(parentElement)
  widgets.set(parentElement, widget)
  widget.update(data, setStateValue)
  return () => {
    widget.leave()
    widgets.delete(parentElement)
  }
}

class Widget {
  /** @param {Node} parent */
  constructor(parent) {
    this.root = make("div", "pm")
    this.hint = make("p", "pm-hint")
    this.all = make("button", "pm-all")
    this.all.type = "button"
    const bar = make("div", "pm-bar")
    bar.append(this.hint, this.all)
    this.scroller = make("div", "pm-scroll")
    this.legend = make("div", "pm-legend")
    this.legend.setAttribute("role", "note")
    this.legend.setAttribute("aria-label", "Legend")
    this.tip = new Tip()
    this.sheet = make("style")
    this.root.append(bar, this.scroller, this.legend, this.tip.root, this.sheet)
    parent.appendChild(this.root)

    /** @type {Drawing | null} null while there is nothing to draw */
    this.drawing = null
    /** @type {Sizes | null} */
    this.sizes = null
    /** @type {number[]} */
    this.lefts = []
    /** @type {Place} where the arrow keys go on from */
    this.at = { row: 0, slot: 1 }
    /** @type {HTMLElement | null} the one tab stop */
    this.stopped = null
    /** @type {Place | null} under the pointer */
    this.lit = null
    /** @type {string[] | null} the open cell's ids */
    this.current = null
    /** @type {Place | null} */
    this.openAt = null
    /** @type {HTMLElement[]} the cell and heads that are marked as open */
    this.opened = []
    this.rebuilt = false
    /** @type {string | undefined} of what is drawn */
    this.signature = undefined
    /** @type {string | undefined} of what is painted */
    this.painted = undefined
    /** @type {number | undefined} of the page's last move of the mark */
    this.number = undefined
    /** @type {number | undefined} the width there is */
    this.width = undefined
    /** @type {string | undefined} the pixel that the pointer was on last */
    this.pointer = undefined
    /** @type {string | undefined} the pixel on which it rests since a pick */
    this.resting = undefined
    this.byPointer = false
    this.watch = new ResizeObserver(this.fit)
    this.listen()
  }

  /** @param {Data} data @param {(name: string, value: unknown) => void} setStateValue */
  update(data, setStateValue) {
    this.send = setStateValue
    this.memory = `policy-matrix.unfolded.${data.memory}`
    if (data.signature !== this.signature) {
      performance.mark("policy-matrix-grid-start")
      const view = this.view()
      const raw = JSON.parse(data.payload)
      const unfolded = this.model?.unfolded
      this.model = new Model(raw)
      this.hint.textContent = matchMedia("(hover: none)").matches ? raw.touch : raw.hint
      if (!unfolded || data.unheard !== this.unheard) this.remember(data.unheard)
      else this.model.unfolded = unfolded
      this.signature = data.signature
      this.build()
      this.restore(view)
      performance.measure("policy-matrix-grid", "policy-matrix-grid-start")
    } else if (data.unheard !== this.unheard) {
      this.remember(data.unheard, true)
      this.fold()
    }
    this.unheard = data.unheard
    this.paint()
    // A new number means that the page has moved the mark; else it stays where the last click put it.
    const [number, ...cell] = data.open
    if (number !== this.number) this.open(cell.length ? cell : null)
    else if (this.rebuilt) this.open(this.current)
    this.number = number
    this.rebuilt = false
  }

  leave() {
    this.watch.disconnect()
    this.drawing?.leave()
    removeEventListener("resize", this.fit)
    removeEventListener("beforeprint", this.print)
    removeEventListener("afterprint", this.printed)
    this.tip.hide()
  }

  // ---- drawing ----

  build() {
    this.rebuilt = true
    this.scroller.textContent = ""
    this.drawing?.leave()
    this.drawing = this.openAt = null
    if (!this.model) return
    this.root.classList.toggle("pm-none", this.model.isEmpty)
    if (this.model.isEmpty) {
      this.scroller.append(make("p", "pm-empty", emptySentence(this.model)))
      this.legend.textContent = ""
      return
    }
    this.drawing = new Drawing(this.model, (groups) => this.toggle(groups))
    this.drawLegend()
    this.paint()
    this.fold()
    this.scroller.append(this.drawing.frame) // last: a colour or width that changes afterwards is worked out again for every cell
    this.drawing.complete(this.scroller)
    this.at = this.model.first()
  }

  drawLegend() {
    if (!this.model) return
    const items = legend(this.model).map(([look, words]) => {
      const entry = make("span", "pm-key")
      const sample = make("span", `pm-sample c ${look}`)
      sample.setAttribute("aria-hidden", "true")
      entry.append(sample, words)
      return entry
    })
    const { shown, official, against } = shareLegend(this.model)
    if (shown) {
      const entry = make("span", "pm-key pm-how")
      const share = make("span", "pm-share")
      share.append(make("b", "", "4"), make("i", "", "/15"))
      entry.append(share, ": four of a side’s 15 members back it")
      const { signs } = this.model
      if (official) entry.append(make("em", "of", signs.official), "an official among them")
      if (against) entry.append(make("em", "op", signs.against), "somebody opposes or is mixed")
      items.push(entry)
    }
    this.legend.replaceChildren(...items)
  }

  paint() {
    const ground = rgb(getComputedStyle(this.root).getPropertyValue("--st-background-color")) ?? [255, 255, 255]
    this.root.style.colorScheme = isDark(ground) ? "dark" : "light"
    if (!this.model || this.painted === this.signature) return
    this.painted = this.signature
    for (const [name, value] of properties(this.model)) this.set(name, value)
    this.sheet.textContent = rules(this.model)
  }

  /** A property of the root is inherited by every cell: written only when it changes. @param {string} name @param {string} value */
  set(name, value) {
    if (this.root.style.getPropertyValue(name) !== value) this.root.style.setProperty(name, value)
  }

  // ---- folding and fitting ----

  /** Unfold what was unfolded before, or what the page asks for. @param {boolean} unheard @param {boolean} [anew] */
  remember(unheard, anew = false) {
    if (!this.model || !this.memory) return
    let saved = null
    try {
      saved = anew ? null : JSON.parse(sessionStorage.getItem(this.memory) ?? "null")
    } catch {
      // storage may be switched off: then folding is only remembered while the page is open
    }
    this.model.unfolded = new Set(Array.isArray(saved) ? saved : unheard ? this.model.groups.map((one) => one.id) : [])
  }

  /** @param {Group[]} groups */
  toggle(groups) {
    if (!this.model || !this.memory) return
    this.model.toggle(groups)
    try {
      sessionStorage.setItem(this.memory, JSON.stringify([...this.model.unfolded]))
    } catch {
      // see remember()
    }
    this.fold()
  }

  fold() {
    const { model, drawing } = this
    if (!model || !drawing) return
    model.groups.forEach((group, g) => {
      drawing.grid.classList.toggle(`pm-fold-${g}`, !model.unfolded.has(group.id))
    })
    for (const { button, group } of drawing.buttons) {
      const open = model.unfolded.has(group.id)
      const { shown, label } = foldWords(group, open)
      button.setAttribute("aria-expanded", String(open))
      button.setAttribute("aria-label", label)
      if (button.firstChild) button.firstChild.textContent = shown
    }
    this.all.hidden = !model.foldable.length
    this.all.setAttribute("aria-pressed", String(allUnfolded(model)))
    this.all.textContent = allWords(model)
    this.fit()
  }

  // The title's width goes only to those who need it, not to sixty thousand cells.
  fit = () => {
    const { model, drawing } = this
    if (!model || !drawing) return
    const width = this.root.clientWidth
    const sizes = measure(model, laidWidth(this.root))
    /** @param {string} name @param {number} value */
    const set = (name, value) => this.set(name, `${value}px`)
    for (const [name, value] of Object.entries(sizes)) if (name !== "title") set(`--${name}`, value)
    const columns = columnsWidth(model, sizes)
    size(drawing.frame, "width", sizes.title + columns)
    size(drawing.wide, "width", columns)
    size(drawing.wide, "marginLeft", sizes.title)
    size(drawing.titles, "width", sizes.title)
    for (const one of drawing.grid.querySelectorAll(/** @type {"div"} */ (".pm-head .t")))
      size(one, "width", sizes.title)
    for (const one of drawing.grid.querySelectorAll(/** @type {"div"} */ (".pm-band-text"))) {
      size(one, "left", sizes.title + 2)
    }
    for (const one of drawing.themes) {
      size(one, "width", Math.min(sizes.title + columns, width))
      size(one, "marginLeft", -sizes.title)
    }
    this.lefts = lefts(model, sizes)
    set("--heads", sizes.head + (model.hasBands ? sizes.band : 0))
    set("--rolled", model.shares * sizes.roll)
    this.root.classList.toggle("pm-narrow", isNarrow(laidWidth(this.root)))
    this.sizes = sizes
    bandWidths(model, sizes).forEach((wide, g) => {
      if (!drawing.bands[g]) return
      drawing.bands[g].style.width = `${wide}px`
      drawing.bands[g].classList.toggle("pm-slim", wide < 150)
      drawing.bands[g].classList.toggle("pm-tiny", wide < 80) // no room for a word: the column's head says who it is
    })
    const top = this.scroller.getBoundingClientRect().top + scrolled(this.root)
    const most = height({ width, top, foot: this.legend.offsetHeight + 28, window: innerHeight })
    this.scroller.style.maxHeight = `${most}px`
    // The panel that a pick opens covers some of the grid: what was picked stays in sight.
    if (this.width !== undefined && this.width !== width && this.openAt) this.reveal(this.openAt, true)
    this.width = width
  }

  // The grid scrolls and has no pages: paper has tables of its own, only while it is printed.
  print = () => {
    this.printed()
    if (this.model && !this.model.isEmpty) this.scroller.after(paper(this.model))
  }

  printed = () => this.root.querySelector(".pm-paper")?.remove()

  // ---- listening ----

  listen() {
    const { scroller } = this
    this.watch.observe(this.root)
    addEventListener("resize", this.fit)
    addEventListener("beforeprint", this.print)
    addEventListener("afterprint", this.printed)
    this.all.addEventListener("click", () => this.toggle(this.model?.foldable ?? []))
    scroller.addEventListener("pointerdown", () => {
      this.byPointer = true
    })
    scroller.addEventListener("click", (event) => this.click(event))
    scroller.addEventListener("keydown", (event) => this.key(event))
    scroller.addEventListener("focusin", (event) => this.focused(event))
    scroller.addEventListener("focusout", () => this.tip.hide())
    scroller.addEventListener("scroll", () => this.tip.hide(), { passive: true })
    scroller.addEventListener("pointerover", (event) => this.pointed(event))
    scroller.addEventListener("pointerleave", () => {
      this.dim()
      this.tip.hide()
    })
  }

  /** @param {MouseEvent} event */
  click(event) {
    const at = this.drawing?.locate(event.target)
    if (!at || this.model?.slots[at.slot].kind === "fold") return
    this.pointer = pixel(event)
    this.go(at, false)
    this.pick(at)
  }

  /** @param {FocusEvent} event */
  focused(event) {
    const at = this.drawing?.locate(event.target)
    if (!at || !this.model || !(event.target instanceof Element)) return
    this.stop(at)
    this.light(at)
    if (!this.byPointer && event.target.matches(":focus-visible")) this.tip.show(this.model, at, event.target, 500)
  }

  /** @param {PointerEvent} event */
  pointed(event) {
    if (event.pointerType === "touch") return
    const at = this.drawing?.locate(event.target)
    if (!at || !this.model || !this.drawing) return this.dim()
    if (this.lit && this.lit.row === at.row && this.lit.slot === at.slot && this.tip.isOn) return
    this.light(at)
    // After a pick the grid moves under the pointer: only a pointer that moves itself asks for words.
    const pointer = pixel(event)
    if (pointer === this.resting) return
    this.resting = undefined
    this.pointer = pointer
    this.tip.show(this.model, at, this.drawing.element(at), 320)
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    this.byPointer = false
    if (event.key === "Escape") return this.tip.hide()
    const at = this.drawing?.locate(event.target)
    if (event.altKey || event.metaKey || !at || !this.model || !this.sizes) return
    if (event.key === "Enter" || event.key === " ") {
      if (this.model.slots[at.slot].kind === "fold") return // a button knows what to do
      event.preventDefault()
      this.pick(at)
      return
    }
    const page = Math.max(Math.floor((this.scroller.clientHeight - 200) / this.sizes.row), 1)
    const next = moved(this.model, at, event, page)
    if (!next) return
    event.preventDefault()
    this.go(next)
  }

  // ---- moving ----

  /** Make a place the one tab stop; the fold buttons are stops of their own. @param {Place} at */
  stop(at) {
    const { drawing } = this
    const now = drawing?.element(at)
    if (!drawing || !now) return
    this.at = at
    if (now.matches("button")) return // arrows go on from a fold button, but Tab still leads to a cell
    if (this.stopped && this.stopped !== now) this.stopped.tabIndex = -1
    now.tabIndex = 0
    this.stopped = now
    if (at.row >= 0 && !now.hasAttribute("aria-colindex")) drawing.labelCell(now, at)
  }

  /** @param {Place} at */
  go(at, scroll = true) {
    this.stop(at)
    this.drawing?.element(at).focus({ preventScroll: true })
    if (scroll) this.reveal(at)
  }

  /** By hand, for the sticky heads cover what scrollIntoView() believes to be visible. @param {Place} at */
  reveal(at, middle = false) {
    const { drawing, scroller: view, sizes } = this
    if (!drawing || !sizes) return
    const cell = drawing.element(at).getBoundingClientRect()
    const box = view.getBoundingClientRect()
    if (at.row >= 0) {
      const top = box.top + Number.parseFloat(this.root.style.getPropertyValue("--heads")) + sizes.theme
      const low = box.top + view.clientHeight
      const extra = middle ? (low - top) / 2 - sizes.row : 0
      if (cell.top < top) view.scrollTop += cell.top - top - extra
      else if (cell.bottom > low) view.scrollTop += cell.bottom - low + extra
    }
    if (at.slot > 0) {
      const left = box.left + sizes.title
      if (cell.left < left) view.scrollLeft += cell.left - left
      else if (cell.right > box.left + view.clientWidth) view.scrollLeft += cell.right - box.left - view.clientWidth
    }
    const now = drawing.element(at).getBoundingClientRect()
    if (!middle && (now.top < 0 || now.bottom > innerHeight)) view.scrollIntoView({ block: "nearest" })
  }

  /** Widths are known, so nothing is measured here: that would make the browser lay out the page at once. @param {Place} at */
  light({ row, slot }) {
    const { drawing, model, sizes } = this
    this.dim()
    if (!drawing || !model || !sizes) return
    this.lit = { row, slot }
    if (slot > 0) {
      drawing.heads[slot].classList.add("pm-lit")
      drawing.beam.style.transform = `translateX(${this.lefts[slot]}px)`
      drawing.beam.style.width = `${widthOf(model, model.slots[slot], sizes)}px`
      drawing.beam.classList.add("pm-on")
    }
    if (row >= 0) for (const part of [drawing.lines[row], drawing.rowHeads[row]]) part.classList.add("pm-lit")
  }

  dim() {
    const { drawing, lit } = this
    if (!lit || !drawing) return
    for (const part of [drawing.heads[lit.slot], drawing.lines[lit.row], drawing.rowHeads[lit.row]]) {
      part?.classList.remove("pm-lit")
    }
    drawing.beam.classList.remove("pm-on")
    this.lit = null
  }

  // ---- picking ----

  /** @param {Place} at */
  pick(at) {
    const ids = this.model?.idsAt(at) ?? []
    if (!ids.some(Boolean)) return
    this.tip.hide()
    this.resting = this.pointer
    this.send?.("cell", [...ids, Date.now()]) // the time makes a second click on the same cell news
    this.open(ids)
  }

  /** Mark a cell as open, or none. @param {string[] | null} ids */
  open(ids) {
    const { drawing, model } = this
    this.current = ids
    if (!drawing || !model) return
    for (const old of this.opened) old.classList.remove("pm-open", "pm-lead")
    this.opened[0]?.setAttribute("aria-selected", "false")
    this.opened = []
    this.openAt = ids && model.find(ids)
    if (!this.openAt) return
    const { row, slot } = this.openAt
    if (!model.isShown(model.slots[slot])) this.toggle([model.groups[model.slots[slot].group]])
    const cell = drawing.element(this.openAt)
    cell.classList.add("pm-open")
    cell.setAttribute("aria-selected", "true")
    this.opened = [cell]
    for (const lead of [row >= 0 ? drawing.rowHeads[row] : null, slot > 0 ? drawing.heads[slot] : null]) {
      if (!lead || lead === cell) continue
      lead.classList.add("pm-lead")
      this.opened.push(lead)
    }
    if (this.rebuilt && !this.root.matches(":focus-within")) {
      this.stop(this.openAt)
      this.reveal(this.openAt, true)
    }
  }

  /** Where the reader is, in ids, so that a filtered grid comes back at the same place. @returns {View | null} */
  view() {
    if (!this.drawing || !this.model) return null
    return {
      top: this.scroller.scrollTop,
      left: this.scroller.scrollLeft,
      focused: this.scroller.matches(":focus-within"),
      row: this.model.rows[this.at.row]?.id,
      column: this.model.nameOf(this.at.slot),
    }
  }

  /** @param {View | null} view */
  restore(view) {
    this.lit = this.stopped = null
    this.opened = []
    if (!this.drawing || !this.model) return
    this.stop(this.at)
    if (!view) return
    this.scroller.scrollTop = view.top
    this.scroller.scrollLeft = view.left
    const row = this.model.rowOf.get(view.row ?? "")
    const slot = this.model.slotOf.get(view.column)
    if (row === undefined || slot === undefined || !this.model.isShown(this.model.slots[slot])) return
    if (view.focused) this.go({ row, slot })
    else this.stop({ row, slot })
  }
}

/** @param {HTMLElement} element @param {"width" | "left" | "marginLeft"} name @param {number} value in pixels */
function size(element, name, value) {
  if (element.style[name] !== `${value}px`) element.style[name] = `${value}px`
}

/** The pixel that the pointer is on. @param {MouseEvent} event */
const pixel = (event) => `${Math.floor(event.clientX)},${Math.floor(event.clientY)}`
