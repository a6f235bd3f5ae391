// The list of changes in the browser: drawn anew when the stamp changes, reports which ones are not wanted.

import { make } from "../assets/dom.js"
import { differing } from "./values.js"

/** @import { Component } from "../assets/dom.js" */

/**
 * @typedef {[string, string][]} Pairs columns and values
 * @typedef {{
 *   id: string, kind: string, glyph: string, word: string, place: string, what: string,
 *   old: Pairs, new: Pairs, why: string, sound: boolean, on: boolean,
 * }} Line
 * @typedef {{ root: HTMLElement, stamp: string | null, send: (name: string, value: unknown) => void }} List
 */

/** @type {WeakMap<Node, List>} */
const lists = new WeakMap()
const HEADS = ["Apply", "What changes", "Before", "After"]

/** @param {Component<{ stamp: string, lines: Line[] }>} component */
export default function ({ data, parentElement, setStateValue }) {
  const list = lists.get(parentElement) ?? { root: region(), stamp: null, send: setStateValue }
  if (!lists.has(parentElement)) parentElement.append(list.root)
  lists.set(parentElement, list)
  list.send = setStateValue
  if (list.stamp !== data.stamp) {
    list.stamp = data.stamp
    list.root.replaceChildren(table(list, data.lines))
  }
}

function region() {
  const made = make("div", "pm-changes")
  made.tabIndex = 0
  made.setAttribute("role", "region")
  made.setAttribute("aria-label", "Changes in the file")
  return made
}

/** @param {List} list @param {Line[]} lines */
function table(list, lines) {
  const all = make("table")
  const head = all.createTHead().insertRow()
  for (const name of HEADS) {
    const cell = make("th", "", name)
    cell.scope = "col"
    head.append(cell)
  }
  const body = all.createTBody()
  for (const line of lines) body.append(row(list, line))
  return all
}

/** @param {List} list @param {Line} line */
function row(list, line) {
  const made = make("tr", `k-${line.kind}`)
  const tick = made.insertCell()
  tick.className = "tick"
  if (line.sound) {
    const box = make("input")
    box.type = "checkbox"
    box.checked = line.on
    box.dataset.id = line.id
    box.setAttribute("aria-label", `${line.word}: ${line.what}, ${line.place}`)
    box.addEventListener("change", () => {
      made.classList.toggle("off", !box.checked)
      report(list)
    })
    made.classList.toggle("off", !line.on)
    tick.append(box)
  } else {
    const no = make("span", "no", "–")
    no.setAttribute("role", "img")
    no.setAttribute("aria-label", "cannot be applied")
    tick.append(no)
  }
  const what = make("th")
  what.scope = "row"
  const kind = make("span", "kind", line.word)
  const glyph = make("i", "", line.glyph)
  glyph.setAttribute("aria-hidden", "true")
  kind.prepend(glyph)
  what.append(kind, make("bdi", "name", line.what), make("bdi", "place", line.place))
  const after = values(line.new, line.old, "ins")
  if (line.why) after.append(make("p", "why", line.why))
  made.append(what, values(line.old, line.new, "del"), after)
  return made
}

/**
 * A cell with values, each with what differs from the other marked; the column is named where there are several.
 * @param {Pairs} own
 * @param {Pairs} other
 * @param {"del" | "ins"} mark
 */
function values(own, other, mark) {
  const cell = make("td")
  cell.dataset.head = mark === "del" ? "Before" : "After"
  for (const [column, value] of own) {
    const line = make("div", "value")
    if (own.length > 1 || !other.length) line.append(make("span", "column", column))
    const text = make("bdi")
    text.dir = "auto"
    if (other.length === 1 && own.length === 1) {
      const [before, middle, after] = differing(value, other[0][1])
      text.append(before, ...(middle ? [make(mark, "", middle)] : []), after)
    } else text.textContent = value
    if (!value) text.append(make("span", "empty", "empty"))
    line.append(text)
    cell.append(line)
  }
  return cell
}

/** @param {List} list */
function report(list) {
  const boxes = [...list.root.querySelectorAll("input")]
  list.send("unwanted", { stamp: list.stamp, ids: boxes.filter((b) => !b.checked).map((b) => b.dataset.id) })
}
