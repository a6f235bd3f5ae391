// Where marked words are in the kept text. The 500 random marks come from tests/dataset/test_marks.py, which runs this
// file with its cases in MARKS and holds them against Python too.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"

import { codePoints, markOf, segments, shownAt, unitsOf } from "../../../matrix/dashboard/marking/offsets.js"

/** @typedef {import("../../../matrix/dashboard/marking/offsets.js").Mark} Mark */
/** @typedef {{ text: string, shown: string[], from: [number, number], to: [number, number], mark: Mark | null }} Case */

const FAMILY = "👨‍👩‍👧"

/** @param {string} text @param {string} words @param {number} [nth] */
function marked(text, words, nth = 0) {
  let at = text.indexOf(words)
  for (let n = 0; n < nth; n++) at = text.indexOf(words, at + 1)
  return markOf(text, at, at + words.length)
}

test("code points are counted, not UTF-16 units", () => {
  const mark = marked("𠮷野家 says yes.", "says")
  assert.deepEqual(mark, { start: 4, end: 8, exact: "says", before: "𠮷野家 ", after: " yes." })
  assert.equal(codePoints(FAMILY), 5)
})

test("a character that is cut is taken whole", () => {
  assert.equal(markOf("a𠮷b", 2, 2), null) // nothing is selected
  assert.equal(markOf("a𠮷b", 0, 2)?.exact, "a𠮷")
  assert.equal(markOf(`a${FAMILY}b`, 3, 4)?.exact, FAMILY)
  assert.equal(markOf("cafe\u0301 noir", 3, 4)?.exact, "e\u0301")
})

test("blanks at the ends are left out, and blanks alone are no mark", () => {
  assert.equal(markOf("We agree. \r\n\r\nThey do not.", 0, 14)?.exact, "We agree.")
  assert.equal(markOf(" \r\n\u3000 ", 0, 5), null)
})

test("selected backwards it is the same mark", () => {
  assert.deepEqual(markOf("one two three", 7, 4), markOf("one two three", 4, 7))
})

test("of the same sentence twice the marked one is taken", () => {
  const text = "No ban.\r\nNo ban.\r\nNo ban."
  assert.deepEqual([marked(text, "No ban.")?.start, marked(text, "No ban.", 1)?.start], [0, 9])
})

test("the words around are 32 code points on each side, none of them cut", () => {
  const mark = marked(`${"𠮷".repeat(40)}x${"😀".repeat(40)}`, "x")
  assert.deepEqual([mark?.before, mark?.after], ["𠮷".repeat(32), "😀".repeat(32)])
})

test("line ends of every kind are shown as one character and kept as they are", () => {
  for (const [kept, shown] of [
    ["a\r\nb", "a\nb"],
    ["a\rb", "a\nb"],
    ["a\nb", "a\nb"],
    ["a\rb\nc\r\r\nd", "ab\nc\nd"],
  ]) {
    const found = segments(kept, [shown])
    assert.equal(found?.[0].units.at(-1), kept.length, JSON.stringify(kept))
  }
})

test("a page that shows another text has no places", () => {
  assert.equal(segments("abc", ["ab"]), null)
  assert.equal(segments("abc", ["abcd"]), null)
  assert.equal(segments("abc", ["aXc"]), null)
})

const cases = process.env.MARKS
test("random marks land on exactly the marked characters", { skip: !cases }, () => {
  /** @type {Case[]} */
  const all = JSON.parse(readFileSync(cases ?? "", "utf8"))
  assert.ok(all.length >= 500)
  for (const { text, shown, from, to, mark } of all) {
    const parts = segments(text, shown)
    assert.ok(parts, "the page shows the text")
    const made = markOf(text, parts[from[0]].units[from[1]], parts[to[0]].units[to[1]])
    assert.deepEqual(made, mark)
    if (!made) continue
    const units = unitsOf(text, made)
    assert.equal(text.slice(...units), made.exact)
    // Drawn back into the page, the same characters are marked.
    const [one, other] = units.map((unit) => shownAt(parts, unit))
    assert.deepEqual(markOf(text, parts[one[0]].units[one[1]], parts[other[0]].units[other[1]]), made)
  }
})
