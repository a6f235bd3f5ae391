// Widths and heights in pixels, and where the arrow keys lead. No DOM.

/** @import { ActorSlot, Model, Place, SideSlot, Slot } from "./model.js" */

/**
 * @typedef {object} Sizes
 * @property {number} title the first column's width
 * @property {number} cell an actor's
 * @property {number} roll a side's share's
 * @property {number} fold a fold button's
 * @property {number} row a row's height
 * @property {number} head the heads'
 * @property {number} band the bands'
 * @property {number} theme a theme's heading's
 */

const PHONE = 520
const TITLE = { share: 0.24, least: 196, most: 300, slack: 140 }
const SCROLLBAR = 16
// On paper: a landscape page of A4 within its margins, and what a column takes of it.
export const ON_PAPER = { page: 1030, title: 216, side: 44, actor: 24 }
export const MOST_ON_PAPER = 100_000 // cells; more are hundreds of pages, and a browser that stands still

/** @param {number} width */
export const isNarrow = (width) => width < PHONE

/**
 * The sizes by the width there is: a phone, a column beside a panel, a whole screen.
 * @param {Model} model
 * @param {number} width
 * @returns {Sizes}
 */
export function measure(model, width) {
  if (isNarrow(width)) return { title: 132, cell: 38, roll: 46, fold: 30, row: 46, head: 116, band: 44, theme: 28 }
  // The same height beside a panel and without: it opens at once, for no row has to be laid out again.
  const sizes = { title: 0, cell: 36, roll: 50, fold: 28, row: 31, head: 134, band: 44, theme: 26 }
  sizes.title = Math.min(Math.max(Math.round(width * TITLE.share), TITLE.least), TITLE.most)
  // A matrix with few columns gives what is left to the titles rather than to nothing.
  const slack = width - SCROLLBAR - sizes.title - columnsWidth(model, sizes)
  if (slack > 0) sizes.title += Math.min(slack, TITLE.slack)
  return sizes
}

/** @param {Model} model @param {Slot} slot @param {Sizes} sizes */
export function widthOf(model, slot, sizes) {
  if (slot.kind === "title") return sizes.title
  return model.isShown(slot) ? { side: sizes.roll, actor: sizes.cell, fold: sizes.fold }[slot.kind] : 0
}

/** @param {Model} model @param {Sizes} sizes */
export function columnsWidth(model, sizes) {
  return model.slots.slice(1).reduce((sum, slot) => sum + widthOf(model, slot, sizes), 0)
}

/** Where each slot begins. @param {Model} model @param {Sizes} sizes */
export function lefts(model, sizes) {
  let left = 0
  return model.slots.map((slot) => {
    const own = left
    left += widthOf(model, slot, sizes)
    return own
  })
}

/** The width of each group's band. @param {Model} model @param {Sizes} sizes */
export function bandWidths(model, sizes) {
  const widths = model.groups.map(() => 0)
  for (const slot of model.slots) if (slot.group >= 0) widths[slot.group] += widthOf(model, slot, sizes)
  return widths
}

/**
 * The grid ends where the window ends; far down a page it takes a window of its own.
 * @param {{ width: number, top: number, foot: number, window: number }} sizes
 */
export function height({ width, top, foot, window }) {
  const left = window - top - foot
  const most = isNarrow(width) ? window * 0.8 : left >= window * 0.45 ? left : window - foot - 64
  return Math.max(Math.round(most), 320)
}

/**
 * Where a key leads from a place; null for a key that moves nothing.
 * @param {Model} model
 * @param {Place} at
 * @param {{ key: string, ctrlKey: boolean }} pressed
 * @param {number} page rows that PageDown moves
 * @returns {Place | null}
 */
export function moved(model, at, { key, ctrlKey }, page) {
  // Heads have a stop for a fold button, rows have none; the corner has no head.
  const slots = model.slots.flatMap((slot, s) =>
    model.isShown(slot) && (slot.kind !== "fold" || at.row < 0) && (s > 0 || at.row >= 0) ? [s] : [],
  )
  const last = model.rows.length - 1
  const here = slots.indexOf(at.slot)
  const next = { ...at }
  /** @param {number} by */
  const shift = (by) => {
    next.slot = slots[Math.min(Math.max(here + by, 0), slots.length - 1)]
  }
  if (key === "ArrowRight") shift(1)
  else if (key === "ArrowLeft") shift(-1)
  else if (key === "ArrowDown") next.row = Math.min(at.row + 1, last)
  else if (key === "ArrowUp") next.row = Math.max(at.row - 1, at.slot > 0 ? -1 : 0)
  else if (key === "PageDown") next.row = Math.min(at.row + page, last)
  else if (key === "PageUp") next.row = Math.max(at.row - page, 0)
  else if (key === "Home") {
    next.slot = slots[0]
    if (ctrlKey) Object.assign(next, { row: 0, slot: 0 })
  } else if (key === "End") {
    next.slot = slots[slots.length - 1]
    if (ctrlKey) next.row = last
  } else return null
  // A fold button has no cells below it: going down leads to its left neighbour.
  while (next.row >= 0 && (model.slots[next.slot].kind === "fold" || !model.isShown(model.slots[next.slot])))
    next.slot--
  if (next.row < 0 && next.slot === 0) next.slot = 1
  return next
}

/**
 * The columns that are shown, without the titles, cut into stretches as wide as a page of paper.
 * @param {Model} model
 * @returns {(ActorSlot | SideSlot)[][]}
 */
export function stretches(model) {
  /** @type {(ActorSlot | SideSlot)[][]} */
  const found = []
  let left = 0
  for (const slot of model.slots) {
    if (slot.kind === "title" || slot.kind === "fold" || !model.isShown(slot)) continue
    left -= ON_PAPER[slot.kind]
    if (left < 0) {
      found.push([])
      left = ON_PAPER.page - ON_PAPER.title - ON_PAPER[slot.kind]
    }
    found[found.length - 1].push(slot)
  }
  return found
}
