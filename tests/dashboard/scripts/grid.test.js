// The grid without a browser: which slots there are, what is said, where keys lead, which colours are used.

import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { bar, isDark, luminance, properties, quoted, rgb, rules } from "../../../matrix/dashboard/grid/colours.js"
import {
  bandWidths,
  columnsWidth,
  height,
  lefts,
  measure,
  moved,
  ON_PAPER,
  stretches,
} from "../../../matrix/dashboard/grid/layout.js"
import { Model } from "../../../matrix/dashboard/grid/model.js"
import * as words from "../../../matrix/dashboard/grid/words.js"
import { tiny } from "./tiny.js"

// Counts of a side and what is said of them; tests/analysis/test_common_ground.py holds share_words to the same.
/** @type {{ counts: Record<"members" | "speakers" | "silent" | "backing" | "neutral" | "opposed" | "mixed", number>, neutral: [string, string], words: string }[]} */
const shares = JSON.parse(readFileSync(new URL("./share_words.json", import.meta.url), "utf-8"))

/** @param {Model} model */
const kinds = (model) => model.slots.map((slot) => slot.kind).join(" ")

/** A model in which everything is unfolded. */
function unfolded() {
  const model = new Model(tiny())
  model.toggle(model.foldable)
  return model
}

// ---- what stands where

test("slots: the title, a share of each counted side, then each side's heard, its unheard and their fold", () => {
  const model = new Model(tiny())
  assert.equal(kinds(model), "title side actor actor fold actor actor")
  assert.deepEqual(
    model.slots.map((slot) => slot.group),
    [-1, -1, 0, 0, 0, 1, 2],
  )
  assert.deepEqual(
    model.groups.map(({ name, heard, members, unheard }) => [name, heard, members, unheard]),
    [
      ["US", 1, 2, 1],
      ["China", 1, 1, 0],
      ["No side", 1, 1, 0],
    ],
  )
})

test("folded actors are shown once their group is unfolded", () => {
  const model = new Model(tiny())
  const shown = () => model.slots.map((slot) => model.isShown(slot))
  assert.deepEqual(shown(), [true, true, true, false, true, true, true])
  model.toggle(model.foldable)
  assert.ok(shown().every(Boolean))
  model.toggle(model.foldable)
  assert.equal(shown()[3], false)
})

test("what is picked is found again", () => {
  const model = new Model(tiny())
  for (const place of [
    { row: 0, slot: 2 },
    { row: 1, slot: 1 },
    { row: 1, slot: 0 },
    { row: -1, slot: 5 },
  ]) {
    assert.deepEqual(model.find(model.idsAt(place)), place)
  }
  assert.deepEqual(model.idsAt({ row: 0, slot: 2 }), ["ban", "ann", ""])
  assert.deepEqual(model.idsAt({ row: 1, slot: 1 }), ["talks", "", "us"])
  assert.equal(model.find(["ban", "nobody", ""]), null)
  assert.equal(model.find(["", "", ""]), null)
})

test("a grid without rows or columns says what is missing", () => {
  const rowless = new Model(tiny({ rows: [], cells: [], rollups: [] }))
  const columnless = new Model(tiny({ columns: [], cells: ["", ""], rollups: [] }))
  assert.ok(rowless.isEmpty && columnless.isEmpty)
  assert.match(words.emptySentence(rowless), /proposal/)
  assert.match(words.emptySentence(columnless), /actor/)
})

// ---- what is said

test("a cell is read with its stance, statements, marks and notes", () => {
  const model = new Model(tiny())
  const cell = (/** @type {number} */ row, /** @type {number} */ column) =>
    words.cellWords(model, row, column).join("; ")
  assert.equal(cell(0, 0), "Supports; 2 statements; statements of different stances folded")
  assert.equal(cell(0, 1), "never stated in these sources")
  assert.equal(cell(0, 2), "stated, but superseded by a later statement; 1 statement; by Cy's statement 7")
  assert.equal(cell(1, 3), "Supports; 35 or more statements; may have been made outside the chosen dates")
})

test("a side's share is read in members", () => {
  /** @param {[number, number, number, number, number, number, number, number]} share */
  const said = (share) => words.shareWords(share, ["abstains", "abstain"])
  assert.equal(said([0, 0, 0, 0, 0, 3, 3, 0]), "all 3 members silent in these sources")
  assert.equal(said([0, 0, 0, 0, 0, 0, 3, 0]), "of 3 nothing is known: the list is known only in part")
  assert.equal(
    said([0, 0, 0, 0, 0, 1, 3, 0]),
    "1 of 3 members silent in these sources; of 2 nothing is known: the list is known only in part",
  )
  assert.equal(said([1, 0, 0, 0, 0, 0, 3, 1]), "1 backs (1 official); 2 not known")
  assert.equal(
    said([4, 1, 1, 2, 3, 5, 15, 2]),
    "4 of 15 back (1 on a condition, 2 officials), 1 abstains, 2 oppose, 3 are mixed; 5 silent",
  )
})

