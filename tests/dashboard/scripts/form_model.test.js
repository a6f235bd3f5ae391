// What the form beside marked words offers and fills in.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"

import { isQuoted, moved, offered } from "../../../matrix/dashboard/marking/form_model.js"

/** @type {[string, string, string, string][]} */
const OPTIONS = [
  ["ban", "A ban", "禁令", "No such weapons at all"],
  ["hotline", "A hotline", "热线", "Ministers can call"],
  ["report", "Incident reporting", "", "Whoever has one names it"],
]

/** @param {string} typed @param {string[]} [first] */
const ids = (typed, first = []) => offered(OPTIONS, typed, first).map(([id]) => id)

test("titles, native titles, ids and definitions are searched, titles first", () => {
  assert.deepEqual(ids("热"), ["hotline"])
  assert.deepEqual(ids("REPORT"), ["report"])
  assert.deepEqual(ids("call ministers"), ["hotline"])
  assert.deepEqual(ids("one"), ["report"])
  assert.deepEqual(ids("zzz"), [])
})

test("what is suggested or used lately comes first, each once", () => {
  assert.deepEqual(ids("", ["report", "hotline"]), ["report", "hotline", "ban"])
  assert.deepEqual(ids("a", ["hotline"]), ["hotline", "ban", "report"])
  assert.deepEqual(ids("", ["report", "hotline", "ban", "report"]), ["report", "hotline", "ban"])
})

/** @param {string} text @param {string} words */
const quoted = (text, words) => isQuoted(text, text.indexOf(words), text.indexOf(words) + words.length)

test("words are quoted only where they stand in quotation marks", () => {
  assert.equal(quoted('Ann said: "we want a ban", and left.', "we want a ban"), true)
  assert.equal(quoted('Ann said: "we want a ban", and left.', '"we want a ban"'), true)
  assert.equal(quoted('Ann said: "we want a ban", and left.', "and left"), false)
  assert.equal(quoted('Ann said: "we want a ban", and left.', "Ann said"), false)
  assert.equal(quoted('"One," she said, "and two"', "she said"), false)
  assert.equal(quoted("他说：“我们支持对话”。", "支持对话"), true)
  assert.equal(quoted("他说：“我们支持对话”。", "他说"), false)
  assert.equal(quoted("「禁止する」と述べた", "禁止する"), true)
  assert.equal(quoted('An open "quote\nthe next line" here', "the next"), false)
  assert.equal(quoted("we want a ban", "a ban"), false)
  assert.equal(quoted('She said "yes" and he "no" to it', 'yes" and he "no'), false)
})

const TEXT = "No 𠮷野 ban. Talks, yes.\r\nMore."

/** @param {{ anchor: number, focus: number } | null} span */
const words = (span) => span && TEXT.slice(Math.min(span.anchor, span.focus), Math.max(span.anchor, span.focus))
/** @param {string} key @param {boolean} [shift] @param {boolean} [fine] */
const press = (key, shift = false, fine = false) => ({ key, shift, fine })
const START = { anchor: 0, focus: 0 }

test("arrows up and down choose sentences, with Shift more of them", () => {
  const first = moved(TEXT, START, press("ArrowDown"))
  assert.equal(words(first), "No 𠮷野 ban.")
  const second = moved(TEXT, first ?? START, press("ArrowDown"))
  assert.equal(words(second), "Talks, yes.")
  assert.equal(words(moved(TEXT, second ?? START, press("ArrowUp"))), "No 𠮷野 ban.")
  assert.equal(words(moved(TEXT, second ?? START, press("ArrowDown", true)))?.startsWith("Talks, yes.\r\n"), true)
})

test("arrows up and down end no sentence at an abbreviation, as Python does not", () => {
  const cases = JSON.parse(readFileSync(new URL("sentences.json", import.meta.url), "utf8"))
  for (const [text, parts] of /** @type {[string, string[]][]} */ (cases)) {
    for (const key of ["ArrowDown", "ArrowUp"]) {
      const start = key === "ArrowDown" ? 0 : text.length
      const found = []
      for (let span = moved(text, { anchor: start, focus: start }, press(key)); span; ) {
        found.push(text.slice(span.anchor, span.focus))
        span = moved(text, span, press(key))
      }
      assert.deepEqual(key === "ArrowDown" ? found : found.reverse(), parts)
    }
  }
})

test("arrows left and right choose words, with Shift more or fewer of them, by character with Alt or Ctrl", () => {
  const first = moved(TEXT, START, press("ArrowRight"))
  assert.equal(words(first), "No")
  const more = moved(TEXT, { anchor: 12, focus: 17 }, press("ArrowRight", true))
  assert.equal(words(more), "Talks, yes")
  assert.equal(words(moved(TEXT, more ?? START, press("ArrowLeft", true, true))), "Talks, ye")
  assert.equal(words(moved(TEXT, { anchor: 3, focus: 3 }, press("ArrowRight", true, true))), "𠮷")
})

test("at the ends of the text nothing is chosen beyond it, and other keys do nothing", () => {
  assert.equal(moved(TEXT, START, press("ArrowUp")), null)
  assert.deepEqual(moved(TEXT, START, press("ArrowLeft", true)), START)
  assert.equal(moved(TEXT, START, press("a")), null)
})
