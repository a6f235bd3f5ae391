// The matrix by actor on paper: tables as wide as a page, one after the other, each with whole rows and repeated heads.

import { make } from "../assets/dom.js"
import { fillShare, lookOf, native, sideColour } from "./draw.js"
import { heardWords, plural, short, sizeWords } from "./words.js"

/** @import { Model, Slot } from "./model.js" */

// In pixels of CSS: a landscape page of A4 within its margins, and what a column takes of it (grid.css has the same).
const PAGE = 1030
const WIDTHS = { title: 216, side: 44, actor: 24, fold: 0 }
const MOST = 100_000 // cells; more are hundreds of pages, and a browser that stands still

/**
 * The slots that are shown, without the titles, cut into stretches as wide as a page.
 * @param {Model} model
 * @returns {Slot[][]}
 */
export function stretches(model) {
  /** @type {Slot[][]} */
  const found = []
  let left = 0
  model.slots.forEach((slot, s) => {
    if (!s || slot.kind === "fold" || !model.isShown(slot)) return
    left -= WIDTHS[slot.kind]
    if (left < 0 || !found.length) {
      found.push([])
      left = PAGE - WIDTHS.title - WIDTHS[slot.kind]
    }
    found[found.length - 1].push(slot)
  })
  return found
}

/** What is not on the paper, as sentences. @param {Model} model @param {Slot[][]} parts */
export function leftOut(model, parts) {
  const columns = parts.reduce((sum, one) => sum + one.length, 0)
  if (model.rows.length * columns > MOST) {
    return [
      `Not printed: ${plural(model.rows.length, "proposal")} by ${plural(columns, "column")} are too many for paper. ` +
        "The workbook holds all of them: Download, Excel workbook.",
    ]
  }
  const folded = model.slots.filter((slot) => !model.isShown(slot)).length
  if (!folded) return []
  return [`${plural(folded, "actor")} named, but not heard: not printed while folded away.`]
}

/** @param {Model} model */
export function paper(model) {
  const box = make("div", "pm-paper")
  const parts = stretches(model)
  const notes = leftOut(model, parts)
  if (!notes[0]?.startsWith("Not printed")) {
    const actors = parts.flat().filter((slot) => slot.kind === "actor").length
    let first = 1
    for (const part of parts) {
      const own = part.filter((slot) => slot.kind === "actor").length
      const which = parts.length > 1 && own ? `actors ${first}–${first + own - 1} of ${actors}` : ""
      box.append(table(model, part, which))
      first += own
    }
  }
  for (const note of notes) box.append(make("p", "", note))
  return box
}

/** @param {Model} model @param {Slot[]} slots @param {string} which */
function table(model, slots, which) {
  const made = make("table")
  const widths = make("colgroup")
  const wide = [WIDTHS.title, ...slots.map((slot) => WIDTHS[slot.kind])]
  for (const width of wide) widths.append(sized(make("col"), width))
  sized(
    made,
    wide.reduce((sum, width) => sum + width, 0),
  )
  const body = make("tbody")
  let band = -1
  model.rows.forEach((row, i) => {
    if (row.band !== band && row.band >= 0) {
      const words = make("th", "pm-words", short(model.bands[row.band].words))
      words.colSpan = slots.length + 1
      words.dir = "auto"
      const line = make("tr", "pm-over-rows")
      line.append(words)
      body.append(line)
    }
    band = row.band
    const line = make("tr")
    const head = make("th", "pm-what")
    head.style.setProperty("--depth", String(Math.min(row.depth, 6)))
    const title = make("span", "", short(row.title))
    title.dir = "auto"
    head.append(title)
    if (row.native) head.append(" ", native(row.native, model.language))
    line.append(head)
    for (const slot of slots) line.append(cell(model, i, slot))
    body.append(line)
  })
  made.append(widths, heads(model, slots, which), body)
  return made
}

/** @param {Model} model @param {Slot[]} slots @param {string} which */
function heads(model, slots, which) {
  const box = make("thead")
  const sides = make("tr")
  const names = make("tr")
  const corner = make("th", "pm-corner")
  corner.append(make("b", "", sizeWords(model)[0]), make("small", "", which || sizeWords(model)[1]))
  sides.append(make("th"))
  names.append(corner)
  slots.forEach((slot, s) => {
    if (!s || slots[s - 1].group !== slot.group || slot.kind !== slots[s - 1].kind) {
      const over = make("th", "pm-side")
      const group = model.groups[slot.group]
      over.colSpan = slots.filter((one) => one.group === slot.group && one.kind === slot.kind).length
      if (slot.kind === "side") over.append(make("b", "", "Sides"), make("small", "", "who backs it"))
      else if (group && model.hasBands) {
        over.style.setProperty("--side", sideColour(model, group))
        // Over few columns there is no room for words: the share's column and the colour say which side it is.
        if (over.colSpan > 2) {
          over.append(make("b", "", short(group.name)), make("small", "", heardWords(group, model.matching)))
        }
      }
      sides.append(over)
    }
    const head = make("th", `pm-who ${slot.kind}`)
    const turned = make("div", "pm-turned")
    const of = slot.kind === "side" ? model.sides[slot.side] : slot.kind === "actor" ? model.columns[slot.i] : null
    const name = make("span", "", short(of?.name ?? ""))
    name.dir = "auto"
    turned.append(name)
    if (of?.native) turned.append(" ", native(of.native, model.language))
    head.append(turned)
    names.append(head)
  })
  box.append(...(model.hasBands || model.shares ? [sides] : []), names)
  return box
}

/** @param {Model} model @param {number} i @param {Slot} slot */
function cell(model, i, slot) {
  const made = make("td")
  if (slot.kind === "side") {
    made.className = "k"
    fillShare(made, model.rollups[i][slot.i])
  } else if (slot.kind === "actor") {
    made.className = lookOf(model, model.cells[i][slot.i], model.marks.length ? model.marks[i][slot.i] : "0")
  }
  return made
}

/** @template {HTMLElement} E @param {E} element @param {number} width */
function sized(element, width) {
  element.style.width = `${width}px`
  return element
}
