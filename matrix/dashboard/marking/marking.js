// Coding in a source's text: words that are selected there open a form beside them, and what is saved stands in the text.

import { make } from "../assets/dom.js"
import { undoButton } from "../assets/tools.js"
import { isQuoted, moved, offered } from "./form_model.js"
import { markOf, segments, shownAt, unitsOf } from "./offsets.js"

/** @import { Component } from "../assets/dom.js" */
/** @import { Option, Span, Suggested } from "./form_model.js" */
/** @import { Mark } from "./offsets.js" */

/** @typedef {[string, string, string, boolean, string, string]} Stance id, glyph, word, conditional, fills on light and dark */
/**
 * What came of the last request; `number` is that of the request.
 * @typedef {{
 *   number: number, what?: string, done?: boolean, words?: string, problems?: Record<string, string[]>, step?: number,
 *   statement?: string, saved?: Record<string, string>, start?: number, proposals?: Suggested[], actors?: Suggested[],
 *   kind?: string, name?: string, rows?: [string, string][], goes_on?: boolean,
 * }} Answer
 */
/** @typedef {{ number: number, mark: Mark, proposal: string, actor: string }} Offer */
/**
 * @typedef {{
 *   source: string, place: string, text: string, sha256: string, who: string, proposals: Option[], actors: Option[], stances: Stance[],
 *   sides: [string, string][], kinds: [string, string][], authorities: [string, string][], themes: string[],
 *   attributions: [string, string][], confidences: [string, string][],
 *   date: string, recent: Record<string, string[]>, answer: Answer | null, offer: Offer | null,
 * }} Data
 */

/** What is chosen in a box. @typedef {{ value: string, isNew: boolean, text: string, more: string[] }} Chosen */
/**
 * `request`: the number of one to save it that was not answered when the page was left, 0 for none.
 * @typedef {{
 *   sha256: string, mark: Mark, condition: Mark | null, stance: string, touched: boolean, carried: boolean,
 *   proposal: Chosen, actor: Chosen, lines: string[], request: number,
 * }} Draft
 */

const EDGE = 8 // pixels to the window's edge
const HEADER = 60 // pixels that the navigation may cover
const NARROW = "(max-width: 700px)" // where the form lies at the foot of the window
const PAUSE = 700 // milliseconds that a selection made by touch must rest before the form opens
const HIGHLIGHT = "pm-marking" // in sources.css
const NEW_SIDE = "+" // chosen for an actor whose side is made with it
const NO_SIDE = "-" // chosen for an actor on no side, where nothing chosen is asked about
const REPLACED =
  "The text was replaced by another version, and nothing was saved: mark the words again. What you filled in is kept."
const NOTHING_MORE = "Nothing more to take back here; all changes are under Data > History."

/** @type {WeakMap<Node, Marking>} */
const widgets = new WeakMap()
const DRAFT = "pm-marking:" // what was filled in and not saved when the page was left, by source, dataset and layer

/** @param {Component<Data>} component */
export default function ({ data, parentElement, setStateValue }) {
  const widget = widgets.get(parentElement) ?? new Marking(parentElement, data)
  widgets.set(parentElement, widget)
  widget.send = setStateValue
  widget.update(data)
  widget.restore()
  return () => {
    widget.leave()
    widgets.delete(parentElement)
  }
}

/** @param {string} name @param {string} label @param {HTMLElement} input */
function field(name, label, input) {
  const box = make("div", `field ${name}`)
  const head = make("label", "", label)
  input.id = `marking-${name}`
  head.htmlFor = input.id
  const wrong = make("p", "wrong")
  wrong.id = `marking-${name}-wrong`
  wrong.setAttribute("role", "alert")
  wrong.hidden = true
  input.setAttribute("aria-describedby", wrong.id)
  box.append(head, input, wrong)
  return box
}

/** @param {string} words @param {string} name @param {() => void} act */
function button(words, name, act) {
  const made = make("button", name, words)
  made.type = "button"
  made.addEventListener("click", act)
  return made
}

/** @param {string} value @param {[string, string][]} options @param {string} [first] what stands for none */
function choice(value, options, first = "Not said") {
  const list = make("select")
  for (const [id, words] of [["", first], ...options]) {
    const option = make("option", "", words)
    option.value = id
    list.append(option)
  }
  list.value = value
  return list
}

/** @param {number} most @param {string} [hint] */
function line(most, hint = "") {
  const input = make("input")
  input.type = "text"
  input.maxLength = most
  input.placeholder = hint
  input.autocomplete = "off"
  return input
}

