// The box in the form that finds a proposal or an actor, takes what is suggested, and asks what is needed for a new one.

import { make } from "../assets/dom.js"
import { button, choice, field, line } from "./fields.js"
import { offered } from "./form_model.js"

/** @import { Option, Suggested } from "./form_model.js" */
/** @import { Mark } from "./offsets.js" */

/** What is chosen in a box. @typedef {{ value: string, isNew: boolean, text: string, more: string[] }} Chosen */
/**
 * The form round a box. `carried`: whether its actor is that of the last statement; `recent`: ids used lately.
 * @typedef {{
 *   data: { actors: Option[], proposals: Option[] }, mark: Mark | null, carried: boolean,
 *   recent(kind: string): string[], sendable(mark: Mark): unknown, ask(what: string, more: Record<string, unknown>): void,
 *   wrong(problems: Record<string, string[]>, only: string): void, given(): void, drawBefore(): void, next(): void,
 * }} Form
 */

export const NEW_SIDE = "+" // chosen for an actor whose side is made with it

/** A box to type in that offers rows, and a new one where `+` is pressed. */
export class Chooser {
  /**
   * @param {"proposal" | "actor"} kind
   * @param {Form} form
   */
  constructor(kind, form) {
    this.kind = kind
    this.form = form
    this.value = ""
    this.isNew = false
    this.isSuggestion = false // whether it was taken as it was suggested, with nothing typed
    this.at = 0
    /** @type {Suggested[]} */
    this.suggested = []
    this.input = line(300, kind === "actor" ? "Name or id" : "Title, definition or id")
    this.input.setAttribute("role", "combobox")
    this.input.setAttribute("aria-autocomplete", "list")
    this.input.setAttribute("aria-expanded", "false")
    this.list = make("ul", "offers")
    this.list.id = `marking-${kind}-list`
    this.list.setAttribute("role", "listbox")
    this.list.setAttribute("aria-label", kind === "actor" ? "Actors" : "Proposals")
    this.list.hidden = true
    this.input.setAttribute("aria-controls", this.list.id)
    this.made = make("div", "made")
    this.made.hidden = true
    this.plus = button("+", "plus", () => this.makeNew())
    this.plus.setAttribute("aria-label", `New ${kind}`)
    this.plus.title = `New ${kind}`
    this.box = field(kind, kind === "actor" ? "Actor" : "Proposal", this.input)
    const row = make("div", "row")
    this.input.before(row)
    row.append(this.input, this.plus)
    row.after(this.list, this.made)
    this.second = kind === "actor" ? choice("", []) : line(200, "Theme")
    this.second.setAttribute("aria-label", kind === "actor" ? "Side of the new actor" : "Theme of the new proposal")
    this.near = make("p", "near")
    this.near.setAttribute("role", "status")
    this.made.append(make("span", "tag", `New ${kind}`), this.second)
    /** The name of a side that is new. @type {HTMLInputElement | null} */
    this.side = kind === "actor" ? line(200, "Name of the new side") : null
    if (this.side) {
      const { side } = this
      side.className = "side"
      side.setAttribute("aria-label", "Name of the new side")
      this.made.append(side)
      this.second.addEventListener("change", () => {
        this.drawSide()
        if (!side.hidden) side.focus()
      })
      this.drawSide()
    }
    /** What else is asked about a new actor. @type {Record<string, HTMLSelectElement>} */
    this.more = kind === "actor" ? { kind: choice("", []), authority: choice("", []) } : {}
    for (const [name, list] of Object.entries(this.more)) {
      list.setAttribute("aria-label", `${name === "kind" ? "Kind" : "Authority"} of the new actor`)
      this.made.append(make("span", "tag", name === "kind" ? "Kind" : "Authority"), list)
    }
    this.made.append(this.near)
    this.before = make("p", "before")
    this.before.hidden = true
    this.made.after(this.before)
    if (this.second instanceof HTMLInputElement) {
      const themes = make("datalist")
      themes.id = "marking-themes"
      this.second.setAttribute("list", themes.id)
      this.made.append(themes)
      this.second.addEventListener("change", () => this.form.ask("near", { kind: "theme", name: this.second.value }))
    }
    this.input.addEventListener("input", () => {
      this.value = ""
      this.form.wrong({}, kind)
      if (kind === "actor") this.form.carried = false
      this.form.drawBefore()
      this.at = 0
      if (!this.isNew) this.open()
    })
    this.input.addEventListener("focus", () => {
      if (!this.isNew) {
        this.input.select()
        if (!this.value) this.open()
      }
    })
    this.input.addEventListener("change", () => {
      if (this.isNew) this.form.ask("near", { kind, name: this.input.value })
    })
    this.input.addEventListener("blur", () => {
      this.close()
      if (!this.value && !this.isNew && !this.input.value.trim()) this.choose(this.value)
    })
    this.input.addEventListener("keydown", (event) => this.pressed(event))
    // Kept from taking the focus: the box would close before the click is over.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault())
    this.list.addEventListener("click", (event) => {
      const item = event.target instanceof Element ? event.target.closest("li") : null
      if (item instanceof HTMLElement && event.target instanceof Element && event.target.closest(".not"))
        this.dismiss(item.dataset.id)
      else if (item instanceof HTMLElement) this.take(item)
    })
  }

