// Where selected words are in a source's text as it is kept: whole characters, counted as code points. No DOM.
//
// The browser counts UTF-16 units of what it shows, in which a line ends with one character; the dataset counts code
// points of the text as it is kept, whatever its line ends.

/**
 * A stretch of the page's text: what it shows, and for each place in it the UTF-16 unit of the kept text.
 * @typedef {{ shown: string, units: number[] }} Segment
 */
/**
 * Words of a text: code points from `start` to `end`, the words themselves and up to 32 code points on both sides.
 * @typedef {{ start: number, end: number, exact: string, before: string, after: string }} Mark
 */

export const CONTEXT = 32 // code points on both sides of a mark

const characters = new Intl.Segmenter("en", { granularity: "grapheme" })
const BLANK = /^\s*$/
const UNSHOWN = ["\r", "\0"] // what a page leaves out of a text

/**
 * The stretches of a page's text with their places in the kept one; null where the page shows another text.
 * @param {string} kept
 * @param {string[]} shown
 * @returns {Segment[] | null}
 */
export function segments(kept, shown) {
  const ends = kept.includes("\n") ? "" : "\r" // what is shown as a line's end where the text has no other
  const found = []
  let at = 0
  for (const part of shown) {
    const units = [at]
    for (const unit of part.split("")) {
      while (kept[at] !== unit && !(unit === "\n" && kept[at] === ends)) {
        if (!UNSHOWN.includes(kept[at])) return null
        at++
      }
      units.push(++at)
    }
    found.push({ shown: part, units })
  }
  const rest = kept.slice(at).split("")
  return rest.every((unit) => UNSHOWN.includes(unit)) ? found : null
}

/**
 * The stretch and the place in it at which a UTF-16 unit of the kept text is shown.
 * @param {Segment[]} all
 * @param {number} unit
 * @returns {[number, number]}
 */
export function shownAt(all, unit) {
  const index = Math.max(
    all.findLastIndex(({ units }) => units[0] <= unit),
    0,
  )
  const offset = all[index]?.units.findIndex((own) => own >= unit) ?? 0
  return [index, offset < 0 ? all[index].shown.length : offset]
}

/**
 * The words between two UTF-16 units, without blanks at the ends; a character that is cut is taken whole. Null: none.
 * @param {string} kept
 * @param {number} one
 * @param {number} other
 * @returns {Mark | null}
 */
export function markOf(kept, one, other) {
  if (one === other) return null
  const split = characters.segment(kept)
  let from = Math.max(Math.min(one, other), 0)
  let to = Math.min(Math.max(one, other), kept.length)
  from = split.containing(from)?.index ?? kept.length
  const last = to > from ? split.containing(to - 1) : undefined
  to = last ? last.index + last.segment.length : from
  while (from < to) {
    const first = split.containing(from)
    if (!first || !BLANK.test(first.segment)) break
    from += first.segment.length
  }
  while (to > from) {
    const end = split.containing(to - 1)
    if (!end || !BLANK.test(end.segment)) break
    to = end.index
  }
  if (from >= to) return null
  const exact = kept.slice(from, to)
  const start = codePoints(kept.slice(0, from))
  return {
    start,
    end: start + codePoints(exact),
    exact,
    before: Array.from(kept.slice(Math.max(from - 2 * CONTEXT, 0), from))
      .slice(-CONTEXT)
      .join(""),
    after: Array.from(kept.slice(to, to + 2 * CONTEXT))
      .slice(0, CONTEXT)
      .join(""),
  }
}

/** The UTF-16 units of a mark's ends. @param {string} kept @param {Mark} mark @returns {[number, number]} */
export function unitsOf(kept, mark) {
  let at = 0
  for (let n = 0; n < mark.start; n++) at += (kept.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
  return [at, at + mark.exact.length]
}

/** @param {string} text */
export function codePoints(text) {
  let n = 0
  for (const _ of text) n++
  return n
}
