// The line of filters: buttons that open lists with counts, a search, and what is set as chips that go with a click.

import { make } from "../assets/dom.js"
import { buttonWords, countOf, parted, preset, toggled, under } from "./filters.js"

/** @import { Component } from "../assets/dom.js" */
/** @import { Filter, Filters } from "./filters.js" */

/**
 * `filters` is JSON that changes seldom; `seen` the time of the last change that the page has taken over.
 * @typedef {{
 *   filters: string, buttons: [string, string[]][], texts: Record<string, string>, rule: string, wrong: Record<string, string>,
 *   chips: [string, string][], search: boolean, seen: number,
 * }} Data
 */

const PAUSE = 400 // milliseconds after the last letter until a search is made
// Below that all filters are behind one button; not by innerWidth, which on a phone grows with whatever is too wide.
const NARROW = "(max-width: 700px)"
const FIND = 12 // values from which on a list can be searched
const EDGE = 8 // pixels to the window's edge

/** @type {WeakMap<Node, Bar>} */
const bars = new WeakMap()

/** @param {Component<Data>} component */
export default function ({ data, parentElement, setStateValue }) {
  const bar = bars.get(parentElement) ?? new Bar(parentElement)
  bars.set(parentElement, bar)
  bar.update(data, setStateValue)
  return () => {
    bar.leave()
    bars.delete(parentElement)
  }
}