  /** What is asked about a new row besides its name. */
  get asked() {
    return [this.second, ...Object.values(this.more), ...(this.side ? [this.side] : [])]
  }

  drawSide() {
    if (this.side) this.side.hidden = this.second.value !== NEW_SIDE
  }

  get options() {
    return this.kind === "actor" ? this.form.data.actors : this.form.data.proposals
  }

  get isOpen() {
    return !this.list.hidden
  }

  open() {
    const first = [...this.suggested.map(([id]) => id), ...this.form.recent(this.kind)]
    const reasons = new Map(this.suggested)
    const rows = offered(this.options, this.input.value, first).map(([id, name, native]) => {
      const item = make("li")
      item.dataset.id = id
      item.append(make("bdi", "name", name))
      if (native) item.append(" ", make("bdi", "native", native))
      const why = reasons.get(id)
      if (why !== undefined) item.append(make("small", "why", why ? `suggested: ${why}` : "suggested"))
      if (why !== undefined && this.kind === "proposal") {
        const not = make("span", "not", "×")
        not.title = "Not about this: do not suggest it here again (Delete)"
        item.append(" ", not)
      }
      return item
    })
    const typed = this.input.value.trim()
    if (typed) rows.push(make("li", "new", `+ New ${this.kind}: ${typed}`))
    this.at = Math.min(this.at, Math.max(rows.length - 1, 0))
    rows.forEach((item, i) => {
      item.id = `marking-${this.kind}-${i}`
      item.setAttribute("role", "option")
      item.setAttribute("aria-selected", String(i === this.at))
    })
    this.list.replaceChildren(...rows)
    this.list.hidden = !rows.length
    this.input.setAttribute("aria-expanded", String(this.isOpen))
    if (this.isOpen) this.input.setAttribute("aria-activedescendant", `marking-${this.kind}-${this.at}`)
  }

  close() {
    this.list.hidden = true
    this.input.setAttribute("aria-expanded", "false")
    this.input.removeAttribute("aria-activedescendant")
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    if (event.isComposing) return
    if (this.isNew) {
      if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return
      event.preventDefault() // the name is given: on to what is still to be said
      event.stopPropagation()
      if (this.input.value.trim()) this.form.next()
      return
    }
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0
    if (step) {
      if (this.isOpen) this.at = Math.max(this.at + step, 0)
      this.open()
      event.preventDefault()
    } else if (this.isOpen && event.key === "Enter") {
      const item = this.list.children[this.at]
      if (item instanceof HTMLElement) this.take(item)
      event.preventDefault()
      event.stopPropagation()
    } else if (this.isOpen && event.key === "Delete" && !this.input.value) {
      const item = this.list.children[this.at]
      if (item instanceof HTMLElement) this.dismiss(item.dataset.id)
      event.preventDefault()
    } else if (this.isOpen && event.key === "Escape") {
      this.close()
      event.stopPropagation()
    }
  }