/** A box to type in that offers rows, and a new one where `+` is pressed. */
class Chooser {
  /**
   * @param {"proposal" | "actor"} kind
   * @param {Marking} form
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

class Marking {
  /** @param {Node} parent @param {Data} data */
  constructor(parent, data) {
    this.data = data
    /** @type {(name: string, value: unknown) => void} */
    this.send = () => {}
    /** @type {Mark | null} */
    this.mark = null
    /** @type {Mark | null} */
    this.condition = null
    /** @type {Span} */
    this.span = { anchor: 0, focus: 0 }
    this.number = 0
    this.carried = false // whether the actor is that of the last statement
    this.goesOn = false // whether a pronoun in these words stands for it
    /** The words of the last statement. @type {Mark | null} */
    this.last = null
    /** What was begun before and not gone on with. @type {Draft | null} */
    this.draft = null
    this.reading = 0 // the number of the request that reads the marked sentence, until it is answered
    this.savesThen = false // whether to save as soon as it is
    this.offer = data.offer?.number ?? 0 // the last sentence read ahead that the form was opened on
    this.awaited = new Set(/** @type {number[]} */ ([]))
    this.saving = false
    this.isBegun = false // whether the form is open: one that has left the page is closed by that
    this.answered = 0
    this.step = 0
    this.stance = ""
    this.drawn = ""
    this.began = false // whether the mouse was pressed in the text
    this.touched = false // whether the attribution was chosen by hand
    this.wantsCondition = false
    this.timer = 0
    this.pointer = "mouse"
    this.places = () => {}
    /** @type {Record<string, string[]>} */
    this.used = { actor: [], proposal: [] }

    this.root = make("div", "marking")
    this.hint = make("p", "hint")
    this.hint.append(
      "Select words in the text to code them. By keyboard: go into the text, ",
      make("kbd", "", "↓ ↑"),
      " sentences, ",
      make("kbd", "", "→ ←"),
      " words, with ",
      make("kbd", "", "Shift"),
      " more of them, ",
      make("kbd", "", "Enter"),
      " opens the form.",
    )
    this.status = make("div", "status")
    this.status.setAttribute("role", "status")
    this.line = make("div", "line")
    this.status.append(this.line)
    this.form = make("form", "form")
    this.form.popover = "manual"
    this.form.noValidate = true
    this.form.setAttribute("aria-label", "Code the marked words")
    this.words = make("blockquote", "words")
    this.words.dir = "auto"
    this.proposal = new Chooser("proposal", this)
    this.actor = new Chooser("actor", this)
    this.stances = make("div", "stances")
    this.stances.setAttribute("role", "radiogroup")
    this.stances.setAttribute("aria-label", "Stance: a number key chooses")
    this.stanceBox = field("stance", "Stance", this.stances)
    this.conditionText = line(2000, "On what the backing depends, in your words")
    this.conditionBox = field("condition", "Condition", this.conditionText)
    this.conditionWords = make("p", "condition-words")
    this.conditionBox.append(this.conditionWords)
    this.attribution = choice("", data.attributions)
    this.attribution.addEventListener("change", () => {
      this.touched = true
    })
    this.confidence = choice("", data.confidences)
    this.from = line(10, "2026-05-14")
    this.to = line(10, "same, if one day")
    this.summary = line(2000, "What is said, in your words")
    this.note = line(2000, "Anything a reader should know")
    this.rest = make("div", "rest")
    this.rest.append(
      field("attribution", "Attribution", this.attribution),
      field("confidence", "Confidence", this.confidence),
      field("date_start", "From", this.from),
      field("date_end", "To", this.to),
      field("summary", "Summary", this.summary),
      field("note", "Note", this.note),
    )
    this.other = make("p", "wrong")
    this.other.setAttribute("role", "alert")
    this.foot = make("div", "foot")
    this.who = make("span", "who")
    this.save = make("button", "save", "Save")
    this.save.type = "submit"
    this.foot.append(
      this.who,
      button("Close", "close", () => this.close()),
      this.save,
    )
    this.form.append(
      this.words,
      this.proposal.box,
      this.actor.box,
      this.stanceBox,
      this.conditionBox,
      this.rest,
      this.other,
      this.foot,
    )
    this.form.addEventListener("submit", (event) => {
      event.preventDefault()
      this.saveNow()
    })
    this.form.addEventListener("keydown", (event) => this.pressedInForm(event))
    this.form.addEventListener("input", () => this.given())
    this.root.append(this.hint, this.status, this.form)
    this.sizes = new ResizeObserver(() => this.place())
    this.sizes.observe(this.form)
    parent.appendChild(this.root)
    this.from.value = this.to.value = data.date
    document.addEventListener("pointerdown", this.pressedDown)
    document.addEventListener("pointerup", this.released)
    document.addEventListener("selectionchange", this.selecting)
    document.addEventListener("keydown", this.pressed)
    addEventListener("pagehide", this.keep)
  }

