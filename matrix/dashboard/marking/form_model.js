// What the form beside marked words offers and fills in: searching, quotation marks, choosing words by keyboard. No DOM.

/** Something to choose: id, name, native name, what else it is known by. @typedef {[string, string, string, string]} Option */
/** A suggestion: id and the words that are its cause. @typedef {[string, string]} Suggested */
/** UTF-16 units of a text; `focus` is the end that moves. @typedef {{ anchor: number, focus: number }} Span */

const PAIRS = ["“”", "„“", "\u00ab\u00bb", "‹›", "「」", "『』", "《》"]
const LETTER = /[\p{L}\p{N}]/u
const MOST = 8 // options shown at once

/**
 * What is offered for the letters typed so far: what is suggested and used lately first, each once. Without letters
 * only these, and then the others.
 * @param {Option[]} options
 * @param {string} typed
 * @param {string[]} first ids
 * @returns {Option[]}
 */
export function offered(options, typed, first) {
  const wanted = folded(typed).split(" ").filter(Boolean)
  const place = new Map(first.map((id, i) => /** @type {const} */ ([id, i])).reverse()) // the first place of each counts
  /** @param {Option} option */
  const rank = ([id, name, native]) => {
    const title = `${folded(name)} ${folded(native)}`
    const inTitle = wanted.every((word) => title.includes(word))
    return (inTitle ? 0 : 10_000) + (place.get(id) ?? first.length)
  }
  const found = options.filter((option) => {
    const all = folded(option.join(" "))
    return wanted.every((word) => all.includes(word))
  })
  const ranked = found.map((option, i) => ({ option, rank: rank(option), i }))
  ranked.sort((a, b) => a.rank - b.rank || a.i - b.i)
  return ranked.slice(0, MOST).map(({ option }) => option)
}

/** Case, width and accents do not matter. @param {string} text */
export const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim()

/**
 * Whether the words between two UTF-16 units stand in quotation marks within their line.
 * @param {string} text
 * @param {number} from
 * @param {number} to
 */
export function isQuoted(text, from, to) {
  const before =
    text
      .slice(0, from)
      .split(/[\r\n]/)
      .at(-1) ?? ""
  const after = text.slice(to).split(/[\r\n]/)[0]
  const own = text.slice(from, to)
  if (/[\r\n]/.test(own)) return false
  const straight = before.split('"').length - 1 + (own.startsWith('"') ? 1 : 0)
  const inner = own.replace(/^"|"$/g, "")
  if (straight % 2 && !inner.includes('"') && (own.endsWith('"') || after.includes('"'))) return true
  return PAIRS.some(([open, close]) => {
    const ahead = before + (own.startsWith(open) ? open : "")
    const rest = (own.endsWith(close) ? close : "") + after
    const words = own.slice(own.startsWith(open) ? 1 : 0, own.endsWith(close) ? -1 : undefined)
    const isOpen = ahead.lastIndexOf(open) > ahead.lastIndexOf(close) || (open === close && ahead.includes(open))
    return isOpen && rest.includes(close) && !words.includes(open) && !words.includes(close)
  })
}

/** @type {Record<string, Intl.Segmenter>} */
const segmenters = {
  character: new Intl.Segmenter("en", { granularity: "grapheme" }),
  word: new Intl.Segmenter("en", { granularity: "word" }),
  sentence: new Intl.Segmenter("en", { granularity: "sentence" }),
}

// What ends no sentence, as `sentences` in Python has it: a title; a word before a number; initials and forms of a
// company, unless one of the words that begin a sentence follows.
const TITLE =
  /(?<![\p{L}\p{N}_])(?:Mr|Mrs|Ms|Mx|Dr|Prof|Sen|Rep|Gov|Gen|Lt|Col|Capt|Maj|Sgt|Adm|Amb|Hon|Rev|St|vs|cf|e\.g|i\.e)\.$/u
const BEFORE_NUMBER =
  /(?<![\p{L}\p{N}_])(?:[Nn]o|[Aa]rt|[Ss]ec|[Ff]ig|[Vv]ol|pp?|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\.$/u
const SHORTENED = /(?<![\p{L}\p{N}_.])(?:(?:[A-Z]\.)+|Inc\.|Ltd\.|Co\.|Corp\.|Jr\.|Sr\.)$/u
const BEGINNING = new Set(
  (
    "a about after all also an and any are as at be because been before both but by can could do does each first for " +
    "from had has have he her his how i if in into is it its last may might more most must no nor not of on one only " +
    "or other our out over own s shall she should so some such than that the their them then there these they this " +
    "those through to two under until up was we were what when where which while who whom whose will with would you your"
  ).split(" "),
)

/** Whether what looks like the end of a sentence is an abbreviation's. @param {string} text @param {number} end */
function isShortened(text, end) {
  const before = text.slice(Math.max(end - 32, 0), end)
  const words = before.trimEnd()
  const follows = text.slice(end, end + 16)
  if (words.length === before.length || /[\r\n]/.test(before.slice(words.length)) || !follows) return false
  if (TITLE.test(words)) return true
  if (BEFORE_NUMBER.test(words)) return /^\p{Nd}/u.test(follows)
  const word = /^[\p{L}\p{N}_]+/u.exec(follows)?.[0]
  if (!word || !SHORTENED.test(words)) return false
  return !(/^\p{Lu}/u.test(word) && BEGINNING.has(word.toLowerCase()))
}

/**
 * The sentence around a UTF-16 unit of a text.
 * @param {string} text
 * @param {number} unit
 */
function sentenceAt(text, unit) {
  const split = segmenters.sentence.segment(text)
  const found = split.containing(unit)
  if (!found) return undefined
  let index = found.index
  let end = index + found.segment.length
  while (index && isShortened(text, index)) index = split.containing(index - 1)?.index ?? 0
  while (isShortened(text, end)) end += split.containing(end)?.segment.length ?? 0
  return { index, segment: text.slice(index, end), isWordLike: true }
}

/**
 * Words chosen by keyboard: the next or last word or sentence, or what is chosen already made longer or shorter.
 * @param {string} text
 * @param {Span} span
 * @param {{ key: string, shift: boolean, fine: boolean }} press
 * @returns {Span | null} null for any other key
 */
export function moved(text, span, { key, shift, fine }) {
  const forward = key === "ArrowRight" || key === "ArrowDown"
  if (!forward && key !== "ArrowLeft" && key !== "ArrowUp") return null
  const isSentence = key === "ArrowDown" || key === "ArrowUp"
  const split = segmenters[fine ? "character" : "word"].segment(text)
  let at = shift ? span.focus : forward ? Math.max(span.anchor, span.focus) : Math.min(span.anchor, span.focus)
  for (;;) {
    const unit = forward ? at : at - 1
    const part = isSentence ? sentenceAt(text, unit) : split.containing(unit)
    if (!part) return shift ? { anchor: span.anchor, focus: at } : null
    const end = part.index + part.segment.length
    const passed = forward ? text.slice(at, end) : text.slice(part.index, at)
    at = forward ? end : part.index
    const isBlank = isSentence ? !LETTER.test(passed) : !fine && !part.isWordLike
    if (isBlank) continue
    if (shift) return { anchor: span.anchor, focus: at }
    return { anchor: part.index, focus: part.index + part.segment.trimEnd().length }
  }
}