  /** A suggestion that is wrong for these words is not made again. @param {string | undefined} id */
  dismiss(id) {
    const { mark } = this.form
    if (this.kind !== "proposal" || !mark || !this.suggested.some(([own]) => own === id)) return
    this.suggested = this.suggested.filter(([own]) => own !== id)
    this.open()
    this.form.ask("dismiss", { mark: this.form.sendable(mark), proposal: id })
  }

  /** @param {HTMLElement} item */
  take(item) {
    this.form.given()
    if (item.dataset.id === undefined) {
      this.makeNew() // its name is typed already: on to what is still to be said
      this.form.next()
    } else {
      const isSuggestion = !this.input.value.trim() && this.suggested.some(([id]) => id === item.dataset.id)
      this.choose(item.dataset.id)
      this.isSuggestion = isSuggestion
      if (this.kind === "actor") this.form.carried = false
      this.form.drawBefore()
      this.form.next()
    }
  }

  /** @param {string} id */
  choose(id) {
    const found = this.options.find(([own]) => own === id)
    this.isNew = this.isSuggestion = false
    this.made.hidden = true
    this.value = found ? id : ""
    this.input.value = found ? [found[1], found[2]].filter(Boolean).join(" ") : ""
    this.near.replaceChildren()
    this.close()
    this.form.wrong({}, this.kind)
  }

  makeNew() {
    this.close()
    if (this.value) this.input.value = "" // the name of what was chosen is not the new one's
    this.isNew = true
    this.isSuggestion = false
    this.value = ""
    for (const one of this.asked) one.value = "" // nothing of the last new one
    this.drawSide()
    if (this.kind === "actor") this.form.carried = false
    this.form.drawBefore()
    this.made.hidden = false
    this.form.wrong({}, this.kind)
    this.input.focus()
    if (this.input.value.trim()) this.form.ask("near", { kind: this.kind, name: this.input.value.trim() })
  }

  /** @param {[string, string][]} rows @param {boolean} isTheme */
  showNear(rows, isTheme) {
    this.near.replaceChildren()
    for (const [id, name] of rows) {
      const use = button("use it", "link", () => {
        if (isTheme) this.second.value = name
        else {
          this.choose(id)
          this.form.next()
        }
        this.near.replaceChildren()
      })
      this.near.append(make("span", "", "There is ‘"), make("bdi", "", name), make("span", "", "’: "), use, " ")
    }
  }

  get row() {
    const [first, second] = this.kind === "actor" ? ["name", "side"] : ["title", "theme"]
    const more = Object.fromEntries(Object.entries(this.more).map(([name, list]) => [name, list.value]))
    if (this.side && !this.side.hidden) more.new_side = this.side.value
    return this.isNew ? { [first]: this.input.value, [second]: this.second.value, ...more } : undefined
  }

  /** What is still to be said here; '' for nothing. */
  get missing() {
    if (!this.isNew) return this.value ? "" : `the ${this.kind}`
    if (!this.input.value.trim()) return `the ${this.kind === "actor" ? "name" : "title"} of the new ${this.kind}`
    if (this.side && !this.side.hidden && !this.side.value.trim()) return "the name of the new side"
    return this.kind === "actor" && !this.second.value ? "the side of the new actor" : ""
  }

  /** @returns {Chosen} */
  get chosen() {
    const more = this.asked.map((one) => one.value)
    return { value: this.value, isNew: this.isNew, text: this.input.value, more }
  }

  /** @param {Chosen} chosen */
  restore({ value, isNew, text, more }) {
    this.choose(value)
    if (!value) this.input.value = text
    this.isNew = isNew
    this.made.hidden = !isNew
    this.asked.forEach((one, i) => {
      one.value = more[i]
    })
    this.drawSide()
  }

  focus() {
    const isSecond = this.isNew && this.input.value.trim() && this.missing
    const asked = this.side && !this.side.hidden ? this.side : this.second
    ;(isSecond ? asked : this.input).focus({ preventScroll: true })
  }
}