  /** The fields that are no choice of who, on what and which stance. */
  get lines() {
    return [this.conditionText, this.attribution, this.confidence, this.from, this.to, this.summary, this.note]
  }

  /** What was begun here before the page was left, or drawn anew with another text. */
  restore() {
    const draft = this.kept()
    const { answer } = this.data
    if (!draft || (draft.request && (answer?.number !== draft.request || answer.done))) return
    if (draft.sha256 !== this.data.sha256) {
      this.fill(draft)
      this.say(REPLACED, 0)
      return
    }
    this.draft = draft
    this.say("", 0)
    this.line.append(
      make("bdi", "", `What you began on “${draft.mark.exact.slice(0, 60)}” is not saved. `),
      button("Go on", "undo", () => this.resume(draft)),
    )
  }

  /** @param {Draft} draft */
  resume(draft) {
    this.draft = this.mark = null
    this.fill(draft)
    this.condition = draft.condition
    this.span = spanOf(unitsOf(this.data.text, draft.mark))
    this.show(this.span)
    this.marked(draft.mark, true)
  }

  /** @param {Draft} draft */
  fill({ proposal, actor, lines, stance, touched, carried }) {
    this.proposal.restore(proposal)
    this.actor.restore(actor)
    this.lines.forEach((one, i) => {
      one.value = lines[i]
    })
    this.stance = stance
    this.touched = touched
    this.carried = carried
    this.drawStances()
  }

  /** The draft of this source, once. @returns {Draft | null} */
  kept() {
    const name = DRAFT + this.data.place
    try {
      const found = JSON.parse(sessionStorage.getItem(name) ?? "null")
      sessionStorage.removeItem(name)
      return found
    } catch {
      return null // storage may be switched off
    }
  }

  /** Whether anything would be lost with the form. */
  get isFilled() {
    const { proposal, conditionText, summary, note } = this
    const isChosen = proposal.value || proposal.isNew || this.actor.isNew || this.stance || this.condition
    return Boolean(isChosen || [proposal.input, conditionText, summary, note].some((one) => one.value.trim()))
  }

  keep = () => {
    /** @type {Draft | null} */
    const draft =
      this.mark && this.isBegun && this.isFilled
        ? {
            sha256: this.data.sha256,
            mark: this.mark,
            condition: this.condition,
            stance: this.stance,
            touched: this.touched,
            carried: this.carried,
            proposal: this.proposal.chosen,
            actor: this.actor.chosen,
            lines: this.lines.map((one) => one.value),
            request: this.saving ? this.number : 0,
          }
        : this.draft
    if (!draft) return
    try {
      sessionStorage.setItem(DRAFT + this.data.place, JSON.stringify(draft))
    } catch {
      // see kept()
    }
  }

  leave() {
    this.keep()
    removeEventListener("pagehide", this.keep)
    clearTimeout(this.timer)
    this.places()
    this.sizes.disconnect()
    this.below("")
    document.removeEventListener("pointerdown", this.pressedDown)
    document.removeEventListener("pointerup", this.released)
    document.removeEventListener("selectionchange", this.selecting)
    document.removeEventListener("keydown", this.pressed)
    CSS.highlights?.delete(HIGHLIGHT)
  }

  // ---- what the page knows ----

  /** @param {Data} data */
  update(data) {
    const isOther = data.source !== this.data.source
    const isStale = isOther || data.sha256 !== this.data.sha256
    this.data = data
    if (isOther) this.from.value = this.to.value = data.date
    const wasOpen = this.form.matches(":popover-open")
    if (isStale) {
      this.mark = this.condition = this.last = null
      this.close()
    }
    this.who.textContent = `as ${data.who}`
    this.who.title = "The coder of what is saved. The name is asked for on the page Data, under Coders."
    this.drawStances()
    /** @type {[HTMLElement, [string, string][], string][]} */
    const lists = [
      [this.actor.second, [...data.sides, [NO_SIDE, "On no side"], [NEW_SIDE, "+ New side"]], "Choose a side"],
      [this.actor.more.kind, data.kinds, "Not said"],
      [this.actor.more.authority, data.authorities, "Not said"],
    ]
    for (const [list, options, first] of lists) {
      if (list instanceof HTMLSelectElement && list.length !== options.length + 1)
        list.replaceChildren(...choice("", options, first).children)
    }
    const themes = this.proposal.made.querySelector("datalist")
    themes?.replaceChildren(
      ...data.themes.map((theme) => {
        const option = make("option")
        option.value = theme
        return option
      }),
    )
    const { answer, offer } = data
    if (offer && offer.number > this.offer) {
      this.offer = offer.number
      this.takeOffer(offer)
    }
    if (answer && this.awaited.delete(answer.number)) {
      this.take(answer)
      if (answer.number === this.reading) {
        this.reading = 0
        this.drawBefore()
        if (this.savesThen) this.saveNow()
      }
    }
    if (wasOpen && isStale && !isOther) this.say(REPLACED, this.step)
    this.highlight()
  }

