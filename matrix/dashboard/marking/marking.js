// Coding in a source's text: words that are selected there open a form beside them, and what is saved stands in the text.

import { make } from "../assets/dom.js"
import { undoButton } from "../assets/tools.js"
import { Chooser, NEW_SIDE } from "./chooser.js"
import { keepDraft, takeDraft } from "./drafts.js"
import { button, choice, field, line } from "./fields.js"
import { isQuoted, moved } from "./form_model.js"
import { formPlace } from "./form_place.js"
import { markOf, unitsOf } from "./offsets.js"
import { PageText } from "./page_text.js"
import { StanceRow, stanceAt } from "./stances.js"

/** @import { Component } from "../assets/dom.js" */
/** @import { Draft } from "./drafts.js" */
/** @import { Option, Span, Suggested } from "./form_model.js" */
/** @import { Mark } from "./offsets.js" */
/** @import { Stance } from "./stances.js" */

/**
 * What came of the last request; `number` is that of the request.
 * @typedef {{
 *   number: number, what?: string, done?: boolean, words?: string, problems?: Record<string, string[]>, step?: number,
 *   statement?: string, saved?: Record<string, string>, start?: number, proposals?: Suggested[], actors?: Suggested[],
 *   proposed?: boolean, kind?: string, name?: string, rows?: [string, string][], goes_on?: boolean,
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

const HEADER = 60 // pixels that the navigation may cover
const NARROW = "(max-width: 700px)" // where the form lies at the foot of the window
const PAUSE = 700 // milliseconds that a selection made by touch must rest before the form opens
const NO_SIDE = "-" // chosen for an actor on no side, where nothing chosen is asked about
const REPLACED =
  "The text was replaced by another version, and nothing was saved: mark the words again. What you filled in is kept."
const NOTHING_MORE = "Nothing more to take back here; all changes are under Data > History."

/** @type {WeakMap<Node, Marking>} */
const widgets = new WeakMap()

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

class Marking {
  /** @param {Node} parent @param {Data} data */
  constructor(parent, data) {
    this.data = data
    this.page = new PageText(data.text)
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
    this.began = false // whether the mouse was pressed in the text
    this.touched = false // whether the attribution was chosen by hand
    this.wantsCondition = false
    this.timer = 0
    this.pointer = "mouse"
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
    this.stances = new StanceRow((id) => this.decide(id))
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
    this.news = make("p", "news") // there from the start: a screen reader hears what comes into it
    this.news.setAttribute("role", "status")
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
      this.stances.box,
      this.conditionBox,
      this.rest,
      this.other,
      this.news,
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
    const draft = takeDraft(this.data.place)
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
    this.page.show(this.span)
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
    if (draft) keepDraft(this.data.place, draft)
  }

  leave() {
    this.keep()
    removeEventListener("pagehide", this.keep)
    clearTimeout(this.timer)
    this.page.letGo()
    this.page.below("")
    this.page.highlight([])
    this.sizes.disconnect()
    document.removeEventListener("pointerdown", this.pressedDown)
    document.removeEventListener("pointerup", this.released)
    document.removeEventListener("selectionchange", this.selecting)
    document.removeEventListener("keydown", this.pressed)
  }

  // ---- what the page knows ----

  /** @param {Data} data */
  update(data) {
    const isOther = data.source !== this.data.source
    const isStale = isOther || data.sha256 !== this.data.sha256
    this.data = data
    this.page.text = data.text
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
    this.page.show(this.span)
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
        this.page.letGo()
        this.wrong(answer.problems ?? {})
        if (answer.proposed) this.news.textContent = answer.words ?? ""
        this.place()
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
    this.span = this.markedSpan
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
    this.page.keepInPlace(this.markedSpan)
    this.ask("undo", { step: this.step })
    this.saving = true
  }

  // ---- what is selected ----

  /** The marked words, or what was chosen last. */
  get markedSpan() {
    return this.mark ? spanOf(unitsOf(this.data.text, this.mark)) : this.span
  }

  highlight() {
    this.page.highlight(this.form.matches(":popover-open") ? [this.mark, this.condition] : [])
  }

  /** @param {PointerEvent} event */
  pressedDown = (event) => {
    this.pointer = event.pointerType
    this.began = event.target instanceof Node && this.page.region?.contains(event.target) === true
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
    const span = this.page.selected()
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
    this.page.below("")
    this.highlight()
    this.page.focus()
  }

  /** At the foot of the window the form would cover the words: the page is pushed up until they are above it. */
  reveal() {
    const box = this.page.rangeOf(this.mark)?.getBoundingClientRect()
    if (!box || !this.form.classList.contains("low")) return
    this.page.below("50vh")
    this.page.raise(box, this.form.getBoundingClientRect().top)
  }

  /** Beside the words; on a phone at the foot of the window. */
  place() {
    const box = this.page.rangeOf(this.mark)?.getBoundingClientRect()
    const { form } = this
    form.classList.toggle("low", matchMedia(NARROW).matches)
    if (!box || form.classList.contains("low")) {
      form.style.left = form.style.top = ""
      return
    }
    const text = this.page.region?.getBoundingClientRect() ?? box
    const { top, left } = formPlace(box, text, [form.offsetWidth, form.offsetHeight], [innerWidth, innerHeight])
    form.style.top = `${top}px`
    form.style.left = `${left}px`
  }

  get isConditional() {
    return this.data.stances.some(([id, , , conditional]) => id === this.stance && conditional)
  }

  drawStances() {
    this.stances.draw(this.data.stances, this.stance)
    this.drawCondition()
  }

  /** @param {string} id */
  choose(id) {
    this.stance = id
    this.given()
    this.wrong({}, "stance")
    this.wrong({}, "condition")
    this.drawStances()
    if (this.isConditional && !this.conditionText.value) this.conditionText.focus({ preventScroll: true })
    else this.stances.focus()
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
          this.stances.focus()
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
          this.page.focus()
        }),
      )
    }
  }

  /** The focus goes to what is still to be said. */
  next() {
    const first = [this.proposal, this.actor].find((one) => one.missing)
    if (first) first.focus()
    else this.stances.focus()
  }

  /** Something was given: what was missing may be another thing now. */
  given() {
    this.other.textContent = this.news.textContent = ""
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
    this.news.textContent = ""
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
    this.page.keepInPlace(this.markedSpan)
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
    const inStances = target instanceof Node && this.stances.row.contains(target)
    if (event.key === "Enter" && (inStances || event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      this.saveNow()
    } else if (event.key === "Enter" && target instanceof HTMLSelectElement) {
      event.preventDefault()
      this.next()
    } else if (inStances) {
      const to = stanceAt(this.data.stances, this.stance, event.key)
      if (!to) return
      if (to.by === "arrow") this.choose(to.id)
      else this.decide(to.id)
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
    if (target !== this.page.region) return
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
    this.page.show(span)
  }

  /** What was chosen by keyboard, unless something else was selected since. */
  selectedSpan() {
    const now = this.page.selected()
    const same = now && Math.min(now.anchor, now.focus) === Math.min(this.span.anchor, this.span.focus)
    return now && !same ? now : this.span
  }
}

/** @param {[number, number]} units @returns {Span} */
const spanOf = ([anchor, focus]) => ({ anchor, focus })
