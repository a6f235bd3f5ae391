// The matrix by actor on paper: tables as wide as a page, one after the other, each with whole rows and repeated heads.

import { make } from "../assets/dom.js"
import { fillShare, lookOf, native, sideColour } from "./draw.js"
import { MOST_ON_PAPER, ON_PAPER, stretches } from "./layout.js"
import { heardWords, plural, short, sizeWords, tooManyWords } from "./words.js"

/** @import { ActorSlot, Model, SideSlot } from "./model.js" */

/** The whole matrix, or why it is not there. @param {Model} model */
export function paper(model) {
  const box = make("div", "pm-paper")
  const parts = stretches(model)
  const columns = parts.reduce((sum, one) => sum + one.length, 0)
  if (model.rows.length * columns > MOST_ON_PAPER) {
    box.append(make("p", "", tooManyWords(model, columns)))
    return box
  }
  const actors = parts.flat().filter((slot) => slot.kind === "actor").length
  let first = 1
  for (const part of parts) {
    const own = part.filter((slot) => slot.kind === "actor").length
    const which = parts.length > 1 && own ? `actors ${first}–${first + own - 1} of ${actors}` : ""
    box.append(table(model, part, which))
    first += own
  }
  const folded = model.columns.length - actors
  if (folded)
    box.append(make("p", "", `${plural(folded, "actor")} named, but not heard: not printed while folded away.`))
  return box
}

/** @param {Model} model @param {(ActorSlot | SideSlot)[]} slots @param {string} which */
function table(model, slots, which) {
  const made = make("table")
  const widths = make("colgroup")
  const wide = [ON_PAPER.title, ...slots.map((slot) => ON_PAPER[slot.kind])]
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

/** @param {Model} model @param {(ActorSlot | SideSlot)[]} slots @param {string} which */
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
    const of = slot.kind === "side" ? model.sides[slot.side] : model.columns[slot.i]
    const name = make("span", "", short(of.name))
    name.dir = "auto"
    turned.append(name)
    if (of.native) turned.append(" ", native(of.native, model.language))
    head.append(turned)
    names.append(head)
  })
  box.append(...(model.hasBands || model.shares ? [sides] : []), names)
  return box
}

/** @param {Model} model @param {number} i @param {ActorSlot | SideSlot} slot */
function cell(model, i, slot) {
  const made = make("td")
  if (slot.kind === "side") {
    made.className = "k"
    fillShare(made, model.rollups[i][slot.i])
  } else {
    made.className = lookOf(model, model.cells[i][slot.i], model.marks.length ? model.marks[i][slot.i] : "0")
  }
  return made
}

/** @template {HTMLElement} E @param {E} element @param {number} width */
function sized(element, width) {
  element.style.width = `${width}px`
  return element
}