  /** A sentence that was read ahead: the form opens on it, filled in. @param {Offer} offer */
  takeOffer({ mark, proposal, actor }) {
    const [anchor, focus] = unitsOf(this.data.text, mark)
    this.span = { anchor, focus }
    this.show(this.span)
    this.condition = null
    this.stance = ""
    this.drawStances()
    this.marked(mark, false)
    this.proposal.choose(proposal)
    this.proposal.isSuggestion = true
    this.actor.choose(actor)
    this.carried = false
    this.next()
  }

  /** @param {string} kind */
  recent(kind) {
    return [...new Set([...this.used[kind], ...this.data.recent[kind]])]
  }

  /** @param {string} what @param {Record<string, unknown>} more */
  ask(what, more) {
    if (this.saving) return
    this.number = Math.max(Date.now(), this.number + 1)
    this.awaited.add(this.number)
    this.send("sent", { number: this.number, what, ...more })
  }

  /** @param {Answer} answer */
  take(answer) {
    if (answer.what === "suggest" && answer.start === this.mark?.start) {
      this.proposal.suggested = answer.proposals ?? []
      this.actor.suggested = answer.actors ?? []
      this.goesOn = answer.goes_on === true
      const { actor } = this
      // Who is named here goes before whoever the last statement was of; not before who was chosen for this one.
      const isFree = this.carried
        ? !actor.suggested.some(([id]) => id === actor.value)
        : !actor.value && !actor.input.value
      if (isFree && !actor.isNew && actor.suggested.length) {
        actor.choose(actor.suggested[0][0])
        this.carried = true // not by hand: other words may name another
      }
      // Where an option was chosen or letters were typed already, the list does not change under the hand.
      for (const one of [this.proposal, this.actor]) if (one.isOpen && !one.at && !one.input.value) one.open()
    } else if (answer.what === "near") {
      const one = answer.kind === "actor" ? this.actor : this.proposal
      if (one.isNew) one.showNear(answer.rows ?? [], answer.kind === "theme")
    } else if (answer.what === "save") {
      this.saving = false
      this.save.disabled = false
      if (answer.done) this.saved(answer)
      else {
        this.places()
        this.wrong(answer.problems ?? {})
      }
    } else if (answer.what === "undo") {
      this.saving = false
      if (answer.done) {
        this.step = 0
        this.last = null
      }
      this.say(answer.words ?? "", answer.done ? 0 : this.step)
    }
  }

  /** @param {Answer} answer */
  saved({ words = "", step = 0, saved = {} }) {
    for (const kind of ["actor", "proposal"]) {
      this.used[kind] = [saved[kind], ...this.used[kind].filter((id) => id !== saved[kind])]
    }
    this.proposal.choose("")
    this.actor.choose(saved.actor)
    this.carried = true
    this.stance = ""
    this.conditionText.value = ""
    this.summary.value = ""
    this.note.value = ""
    this.attribution.value = ""
    this.touched = false
    this.span = this.mark ? spanOf(unitsOf(this.data.text, this.mark)) : this.span
    this.last = this.mark
    this.mark = this.condition = null
    this.wrong({})
    this.drawStances()
    this.close()
    this.step = step
    this.say(words, step)
  }

  /** One line beside the text, with undo at hand. @param {string} words @param {number} step */
  say(words, step) {
    this.line.replaceChildren(make("bdi", "", words))
    if (step)
      this.line.append(
        " ",
        button("Undo", "undo", () => this.undo()),
      )
    // Where it is said above what is looked at, it stands at the foot of the window.
    this.status.classList.remove("away")
    const { top, bottom } = this.status.getBoundingClientRect()
    if (!words || (top >= HEADER && bottom <= innerHeight)) return
    this.status.classList.add("away")
    this.line.append(
      " ",
      button("Close", "undo", () => this.say("", 0)),
    )
  }

  /** Whether the actor is only that of the last statement: these words name nobody known. */
  get isCarried() {
    const { actor } = this
    return this.carried && !actor.isNew && !!actor.value && !actor.suggested.some(([id]) => id === actor.value)
  }

