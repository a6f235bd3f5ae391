// The colours of stances and sides on a light or a dark ground, as values of CSS. No DOM.

/** @import { Model, Share } from "./model.js" */

/** @typedef {[number, number, number]} Rgb */

/** @type {Rgb} */
const GREY = [119, 119, 119]
const BAR = ["backing", "conditional", "neutral", "mixed", "opposed"] // from left to right
const LEAST = 9 // per cent of a bar: one of many members must still be seen

/** A colour as CSS or Streamlit writes it. @param {string} text @returns {Rgb | null} */
export function rgb(text) {
  const hex = /^\s*#([0-9a-f]{6}|[0-9a-f]{3})\s*$/i.exec(text)?.[1]
  const parts = hex
    ? (hex.length === 3 ? [...hex].map((one) => one + one) : (hex.match(/../g) ?? [])).map((two) =>
        Number.parseInt(two, 16),
      )
    : /^\s*rgba?\(([\d.]+)[ ,]+([\d.]+)[ ,]+([\d.]+)/
        .exec(text)
        ?.slice(1, 4)
        .map((part) => Math.round(Number(part)))
  return parts ? [parts[0], parts[1], parts[2]] : null
}

/** Relative luminance (WCAG 2.2). @param {Rgb} colour */
export function luminance(colour) {
  const [r, g, b] = colour.map((part) => {
    const c = part / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** @param {Rgb} ground */
export const isDark = (ground) => luminance(ground) < 0.2

/** A colour for a light ground and one for a dark, of which the scheme decides: paper is always light. @param {string} light @param {string} dark */
const either = (light, dark) => `light-dark(rgb(${colour(light).join(" ")}), rgb(${colour(dark).join(" ")}))`

/** @param {string} text */
const colour = (text) => rgb(text) ?? GREY

/** What is read on a fill; the better of the two is never below 4.58:1. @param {string} fill */
const ink = (fill) => (luminance(colour(fill)) > 0.179 ? "#000000" : "#ffffff")

/** A CSS string of the first characters of a text, none of which has a meaning there. @param {string} text */
export const quoted = (text) =>
  `"${[...text]
    .slice(0, 3)
    .map((one) => `\\${one.codePointAt(0)?.toString(16)} `)
    .join("")}"`

/**
 * The custom properties of a grid: fill, ink and glyph of each stance, the parts of a bar, the sides, the signs.
 * @param {Model} model
 * @returns {[string, string][]}
 */
export function properties(model) {
  /** @type {[string, string][]} */
  const set = []
  const parts = new Map(BAR.map((kind) => [kind, "var(--pm-muted)"]))
  const kinds = new Set()
  model.stances.forEach((stance, i) => {
    const { light, dark } = stance
    set.push([`--f${i}`, either(light, dark)])
    set.push([`--i${i}`, either(ink(light), ink(dark))])
    set.push([`--g${i}`, quoted(stance.glyph)])
    if (!kinds.has(stance.kind) && parts.has(stance.kind)) parts.set(stance.kind, either(light, dark))
    kinds.add(stance.kind)
  })
  for (const [kind, value] of parts) set.push([`--k-${kind}`, value])
  model.sides.forEach((side, i) => {
    set.push([`--side-${i}`, either(side.light, side.dark)])
  })
  for (const blank of model.blanks.values()) set.push([`--blank-${blank.name}`, quoted(blank.glyph)])
  for (const [name, glyph] of Object.entries(model.signs)) set.push([`--sign-${name}`, quoted(glyph)])
  return set
}

/** The rules that give each stance its properties and fold each group: numbers only, nothing of it is from the data. @param {Model} model */
export function rules(model) {
  return [
    ...model.stances.map((_, i) => `.s${i}{--f:var(--f${i});--i:var(--i${i});--g:var(--g${i})}`),
    ...model.groups.map((_, g) => `.pm-fold-${g} .u${g}{display:none}`),
  ].join("\n")
}

/** The bar below a side's share. @param {Share} share */
export function bar([backing, conditional, neutral, opposed, mixed, , members]) {
  const parts = [backing - conditional, conditional, neutral, mixed, opposed] // as BAR
  let from = 0
  const stops = []
  for (const [i, part] of parts.entries()) {
    if (!part) continue
    const until = Math.min(from + Math.max((part / Math.max(members, 1)) * 100, LEAST), 100)
    stops.push(`var(--k-${BAR[i]}) ${from}% ${until}%`)
    from = until
  }
  if (from < 100) stops.push(`var(--pm-line) ${from}% 100%`)
  return `linear-gradient(to right, ${stops.join(", ")})`
}