test("who stands where is said in the words of the brief and the other pages", () => {
  for (const { counts, neutral, words: expected } of shares) {
    const missing = counts.members - counts.speakers - counts.silent
    const whole = { members: counts.members, unknown: counts.members > 0 && missing > 0 }
    assert.equal(words.standWords(counts, neutral, whole), expected)
  }
})

test("the tooltip is about cells, shares and heads, and nothing of a fold", () => {
  const model = new Model(tiny())
  assert.deepEqual(words.describe(model, 1, 2), {
    title: "Ann",
    native: "",
    lines: ["Talks"],
    words: "Opposes; 1 statement",
    look: 1,
  })
  assert.equal(words.describe(model, 0, 1)?.words, "1 of 2 backs (1 official); 1 silent")
  assert.deepEqual(words.describe(model, -1, 1)?.lines, ["", "1 of 2 heard"])
  assert.deepEqual(words.describe(model, 0, 0)?.lines, ["No more of it."])
  assert.deepEqual(words.describe(model, -1, 3)?.lines, ["", "Named in these sources, but no position is reported."])
  assert.equal(words.describe(model, -1, 4), null)
})

test("the legend has the scale, and of the rest what occurs", () => {
  assert.deepEqual(words.legend(new Model(tiny())), [
    ["st s0", "Supports"],
    ["st s1", "Opposes"],
    ["st s0 mf pm-bare", "different stances folded"],
    ["st s0 mu pm-bare", "may have been made outside the chosen dates"],
    ["e", "never stated in these sources"],
    ["es", "superseded"],
  ])
  assert.deepEqual(words.shareLegend(new Model(tiny())), { shown: true, official: true, against: true })
})

test("folds and sizes are counted", () => {
  const model = new Model(tiny())
  assert.equal(words.allWords(model), "1 named, unheard – show")
  assert.equal(words.allWords(unfolded()), "1 named, unheard – fold")
  assert.deepEqual(words.sizeWords(model), ["2 proposals", "3 actors heard, 1 named only"])
  assert.equal(words.heardWords(model.groups[0], false), "1 of 2 heard")
  assert.equal(words.heardWords(model.groups[1], false), "1 heard, not counted")
  assert.equal(words.foldWords(model.groups[0], false).label, "+1 unheard: show the 1 of US named but unheard")
})

test("a long title is cut", () => {
  assert.equal(words.short("x".repeat(240)).length, 240)
  assert.equal(words.short("x".repeat(241)), `${"x".repeat(239)}…`)
})

// ---- layout and keys

test("the columns begin where those before them end", () => {
  for (const model of [new Model(tiny()), unfolded()]) {
    for (const width of [390, 900, 2000]) {
      const sizes = measure(model, width)
      const begins = lefts(model, sizes)
      assert.equal(begins[0], 0)
      assert.equal(begins[1], sizes.title)
      assert.equal(begins[begins.length - 1] + sizes.cell, sizes.title + columnsWidth(model, sizes))
      const bands = bandWidths(model, sizes).reduce((sum, wide) => sum + wide, 0)
      assert.equal(bands + sizes.roll, columnsWidth(model, sizes))
    }
  }
})

test("width that the columns leave goes to the titles, but not without end", () => {
  const model = new Model(tiny())
  assert.equal(measure(model, 390).title, 132)
  assert.equal(measure(model, 2000).title, 440)
})

test("the grid ends where the window ends, but is never too low", () => {
  assert.equal(height({ width: 1000, top: 200, foot: 100, window: 900 }), 600)
  assert.equal(height({ width: 1000, top: 700, foot: 100, window: 900 }), 736)
  assert.equal(height({ width: 390, top: 200, foot: 100, window: 844 }), 675)
  assert.equal(height({ width: 1000, top: 200, foot: 100, window: 300 }), 320)
})

/** @type {[string, [number, number], string, [number, number] | null][]} */
const KEYS = [
  ["over a folded column", [0, 2], "ArrowRight", [0, 5]],
  ["to the fold among the heads", [-1, 2], "ArrowRight", [-1, 4]],
  ["from the fold down to its neighbour", [-1, 4], "ArrowDown", [0, 2]],
  ["to the row's title", [0, 1], "ArrowLeft", [0, 0]],
  ["no further than the title", [0, 0], "ArrowLeft", [0, 0]],
  ["up to the heads", [0, 2], "ArrowUp", [-1, 2]],
  ["not to the corner, which is no head", [0, 0], "ArrowUp", [0, 0]],
  ["no further than the last row", [1, 2], "ArrowDown", [1, 2]],
  ["a page down", [0, 2], "PageDown", [1, 2]],
  ["a page up", [1, 2], "PageUp", [0, 2]],
  ["to the row's beginning", [1, 5], "Home", [1, 0]],
  ["to the row's end", [1, 0], "End", [1, 6]],
  ["to the first of all", [1, 5], "Ctrl+Home", [0, 0]],
  ["to the last of all", [0, 0], "Ctrl+End", [1, 6]],
  ["another key moves nothing", [0, 2], "x", null],
]
for (const [name, [row, slot], pressed, to] of KEYS) {
  test(`keys: ${name}`, () => {
    const key = pressed.replace("Ctrl+", "")
    const next = moved(new Model(tiny()), { row, slot }, { key, ctrlKey: key !== pressed }, 5)
    assert.deepEqual(next && [next.row, next.slot], to)
  })
}