  /** Whether that is to be asked about: no `he` or `she` says that the same person goes on. */
  get isAsBefore() {
    return this.isCarried && !this.goesOn
  }

  drawBefore() {
    const { before, input } = this.actor
    before.hidden = !this.isCarried || !!this.reading
    before.textContent = before.hidden ? "" : `as before: ${input.value}${this.isAsBefore ? " - check" : ""}`
  }

  undo() {
    if (!this.step || this.saving) return
    this.keepPlaces()
    this.ask("undo", { step: this.step })
    this.saving = true
  }

  // ---- what is selected ----

  get region() {
    return document.querySelector(/** @type {"div"} */ (".pm-text"))
  }

  /** The text nodes of the page's text without the signs before its marks, and their places. */
  shown() {
    const { region } = this
    if (!region) return null
    const walker = document.createTreeWalker(region, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
      node instanceof Element && node.matches(".pm-sign, .pm-signs")
        ? NodeFilter.FILTER_REJECT
        : node instanceof Text
          ? NodeFilter.FILTER_ACCEPT
          : NodeFilter.FILTER_SKIP,
    )
    /** @type {Text[]} */
    const nodes = []
    while (walker.nextNode()) nodes.push(/** @type {Text} */ (walker.currentNode))
    const places = segments(
      this.data.text,
      nodes.map((node) => node.data),
    )
    return places ? { nodes, places } : null
  }

  /** What is selected in the text, as UTF-16 units of the kept one. @returns {Span | null} */
  selected() {
    const selection = document.getSelection()
    const { region } = this
    if (!selection?.rangeCount || selection.isCollapsed || !region) return null
    const range = selection.getRangeAt(0)
    if (!range.intersectsNode(region)) return null
    // By mouse one may let go beside the text; what begins there is no selection in the text.
    if (!region.contains(selection.anchorNode)) return null
    const shown = this.shown()
    if (!shown) return null
    const units = shown.nodes.flatMap((node, i) => {
      if (!range.intersectsNode(node)) return []
      const { units } = shown.places[i]
      const from = node === range.startContainer ? range.startOffset : 0
      const to = node === range.endContainer ? range.endOffset : node.data.length
      return from < to ? [units[from], units[to]] : []
    })
    return units.length ? { anchor: units[0], focus: units[units.length - 1] } : null
  }

  /** @param {Mark | null} mark @returns {Range | null} */
  rangeOf(mark) {
    if (!mark) return null
    const [anchor, focus] = unitsOf(this.data.text, mark)
    return this.range({ anchor, focus })
  }

  /** @param {Span} span @returns {Range | null} */
  range(span) {
    const shown = this.shown()
    if (!shown) return null
    const range = document.createRange()
    const [one, other] = [span.anchor, span.focus].sort((a, b) => a - b).map((unit) => shownAt(shown.places, unit))
    range.setStart(shown.nodes[one[0]], one[1])
    range.setEnd(shown.nodes[other[0]], other[1])
    return range
  }

  /** What is being coded stays marked while the form has the focus. */
  highlight() {
    if (!CSS.highlights) return
    const ranges = this.form.matches(":popover-open")
      ? [this.mark, this.condition].map((mark) => this.rangeOf(mark)).filter((range) => range !== null)
      : []
    if (ranges.length) CSS.highlights.set(HIGHLIGHT, new Highlight(...ranges))
    else CSS.highlights.delete(HIGHLIGHT)
  }

  /** @param {PointerEvent} event */
  pressedDown = (event) => {
    this.pointer = event.pointerType
    this.began = event.target instanceof Node && this.region?.contains(event.target) === true
  }

  /** @param {PointerEvent} event */
  released = (event) => {
    if (this.began && event.pointerType === "mouse" && !event.button) setTimeout(() => this.selectedBy("mouse"))
  }

  selecting = () => {
    clearTimeout(this.timer)
    if (this.pointer !== "mouse") this.timer = window.setTimeout(() => this.selectedBy("touch"), PAUSE)
  }

  /** @param {"mouse" | "touch" | "keyboard"} by */
  selectedBy(by) {
    const span = this.selected()
    const mark = span && markOf(this.data.text, span.anchor, span.focus)
    if (!mark || !span) return
    const held = by === "touch" && this.mark
    if (held && held.start === mark.start && held.end === mark.end) return
    this.span = span
    this.marked(mark, by !== "touch")
  }

