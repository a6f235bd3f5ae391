// The row of stances in the form: one is chosen by a click, by its number or with the arrows.

import { make } from "../assets/dom.js"
import { button, field } from "./fields.js"

/** @typedef {[string, string, string, boolean, string, string]} Stance id, glyph, word, conditional, fills on light and dark */

export class StanceRow {
  /** @param {(id: string) => void} decide called for a stance that is clicked or whose number is pressed */
  constructor(decide) {
    this.decide = decide
    this.drawn = ""
    this.row = make("div", "stances")
    this.row.setAttribute("role", "radiogroup")
    this.row.setAttribute("aria-label", "Stance: a number key chooses")
    this.box = field("stance", "Stance", this.row)
  }

  /** @param {Stance[]} stances @param {string} chosen */
  draw(stances, chosen) {
    const drawn = JSON.stringify(stances)
    if (drawn !== this.drawn) {
      this.drawn = drawn // drawn anew only where they are others: a click on one that is replaced would be lost
      this.row.replaceChildren(...stances.map((stance, i) => this.answer(stance, i)))
    }
    stances.forEach(([id], i) => {
      const one = /** @type {HTMLElement} */ (this.row.children[i])
      one.setAttribute("aria-checked", String(id === chosen))
      one.tabIndex = id === chosen || (!chosen && i === 0) ? 0 : -1
    })
  }

  /** @param {Stance} stance @param {number} i */
  answer([id, glyph, words, , light, dark], i) {
    const one = button("", "answer", () => this.decide(id))
    one.setAttribute("role", "radio")
    one.style.setProperty("--fill", `light-dark(${light}, ${dark})`)
    if (i < 9) one.append(make("kbd", "", i + 1), " ")
    one.append(`${glyph} ${words}`)
    return one
  }

  focus() {
    this.row.querySelector(/** @type {"button"} */ ('[tabindex="0"]'))?.focus({ preventScroll: true })
  }
}

/**
 * The stance a key leads to, from the chosen one: `arrow`: the next or last one, `number`: the one with that number; null for another key.
 * @param {Stance[]} stances
 * @param {string} chosen
 * @param {string} key
 * @returns {{ id: string, by: "arrow" | "number" } | null}
 */
export function stanceAt(stances, chosen, key) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[key]
  if (step) {
    const now = stances.findIndex(([id]) => id === chosen)
    return { id: stances[(Math.max(now, step < 0 ? 0 : -1) + step + stances.length) % stances.length][0], by: "arrow" }
  }
  const numbered = Number(key) ? stances[Number(key) - 1] : undefined
  return numbered ? { id: numbered[0], by: "number" } : null
}
