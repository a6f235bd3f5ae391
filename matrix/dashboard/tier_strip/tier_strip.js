// The finding above the matrix: a sentence, the proposals it names, and a strip of tiers of which each filters the rows.

import { make } from "../assets/dom.js"

/** @import { Component } from "../assets/dom.js" */

/** @typedef {[string, string, string, number, string, string, string]} Band id, short, words, rows, light, dark, about */
/**
 * `more`: how many proposals the sentence is about besides those named; `only`: the ids of the tiers that are shown.
 * @typedef {{
 *   headline: string, proposals: [string, string][], more: number, about: string, bands: Band[], only: string[],
 * }} Data
 */

/** @param {Component<Data>} component */
export default function ({ data, parentElement, setTriggerValue }) {
  const old = parentElement.querySelector(".strip")
  const focused = old?.querySelector(":focus-within, :focus")
  const place = focused instanceof HTMLElement ? focused.dataset.pick : undefined
  const root = make("section", "strip")
  root.setAttribute("aria-label", "What is found")
  root.append(headline(data))
  if (data.bands.length > 1) root.append(bar(data), legend(data))
  root.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-pick]") : null
    if (button instanceof HTMLElement) setTriggerValue("picked", button.dataset.pick?.split("\n"))
  })
  if (old) old.replaceWith(root)
  else parentElement.appendChild(root)
  if (place) /** @type {HTMLElement | null} */ (root.querySelector(`[data-pick="${CSS.escape(place)}"]`))?.focus()
}

/** @param {Data} data */
function headline({ headline, proposals, more, about }) {
  const line = make("h2", "", headline)
  line.title = about
  proposals.forEach(([id, title], i) => {
    const last = i === proposals.length - 1 && !more
    line.append(i === 0 ? ": " : last ? " and " : ", ")
    const name = button(`proposal\n${id}`, "name", title)
    name.dir = "auto"
    line.append(name)
  })
  line.append(more ? ` and ${more.toLocaleString("en")} more.` : ".")
  return line
}

/** The proportions, drawn; the numbers stand below. @param {Data} data */
function bar({ bands, only }) {
  const line = make("div", "bar")
  line.setAttribute("aria-hidden", "true")
  for (const [id, , words, rows, light, dark] of bands) {
    const part = make("i", only.length && !only.includes(id) ? "pale" : "")
    part.style.flexGrow = String(rows)
    part.style.background = `light-dark(${light}, ${dark})`
    part.title = `${words}: ${rows}`
    part.dataset.pick = `tier\n${id}`
    line.append(part)
  }
  return line
}

/** @param {Data} data */
function legend({ bands, only }) {
  const list = make("div", "tiers")
  list.setAttribute("role", "group")
  list.setAttribute("aria-label", "Show one tier only")
  for (const [id, short, words, rows, light, dark, about] of bands) {
    const one = button(`tier\n${id}`, "tier")
    const mark = make("i")
    mark.style.background = `light-dark(${light}, ${dark})`
    one.append(mark, make("b", "", rows.toLocaleString("en")), " ", make("span", "", short))
    one.title = [words, about].filter(Boolean).join(": ")
    one.setAttribute("aria-pressed", String(only.includes(id)))
    list.append(one)
  }
  if (only.length) list.append(button("all\n", "all", "show all"))
  return list
}

/** @param {string} pick @param {string} name @param {string} [text] */
function button(pick, name, text) {
  const made = make("button", name, text ?? null)
  made.type = "button"
  made.dataset.pick = pick
  return made
}