  /** @param {Mark} mark @param {boolean} focus */
  marked(mark, focus) {
    const isOpen = this.form.matches(":popover-open")
    if (this.mark && this.isConditional && (isOpen || this.wantsCondition)) {
      this.condition = mark
      this.wantsCondition = false
      this.drawCondition()
      this.open()
      if (focus) this.conditionText.focus({ preventScroll: true })
      return
    }
    this.mark = mark
    const [from, to] = unitsOf(this.data.text, mark)
    if (!this.touched) {
      const proposed = isQuoted(this.data.text, from, to) ? "quoted" : "paraphrased"
      this.attribution.value = this.data.attributions.some(([id]) => id === proposed) ? proposed : ""
    }
    this.proposal.suggested = this.actor.suggested = []
    this.goesOn = false
    this.wrong({})
    this.say("", 0)
    this.open()
    const since = this.carried && this.last ? { since: this.sendable(this.last), actor: this.actor.value } : {}
    this.ask("suggest", { mark: this.sendable(mark), ...since })
    this.reading = this.number
    this.savesThen = false
    if (focus) this.next()
    else if (!this.proposal.value && !this.proposal.isNew) this.proposal.open() // without the keyboard of a phone
  }

  /** @param {Mark | null} mark */
  sendable(mark) {
    return mark && { ...mark, sha256: this.data.sha256 }
  }

  // ---- the form ----

  open() {
    this.words.textContent = this.mark?.exact ?? ""
    this.drawStances()
    if (!this.form.matches(":popover-open")) this.form.showPopover()
    this.isBegun = true
    this.place()
    this.reveal()
    this.highlight()
  }

  close() {
    if (!this.form.matches(":popover-open")) return
    this.isBegun = false
    this.form.hidePopover()
    this.below("")
    this.highlight()
    this.region?.focus({ preventScroll: true })
  }

  /** At the foot of the window the form would cover the words: the page is pushed up until they are above it. */
  reveal() {
    const box = this.rangeOf(this.mark)?.getBoundingClientRect()
    if (!box || !this.form.classList.contains("low")) return
    this.below("50vh")
    let over = box.bottom + 3 * EDGE - this.form.getBoundingClientRect().top
    for (let node = /** @type {Element | null} */ (this.region); node && over > 0; node = node.parentElement) {
      const before = node.scrollTop
      node.scrollTop += over
      over -= node.scrollTop - before
    }
  }

  /** Room below the text, for a page that could not be pushed up else. @param {string} room */
  below(room) {
    if (this.region?.parentElement) this.region.parentElement.style.paddingBottom = room
  }

  /** Beside the words; on a phone at the foot of the window. */
  place() {
    const box = this.rangeOf(this.mark)?.getBoundingClientRect()
    const { form } = this
    form.classList.toggle("low", matchMedia(NARROW).matches)
    if (!box || form.classList.contains("low")) {
      form.style.left = form.style.top = ""
      return
    }
    const [wide, high] = [form.offsetWidth, form.offsetHeight]
    const text = this.region?.getBoundingClientRect() ?? box
    const beside = text.right + EDGE
    const hasRoom = beside + wide + EDGE <= innerWidth // over the list of statements, so that the text can be read on
    const below = box.bottom + EDGE
    const above = box.top - EDGE - high
    const top = hasRoom ? box.top - high / 3 : below + high + EDGE <= innerHeight || above < EDGE ? below : above
    form.style.top = `${Math.max(Math.min(top, innerHeight - high - EDGE), EDGE)}px`
    form.style.left = `${Math.max(Math.min(hasRoom ? beside : box.left, innerWidth - wide - EDGE), EDGE)}px`
  }

  get isConditional() {
    return this.data.stances.some(([id, , , conditional]) => id === this.stance && conditional)
  }

  drawStances() {
    const drawn = JSON.stringify(this.data.stances)
    if (drawn !== this.drawn) {
      this.drawn = drawn // drawn anew only where they are others: a click on one that is replaced would be lost
      this.stances.replaceChildren(...this.data.stances.map((stance, i) => this.stanceButton(stance, i)))
    }
    this.data.stances.forEach(([id], i) => {
      const one = /** @type {HTMLElement} */ (this.stances.children[i])
      one.setAttribute("aria-checked", String(id === this.stance))
      one.tabIndex = id === this.stance || (!this.stance && i === 0) ? 0 : -1
    })
    this.drawCondition()
  }

  /** @param {Stance} stance @param {number} i */
  stanceButton([id, glyph, words, , light, dark], i) {
    const one = button("", "answer", () => this.decide(id))
    one.setAttribute("role", "radio")
    one.style.setProperty("--fill", `light-dark(${light}, ${dark})`)
    if (i < 9) one.append(make("kbd", "", i + 1), " ")
    one.append(`${glyph} ${words}`)
    return one
  }