class Bar {
  /** @param {Node} parent */
  constructor(parent) {
    this.root = make("div", "filters")
    this.root.setAttribute("role", "group")
    this.root.setAttribute("aria-label", "Filters")
    this.row = make("div", "row")
    this.chips = make("div", "chips")
    this.panel = make("div", "panel")
    this.panel.popover = "auto"
    this.panel.id = "filter-panel"
    this.panel.setAttribute("role", "dialog")
    this.search = make("input", "search")
    this.search.type = "search"
    this.search.placeholder = "Search names, titles, quotes"
    this.search.setAttribute("aria-label", "Search names, titles, quotes")
    this.search.maxLength = 300
    this.root.append(this.row, this.chips, this.panel)
    parent.appendChild(this.root)
    /** @type {Data | null} */
    this.data = null
    /** @type {Filters} */
    this.filters = {}
    this.about = ""
    /** @type {Record<string, string[]>} what was changed here and the page does not know yet */
    this.pending = {}
    this.sent = 0
    /** @type {string | null} the button whose list is open */
    this.opened = null
    /** @type {Set<string>} the sections that are open in a list of several */
    this.sections = new Set()
    this.timer = 0
    this.found = "" // what a list is searched for
    this.search.addEventListener("input", () => this.later("search", this.search.value))
    this.search.addEventListener("keydown", (event) => {
      event.stopPropagation()
      if (event.key === "Enter") this.now("search", this.search.value)
    })
    this.panel.addEventListener("toggle", (event) => {
      if (/** @type {ToggleEvent} */ (event).newState === "closed") this.closed()
    })
    this.panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return
      event.stopPropagation() // it closes the list, not the evidence too,
      event.preventDefault() // and does not clear what is searched for
      this.panel.hidePopover()
    })
    this.media = matchMedia(NARROW)
    this.media.addEventListener("change", this.turn)
  }

  turn = () => this.draw()

  /** @param {Data} data @param {(name: string, value: unknown) => void} setStateValue */
  update(data, setStateValue) {
    this.send = setStateValue
    if (data.filters !== this.data?.filters) {
      const all = JSON.parse(data.filters)
      this.filters = all.filters
      this.about = all.evidence
    }
    this.data = data
    if (data.seen >= this.sent) this.pending = {}
    this.draw()
  }

  leave() {
    clearTimeout(this.timer)
    this.media.removeEventListener("change", this.turn)
    if (this.panel.matches(":popover-open")) this.panel.hidePopover()
  }

  // ---- what is chosen ----

  /** @param {string} name @returns {string[]} */
  chosen(name) {
    return this.pending[name] ?? this.filters[name]?.chosen ?? []
  }

  /** @param {string} name @returns {string} */
  text(name) {
    const { pending, data } = this
    if (name === "rule") return pending.rule?.[0] ?? data?.rule ?? ""
    return pending[name] ? (pending[name][0] ?? "") : (data?.texts[name] ?? "")
  }

  /** @param {string} name @param {string | string[]} value */
  now(name, value) {
    clearTimeout(this.timer)
    this.pending[name] = Array.isArray(value) ? value : [value].filter(Boolean)
    this.sent = Date.now()
    this.send?.("set", { changes: this.pending, time: this.sent })
  }

  /** @param {string} name @param {string} value */
  later(name, value) {
    clearTimeout(this.timer)
    this.timer = window.setTimeout(() => this.now(name, value), PAUSE)
  }

  // ---- drawing ----

  draw() {
    const { data } = this
    if (!data) return
    const active = /** @type {ShadowRoot | Document} */ (this.root.getRootNode()).activeElement
    const held = active instanceof HTMLElement && this.root.contains(active) ? (active.dataset.at ?? null) : null
    const typed = active instanceof HTMLInputElement && !/checkbox|radio/.test(active.type) ? active.value : null
    if (active !== this.search) this.search.value = this.text("search")
    const buttons = this.media.matches
      ? [this.allButton()]
      : data.buttons.map(([words, names]) => this.button(words, names))
    if (!this.media.matches && data.search) buttons.splice(Math.max(buttons.length - 2, 0), 0, this.search)
    if (buttons.length !== this.row.children.length || buttons.some((one, i) => this.row.children[i] !== one)) {
      // The search box stays where it is: taken out for a moment, it would lose what is being typed.
      const kept = this.row.contains(this.search) && buttons.includes(this.search)
      if (kept) {
        for (const old of [...this.row.children]) if (old !== this.search) old.remove()
        const at = buttons.indexOf(this.search)
        this.search.before(...buttons.slice(0, at))
        this.search.after(...buttons.slice(at + 1))
      } else this.row.replaceChildren(...buttons)
    }
    this.drawChips(data)
    if (this.opened && this.panel.matches(":popover-open")) this.fill()
    const again = held ? this.at(held) : null
    if (typed !== null && again instanceof HTMLInputElement) again.value = typed // what is being typed stays
    again?.focus({ preventScroll: true })
  }

  /** @param {string} at @returns {HTMLElement | null} */
  at(at) {
    return this.root.querySelector(`[data-at="${CSS.escape(at)}"]`)
  }

  /** @param {string} words @param {string[]} names @returns {HTMLElement} */
  button(words, names) {
    const several = names.length > 1 || words === "More" || words === "Evidence"
    const set = several ? this.set(names) : 0
    const shown = several
      ? words + (set ? ` (${set})` : "")
      : buttonWords(words, this.filters[names[0]], this.chosen(names[0]))
    const one = make("button", "open", shown)
    one.type = "button"
    one.dataset.at = `button ${words}`
    const isSet = several ? set > 0 : this.chosen(names[0]).length > 0
    one.classList.toggle("set", isSet)
    this.opens(one, words)
    return one
  }

  allButton() {
    const set = parted(this.data?.chips ?? []).filters.length
    const one = make("button", "open", set ? `Filters (${set})` : "Filters")
    one.type = "button"
    one.dataset.at = "button Filters"
    one.classList.toggle("set", set > 0)
    this.opens(one, "Filters")
    return one
  }

  /** @param {HTMLButtonElement} button @param {string} words */
  opens(button, words) {
    button.setAttribute("aria-haspopup", "dialog")
    button.setAttribute("aria-expanded", String(this.opened === words))
    button.addEventListener("pointerdown", () => {
      this.again = this.opened === words // a click on it closes the list first
    })
    button.addEventListener("click", () => {
      if (this.again) this.again = false
      else this.open(words)
    })
  }

  /** How many of these filters are set. @param {string[]} names */
  set(names) {
    const rule = this.text("rule") === "latest"
    return names.filter((name) => (name === "rule" ? rule : this.chosen(name).length || this.text(name))).length
  }

  /** @param {Data} data */
  drawChips(data) {
    const { filters, layer } = parted(data.chips)
    const made = /** @type {HTMLElement[]} */ ([])
    for (const [name, words] of filters) {
      const chip = make("button", "chip", words)
      chip.type = "button"
      chip.dataset.at = `chip ${name}`
      chip.setAttribute("aria-label", `Remove the filter ${words}`)
      chip.addEventListener("click", () => this.now(name, []))
      made.push(chip)
    }
    if (made.length) {
      const all = make("button", "clear", "Clear filters")
      all.type = "button"
      all.dataset.at = "clear"
      all.addEventListener("click", () => {
        for (const [name] of filters) this.pending[name] = []
        this.now(filters[0][0], [])
      })
      made.push(all)
    }
    for (const [name, words] of layer) {
      const leave = make("button", "clear", "Leave the layer")
      leave.type = "button"
      leave.dataset.at = "leave"
      leave.addEventListener("click", () => this.now(name, []))
      made.unshift(make("span", "layer", words), leave)
    }
    this.chips.replaceChildren(...made)
  }

  // ---- the list that is open ----

  /** @param {string} words */
  open(words) {
    this.opened = words
    this.found = ""
    this.fill()
    this.panel.showPopover()
    this.place()
    this.mark()
    const first = this.panel.querySelector(/** @type {"input"} */ ("input, summary, button"))
    first?.focus({ preventScroll: true })
  }

  closed() {
    const words = this.opened
    this.opened = null
    this.mark()
    const focused = /** @type {ShadowRoot | Document} */ (this.root.getRootNode()).activeElement
    if (words && (!focused || this.panel.contains(focused))) this.at(`button ${words}`)?.focus({ preventScroll: true })
    this.panel.replaceChildren()
  }

  mark() {
    for (const one of this.row.querySelectorAll(".open")) {
      one.setAttribute("aria-expanded", String(/** @type {HTMLElement} */ (one).dataset.at === `button ${this.opened}`))
    }
  }

  place() {
    const button = this.at(`button ${this.opened}`)
    if (!button) return
    const box = button.getBoundingClientRect()
    const wide = this.panel.offsetWidth
    this.panel.style.left = `${Math.max(Math.min(box.left, innerWidth - wide - EDGE), EDGE)}px`
    this.panel.style.top = `${box.bottom + 4}px`
    this.panel.style.maxHeight = `${Math.max(innerHeight - box.bottom - 16, 220)}px`
  }

  fill() {
    const { panel, data } = this
    if (!data || !this.opened) return
    panel.setAttribute("aria-label", this.opened === "Filters" ? "Filters" : `Filter: ${this.opened}`)
    const { scrollTop } = panel
    // What was clicked a moment ago is open already, but its event has not come yet.
    for (const box of panel.querySelectorAll("details")) this.keep(box)
    const all = this.opened === "Filters"
    const names = all
      ? data.buttons.flatMap(([, own]) => own)
      : (data.buttons.find(([words]) => words === this.opened)?.[1] ?? [])
    const parts = names.length === 1 && !all ? [this.section(names[0])] : names.map((name) => this.folded(name))
    if (all && data.search) parts.unshift(this.field("search", this.filters.search))
    if (this.opened === "Evidence") parts.unshift(make("p", "about", this.about))
    panel.replaceChildren(...parts)
    panel.scrollTop = scrollTop
  }

  /** A filter among several, behind its name. @param {string} name */
  folded(name) {
    const filter = this.filters[name]
    if (!filter.options) return name === "rule" ? this.rules(filter) : this.field(name, filter)
    const box = make("details")
    const set = this.chosen(name).length
    const head = make("summary", "", set ? `${filter.words} (${set})` : filter.words)
    head.dataset.at = `section ${name}`
    box.append(head)
    box.dataset.name = name
    box.open = this.sections.has(name)
    if (box.open) box.append(this.section(name))
    box.addEventListener("toggle", () => {
      if (!box.isConnected) return
      this.keep(box)
      if (box.open && box.childElementCount === 1) box.append(this.section(name))
    })
    return box
  }

  /** Remember whether a filter among several is open. @param {HTMLDetailsElement} box */
  keep(box) {
    const name = box.dataset.name ?? ""
    if (box.open) this.sections.add(name)
    else this.sections.delete(name)
  }

  /** The values of a filter. @param {string} name */
  section(name) {
    const filter = this.filters[name]
    const box = make("div", "section")
    const head = make("p", "head")
    head.append(make("span", "", filter.help || filter.words), make("small", "", filter.counted))
    box.append(head)
    if (filter.presets) box.append(this.presets(name, filter))
    const list = make("ul")
    const draw = () => list.replaceChildren(...this.values(name, filter))
    if ((filter.options?.length ?? 0) > FIND) {
      const find = make("input", "find")
      find.type = "search"
      find.placeholder = `Find in ${filter.options?.length}`
      find.setAttribute("aria-label", `Find in ${filter.words}`)
      find.value = this.found
      find.dataset.at = `find ${name}`
      find.addEventListener("input", () => {
        this.found = find.value
        draw()
      })
      box.append(find)
    }
    draw()
    box.append(list)
    if (this.chosen(name).length) {
      const clear = make("button", "clear", `Clear ${filter.words.toLowerCase()}`)
      clear.type = "button"
      clear.dataset.at = `none ${name}`
      clear.addEventListener("click", () => {
        this.now(name, [])
        this.fill()
      })
      box.append(clear)
    }
    return box
  }

  /** @param {string} name @param {Filter} filter */
  values(name, filter) {
    const chosen = this.chosen(name)
    return under(filter.options ?? [], this.found).map(([id, words, depth, count]) => {
      const item = make("li", count || chosen.includes(id) ? "" : "nothing")
      const label = make("label")
      const box = make("input")
      box.type = "checkbox"
      box.checked = chosen.includes(id)
      box.dataset.at = `value ${name} ${id}`
      box.addEventListener("change", () => this.now(name, toggled(this.chosen(name), id)))
      const text = make("span", "", words)
      text.dir = "auto"
      label.style.setProperty("--depth", String(this.found ? 0 : depth))
      label.append(box, text, make("small", "", countOf(count)))
      item.append(label)
      return item
    })
  }

  /** The usual answers at once. @param {string} name @param {Filter} filter */
  presets(name, filter) {
    const group = make("div", "presets")
    group.setAttribute("role", "radiogroup")
    group.setAttribute("aria-label", "Who counts")
    const now = preset(filter.presets ?? [], this.chosen(name))
    for (const [words, who, count] of filter.presets ?? []) {
      const label = make("label", count || words === now ? "" : "nothing")
      const box = make("input")
      box.type = "radio"
      box.name = `preset-${name}`
      box.checked = words === now
      box.dataset.at = `preset ${words}`
      box.addEventListener("change", () => this.now(name, who))
      label.append(box, make("span", "", words), make("small", "", countOf(count)))
      group.append(label)
    }
    group.append(make("p", "head", "More"))
    return group
  }

  /** @param {Filter} filter */
  rules(filter) {
    const group = make("fieldset", "presets")
    group.append(make("legend", "", filter.words))
    for (const [id, words, about] of filter.rules ?? []) {
      const label = make("label")
      const box = make("input")
      box.type = "radio"
      box.name = "rule"
      box.checked = this.text("rule") === id
      box.dataset.at = `rule ${id}`
      box.addEventListener("change", () => this.now("rule", id))
      const text = make("span", "", words)
      text.append(make("small", "", about))
      label.append(box, text)
      group.append(label)
    }
    return group
  }

  /** A word to type: a date, or a search. @param {string} name @param {Filter} filter */
  field(name, filter) {
    const box = make("div", "field")
    const label = make("label")
    const input = make("input")
    input.type = name === "search" ? "search" : "text"
    input.maxLength = name === "search" ? 300 : 10
    input.placeholder = name === "search" ? this.search.placeholder : "Any date"
    input.value = this.text(name)
    input.dataset.at = `field ${name}`
    input.addEventListener("change", () => this.now(name, input.value.trim()))
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.now(name, input.value.trim())
    })
    label.append(make("span", "", filter.words), input)
    box.append(label)
    const wrong = this.data?.wrong[name]
    if (wrong) {
      const line = make("p", "wrong", wrong)
      line.setAttribute("role", "alert")
      box.append(line)
    } else if (filter.help) box.append(make("p", "help", filter.help))
    return box
  }
}
