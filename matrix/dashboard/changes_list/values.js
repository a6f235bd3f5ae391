// What differs between an old and a new value. No DOM.

const WORD = /[\w-]/ // a change within a word marks the whole word

/**
 * A value in three parts: what it shares with the other at its beginning, what differs, what it shares at its end.
 * @param {string} value
 * @param {string} other
 * @returns {[string, string, string]}
 */
export function differing(value, other) {
  const a = Array.from(value)
  const b = Array.from(other)
  /** @param {string[]} text @param {number} at */
  const isWithin = (text, at) => WORD.test(text[at - 1] ?? "") && WORD.test(text[at] ?? "")
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  while (start > 0 && (isWithin(a, start) || isWithin(b, start))) start--
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  while (end > 0 && (isWithin(a, a.length - end) || isWithin(b, b.length - end))) end--
  return [a.slice(0, start).join(""), a.slice(start, a.length - end).join(""), a.slice(a.length - end).join("")]
}