  focusStance() {
    this.stances.querySelector(/** @type {"button"} */ ('[tabindex="0"]'))?.focus({ preventScroll: true })
  }

  /** @param {string} id */
  choose(id) {
    this.stance = id
    this.given()
    this.wrong({}, "stance")
    this.wrong({}, "condition")
    this.drawStances()
    if (this.isConditional && !this.conditionText.value) this.conditionText.focus({ preventScroll: true })
    else this.focusStance()
    this.place()
  }

  /** The third action of three: with nothing left to ask, it saves. The arrows choose without saving. @param {string} id */
  decide(id) {
    this.choose(id)
    if (this.missing.length) {
      this.wrong({
        "": [`Not saved yet: ${this.missing.join(" and ")} ${this.missing.length > 1 ? "are" : "is"} missing.`],
      })
      return
    }
    if (this.isConditional) {
      this.wrong({ "": ["Not saved yet: look at the condition, then press Enter."] })
      return
    }
    // Who is named in these words is not known yet: the actor of the last statement may be the wrong one.
    if (this.carried && this.reading) this.savesThen = true
    else this.saveNow()
  }

  /** What is still to be said before it can be saved. */
  get missing() {
    const condition = this.isConditional && !this.conditionText.value.trim() ? "the condition" : ""
    return [this.proposal.missing, this.actor.missing, this.stance ? "" : "the stance", condition].filter(Boolean)
  }

  /** Whether a condition was given that the stance has no place for. */
  get isTooMuch() {
    return !!this.stance && !this.isConditional && !!(this.conditionText.value.trim() || this.condition)
  }

  drawCondition() {
    this.conditionBox.hidden = !this.isConditional && !this.isTooMuch
    if (this.isTooMuch) {
      const words = this.condition ? [make("bdi", "", `“${this.condition.exact}” `)] : []
      this.conditionWords.replaceChildren(
        ...words,
        button("Remove the condition", "link", () => {
          this.conditionText.value = ""
          this.condition = null
          this.wrong({}, "condition")
          this.drawCondition()
          this.highlight()
          this.focusStance()
        }),
      )
    } else if (this.condition) {
      this.conditionWords.replaceChildren(
        make("bdi", "", `“${this.condition.exact}” `),
        button("remove", "link", () => {
          this.condition = null
          this.drawCondition()
          this.highlight()
        }),
        " ",
        button("code these words instead", "link", () => {
          const mark = this.condition
          this.mark = this.condition = null
          this.stance = this.conditionText.value = ""
          if (mark) this.marked(mark, true)
        }),
      )
    } else {
      this.conditionWords.replaceChildren(
        "Select the words that set it, if the text has them. ",
        button("Go to the text", "link", () => {
          this.wantsCondition = true
          this.region?.focus({ preventScroll: true })
        }),
      )
    }
  }

  /** The focus goes to what is still to be said. */
  next() {
    const first = [this.proposal, this.actor].find((one) => one.missing)
    if (first) first.focus()
    else this.focusStance()
  }

  /** Something was given: what was missing may be another thing now. */
  given() {
    this.other.textContent = ""
    this.other.hidden = true
  }

  /** Messages beside their fields; `only`: those of one field are taken away. @param {Record<string, string[]>} problems @param {string} [only] */
  wrong(problems, only) {
    for (const box of this.form.querySelectorAll(".field")) {
      const name = box.classList[1]
      if (only && name !== only) continue
      const words = (problems[name] ?? []).join(" ")
      const place = /** @type {HTMLElement} */ (box.querySelector(".wrong"))
      place.textContent = words
      place.hidden = !words
    }
    if (only) return
    const own = new Set([...this.form.querySelectorAll(".field")].map((box) => box.classList[1]))
    this.other.textContent = Object.entries(problems)
      .flatMap(([name, words]) => (own.has(name) ? [] : words))
      .join(" ")
    this.other.hidden = !this.other.textContent
    const first = Object.keys(problems).find((name) => own.has(name))
    if (first) this.form.querySelector(/** @type {"input"} */ (`.${first} :is(input, select, button)`))?.focus()
    this.place()
  }