test("wherever keys lead there is a cell that is shown", () => {
  for (const model of [new Model(tiny()), unfolded()]) {
    for (let row = -1; row < 2; row++) {
      for (let slot = row < 0 ? 1 : 0; slot < model.slots.length; slot++) {
        const here = model.slots[slot]
        if (!model.isShown(here) || (row >= 0 && here.kind === "fold")) continue
        for (const key of ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"]) {
          const next = moved(model, { row, slot }, { key, ctrlKey: false }, 1)
          assert.ok(next && next.row >= -1 && next.row < 2, key)
          assert.ok(model.isShown(model.slots[next.slot]), key)
          assert.ok(next.row < 0 || model.slots[next.slot].kind !== "fold", key)
          assert.ok(next.row >= 0 || next.slot > 0, key)
        }
      }
    }
  }
})

// ---- colours

test("colours are read as CSS writes them", () => {
  assert.deepEqual(rgb("#0a4064"), [10, 64, 100])
  assert.deepEqual(rgb(" #fff "), [255, 255, 255])
  assert.deepEqual(rgb("rgb(20, 25, 31)"), [20, 25, 31])
  assert.deepEqual(rgb("rgba(20 25 31 / 1)"), [20, 25, 31])
  assert.equal(rgb("url(x)"), null)
  assert.equal(luminance([255, 255, 255]), 1)
  assert.ok(isDark([20, 25, 31]) && !isDark([255, 255, 255]))
})

test("a colour has its light and its dark, of which the scheme of the page or of paper decides", () => {
  const found = new Map(properties(new Model(tiny())))
  assert.equal(found.get("--f0"), "light-dark(rgb(176 208 232), rgb(10 64 100))")
  assert.equal(found.get("--i0"), "light-dark(rgb(0 0 0), rgb(255 255 255))")
  assert.equal(found.get("--side-0"), "light-dark(rgb(51 34 136), rgb(125 114 183))")
  assert.equal(found.get("--k-opposed"), found.get("--f1"))
  assert.equal(found.get("--k-neutral"), "var(--pm-muted)")
  assert.equal(found.get("--blank-superseded"), quoted("»"))
  assert.equal(found.get("--sign-official"), quoted("◆"))
})

test("nothing from the data can end a string or a rule", () => {
  assert.equal(quoted('"}a'), '"\\22 \\7d \\61 "')
  const hostile = tiny({ stances: [["1", '";}*{', "x", "red;}", "url(//x)", "backing"]], cells: ["1...", "1..1"] })
  const model = new Model(hostile)
  assert.equal(new Map(properties(model)).get("--f0"), "light-dark(rgb(119 119 119), rgb(119 119 119))")
  assert.doesNotMatch(rules(model), /[*"]|url|red/)
})

test("a bar has the parts of a share, none too small to see, and never more than all", () => {
  assert.equal(
    bar([2, 1, 0, 0, 0, 2, 4, 0]),
    "linear-gradient(to right, var(--k-backing) 0% 25%, var(--k-conditional) 25% 50%, var(--pm-line) 50% 100%)",
  )
  assert.equal(
    bar([1, 0, 0, 0, 0, 99, 100, 0]),
    "linear-gradient(to right, var(--k-backing) 0% 9%, var(--pm-line) 9% 100%)",
  )
  assert.match(bar([98, 0, 1, 1, 0, 0, 100, 0]), /100%\)$/)
})

// ---- on paper

test("on paper the columns are cut into stretches as wide as a page, each of them once, folded ones never", () => {
  const columns = Array.from({ length: 100 }, (_, i) => [
    `a${i}`,
    `A ${i}`,
    "",
    i % 2 ? "us" : "china",
    "",
    Number(i > 95),
    0,
  ])
  const cells = Array(2).fill(".".repeat(100))
  const model = new Model(tiny({ columns, cells, marks: [], counts: [], notes: [] }))
  const parts = stretches(model)
  assert.deepEqual(
    parts.flat(),
    model.slots.filter((slot) => slot.kind === "side" || (slot.kind === "actor" && !slot.folded)),
  )
  const wide = parts.map((part) => part.reduce((sum, slot) => sum + ON_PAPER[slot.kind], ON_PAPER.title))
  assert.ok(parts.length > 2 && wide.every((width) => width <= ON_PAPER.page))
  assert.ok(wide.slice(0, -1).every((width) => width > ON_PAPER.page - ON_PAPER.side))
  model.toggle(model.foldable)
  assert.equal(stretches(model).flat().length, 101)
})

test("a matrix that no paper holds says where it is", () => {
  assert.match(words.tooManyWords(new Model(tiny()), 4), /^Not printed: 2 proposals by 4 columns .* workbook/)
})
