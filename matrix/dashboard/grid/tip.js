// The tooltip of a cell or head; the same words are in the labels, so it is hidden from screen readers.

import { make } from "../assets/dom.js"
import { native } from "./draw.js"
import { describe, short } from "./words.js"

/** @import { Model, Place } from "./model.js" */

const MOST = 400 // characters of a line
const EDGE = 8 // pixels to the window's edge

export class Tip {
  constructor() {
    this.root = make("div", "pm-tip")
    this.root.setAttribute("aria-hidden", "true")
    this.root.popover = "manual"
    this.waiting = 0
  }

  get isOn() {
    return this.root.matches(".pm-on")
  }

  /**
   * Show what a place holds, beside its element, after a while.
   * @param {Model} model
   * @param {Place} place
   * @param {Element} target
   * @param {number} wait milliseconds
   */
  show(model, { row, slot }, target, wait) {
    this.hide()
    const what = describe(model, row, slot)
    if (!what) return
    this.waiting = window.setTimeout(() => {
      const head = make("strong", "", short(what.title))
      head.dir = "auto"
      if (what.native) head.append(" ", native(what.native, model.language))
      const parts = [head, ...what.lines.filter(Boolean).map(line)]
      if (what.words) {
        const words = make("span", "pm-words")
        if (what.look !== undefined) words.append(make("i", `pm-sample c st s${what.look}`))
        words.append(make("span", "", what.words))
        parts.push(words)
      }
      this.root.replaceChildren(...parts)
      this.root.showPopover?.()
      this.root.classList.add("pm-on")
      this.moveTo(target.getBoundingClientRect())
    }, wait)
  }

  hide() {
    clearTimeout(this.waiting)
    this.root.classList.remove("pm-on")
    if (this.root.matches(":popover-open")) this.root.hidePopover()
  }

  /** @param {DOMRect} box */
  moveTo(box) {
    const own = this.root.getBoundingClientRect()
    const left = Math.min(Math.max(box.left + box.width / 2 - own.width / 2, EDGE), innerWidth - own.width - EDGE)
    const below = box.bottom + own.height + 10 < innerHeight
    this.root.style.left = `${left}px`
    this.root.style.top = `${below ? box.bottom + 6 : Math.max(box.top - own.height - 6, EDGE)}px`
  }
}

/** @param {string} text */
function line(text) {
  const made = make("span", "", text.slice(0, MOST))
  made.dir = "auto"
  return made
}