  saveNow() {
    this.savesThen = false
    if (this.saving || !this.mark) return
    if (this.carried && this.reading) {
      this.savesThen = true
      return
    }
    if (this.isAsBefore) {
      const words = `These words name nobody known: is it ${this.actor.input.value}? Choose the actor, then save.`
      this.wrong({ actor: [words] })
      this.actor.open()
      return
    }
    if (this.isTooMuch) {
      this.wrong({ condition: ["This stance takes no condition: remove what is here, or choose another stance."] })
      return
    }
    this.keepPlaces()
    this.ask("save", {
      mark: this.sendable(this.mark),
      condition: this.sendable(this.condition),
      fields: {
        actor: this.actor.value,
        proposal: this.proposal.value,
        stance: this.stance,
        condition: this.conditionText.value,
        attribution: this.attribution.value,
        confidence: this.confidence.value,
        date_start: this.from.value,
        date_end: this.to.value,
        summary: this.summary.value,
        note: this.note.value,
      },
      new: { actor: this.actor.row ?? null, proposal: this.proposal.row ?? null },
      suggested: this.proposal.isSuggestion,
    })
    this.saving = true
    this.save.disabled = true
  }

  /** The text is drawn anew with its new mark: it must not jump to its beginning. */
  keepPlaces() {
    this.places()
    const old = this.region
    const span = this.mark ? spanOf(unitsOf(this.data.text, this.mark)) : this.span
    const before = this.depth(span)
    const tops = [".pm-text", ".pm-beside"].map((name) => document.querySelector(name)?.scrollTop ?? 0)
    const look = new MutationObserver(() => {
      const { region } = this
      if (!region || region === old) return
      this.places()
      ;[".pm-text", ".pm-beside"].forEach((name, i) => {
        const one = document.querySelector(name)
        if (one) one.scrollTop = tops[i]
      })
      // Parts that were not looked at yet have a height that is only estimated: the words are what stays in place.
      for (let n = 0; n < 3; n++) region.scrollTop += this.depth(span) - before
    })
    look.observe(document.body, { childList: true, subtree: true })
    this.places = () => look.disconnect()
  }

  /** How far below the upper edge of the text's frame these words are. @param {Span} span */
  depth(span) {
    const words = this.range(span)?.getBoundingClientRect()
    return words && this.region ? words.top - this.region.getBoundingClientRect().top : 0
  }

  // ---- keys ----

  /** @param {KeyboardEvent} event */
  pressedInForm(event) {
    if (event.key === "Escape") {
      event.preventDefault()
      event.stopPropagation()
      this.close()
      return
    }
    const target = event.composedPath()[0]
    const inStances = target instanceof Node && this.stances.contains(target)
    if (event.key === "Enter" && (inStances || event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      this.saveNow()
    } else if (event.key === "Enter" && target instanceof HTMLSelectElement) {
      event.preventDefault()
      this.next()
    } else if (inStances) {
      const { stances } = this.data
      const now = stances.findIndex(([id]) => id === this.stance)
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key]
      const number = Number(event.key)
      if (step) this.choose(stances[(Math.max(now, step < 0 ? 0 : -1) + step + stances.length) % stances.length][0])
      else if (number && stances[number - 1]) {
        this.decide(stances[number - 1][0])
      } else return
      event.preventDefault()
    }
    event.stopPropagation()
  }

  /** @param {KeyboardEvent} event */
  pressed = (event) => {
    const target = event.composedPath()[0]
    if (!(target instanceof HTMLElement) || target.closest("input, textarea, select, [contenteditable]")) return
    if (event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !undoButton()) {
      event.preventDefault()
      if (this.step) this.undo()
      else if (!this.saving) this.say(NOTHING_MORE, 0)
      return
    }
    if (target !== this.region) return
    if (event.key === "Enter") {
      event.preventDefault()
      this.selectedBy("keyboard")
      return
    }
    if (event.metaKey) return
    const span = moved(this.data.text, this.selectedSpan(), {
      key: event.key,
      shift: event.shiftKey,
      fine: event.altKey || event.ctrlKey,
    })
    if (!span) return
    event.preventDefault()
    this.span = span
    this.show(span)
  }

  /** What was chosen by keyboard, unless something else was selected since. */
  selectedSpan() {
    const now = this.selected()
    const same = now && Math.min(now.anchor, now.focus) === Math.min(this.span.anchor, this.span.focus)
    return now && !same ? now : this.span
  }

  /** @param {Span} span */
  show(span) {
    const range = this.range(span)
    const selection = document.getSelection()
    const { region } = this
    if (!range || !selection || !region) return
    selection.removeAllRanges()
    selection.addRange(range)
    const box = range.getBoundingClientRect()
    const frame = region.getBoundingClientRect()
    if (box.bottom > frame.bottom - EDGE || box.top < frame.top + EDGE) {
      region.scrollTop += box.top - frame.top - region.clientHeight / 3
    }
  }
}

/** @param {[number, number]} units @returns {Span} */
const spanOf = ([anchor, focus]) => ({ anchor, focus })
