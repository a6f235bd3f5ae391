// The form beside marked words: where it stands, and which stance a key leads to.

import assert from "node:assert/strict"
import test from "node:test"

import { formPlace } from "../../../matrix/dashboard/marking/form_place.js"
import { stanceAt } from "../../../matrix/dashboard/marking/stances.js"

/** @import { Stance } from "../../../matrix/dashboard/marking/stances.js" */

const words = { top: 300, bottom: 320, left: 100, right: 200 }
const text = { top: 0, bottom: 600, left: 50, right: 500 }

test("the form stands right of the text where there is room", () => {
  assert.deepEqual(formPlace(words, text, [300, 150], [900, 600]), { top: 250, left: 508 })
})

test("without room it stands below the words, and above them where they are low", () => {
  assert.deepEqual(formPlace(words, text, [300, 150], [600, 600]), { top: 328, left: 100 })
  assert.deepEqual(formPlace({ ...words, top: 500, bottom: 520 }, text, [300, 150], [600, 600]), {
    top: 342,
    left: 100,
  })
})

test("it stays inside the window", () => {
  assert.deepEqual(formPlace({ ...words, left: 550, right: 590 }, text, [300, 590], [600, 600]), { top: 8, left: 292 })
})

/** @type {Stance[]} */
const stances = ["support", "neutral", "oppose"].map((id) => [id, "", id, false, "", ""])

test("arrows go round the stances, from the first where none is chosen", () => {
  assert.deepEqual(stanceAt(stances, "", "ArrowRight"), { id: "support", by: "arrow" })
  assert.deepEqual(stanceAt(stances, "oppose", "ArrowDown"), { id: "support", by: "arrow" })
  assert.deepEqual(stanceAt(stances, "", "ArrowLeft"), { id: "oppose", by: "arrow" })
})

test("a number key means the stance of that number, and another key none", () => {
  assert.deepEqual(stanceAt(stances, "oppose", "2"), { id: "neutral", by: "number" })
  for (const key of ["0", "4", "a", "Tab"]) assert.equal(stanceAt(stances, "oppose", key), null)
})
