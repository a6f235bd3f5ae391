// The line of filters: what its buttons say, which usual answer is chosen, what a list is searched for.

import assert from "node:assert/strict"
import { test } from "node:test"
import { buttonWords, countOf, parted, preset, toggled, under } from "../../../matrix/dashboard/filter_bar/filters.js"

/** @type {import("../../../matrix/dashboard/filter_bar/filters.js").Option[]} */
const OPTIONS = [
  ["nc3", "Nuclear command 核指挥", 1, 6],
  ["fraud", "Fraud and crime", 1, 0],
  ["long", "A name that goes on and on and on and never ends", 0, 2],
]
const filter = { words: "Risk area", help: "", options: OPTIONS }
/** @type {import("../../../matrix/dashboard/filter_bar/filters.js").Preset[]} */
const PRESETS = [
  ["everyone", [], 21],
  ["officials", ["official"], 8],
  ["officials and experts", ["official", "expert"], 13],
]

test("a button says what is chosen behind it: nothing, one by name, several by number", () => {
  assert.equal(buttonWords("Risk area", filter, []), "Risk area")
  assert.equal(buttonWords("Risk area", filter, ["nc3"]), "Risk area: Nuclear command 核指挥")
  assert.equal(buttonWords("Risk area", filter, ["nc3", "fraud"]), "Risk area: 2")
  assert.equal(buttonWords("Risk area", filter, ["long"]), "Risk area: A name that goes on and o…")
  assert.equal(buttonWords("Risk area", filter, ["gone"]), "Risk area: gone")
})

test("who counts is said by the usual answer, whatever the order, else by number", () => {
  const who = { words: "Who counts", help: "", presets: PRESETS }
  assert.equal(buttonWords("Who counts", who, []), "Who counts: everyone")
  assert.equal(buttonWords("Who counts", who, ["expert", "official"]), "Who counts: officials and experts")
  assert.equal(buttonWords("Who counts", who, ["media", "expert"]), "Who counts: 2 kinds")
  assert.equal(preset(PRESETS, ["media"]), "")
})

test("a value is chosen and taken back, and the others stay", () => {
  assert.deepEqual(toggled(["a"], "b"), ["a", "b"])
  assert.deepEqual(toggled(["a", "b"], "a"), ["b"])
})

test("a list is searched in any script, case and width", () => {
  assert.deepEqual(
    under(OPTIONS, "NUCLEAR").map(([id]) => id),
    ["nc3"],
  )
  assert.deepEqual(
    under(OPTIONS, "核").map(([id]) => id),
    ["nc3"],
  )
  assert.equal(under(OPTIONS, "  ").length, 3)
  assert.equal(under(OPTIONS, "zzz").length, 0)
})

test("nothing behind a value is a dash, not a number", () => {
  assert.deepEqual([0, 7, 1060].map(countOf), ["–", "7", "1,060"])
})

test("the layer is no filter that could be cleared with the others", () => {
  const { filters, layer } = parted([
    ["proposal", "Proposal: A ban"],
    ["layer", "Layer: kim"],
    ["since", "Since 2026"],
  ])
  assert.deepEqual(
    filters.map(([name]) => name),
    ["proposal", "since"],
  )
  assert.deepEqual(layer, [["layer", "Layer: kim"]])
  assert.deepEqual(parted([["layer", "Layer: kim"]]).filters, [])
})
