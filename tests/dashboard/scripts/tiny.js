// A grid of two proposals by four actors that one can count by hand, as Python sends it.

/** @import { Payload } from "../../../matrix/dashboard/grid/model.js" */

/** @param {Partial<Payload>} [other] @returns {Payload} */
export function tiny(other = {}) {
  return {
    rows: [
      ["ban", "A ban", "", -1, 0, "No more of it."],
      ["talks", "Talks", "对话", 0, 1, ""],
    ],
    columns: [
      ["ann", "Ann", "", "us", "Minister", 0, 1],
      ["bo", "Bo", "", "us", "", 1, 0],
      ["cy", "Cy", "赛", "china", "", 0, 0],
      ["di", "Di", "", "", "", 0, 0],
    ],
    sides: [
      ["us", "US", "", "#332288", "#7d72b7", 1, "", 2, 1, 1, 1],
      ["china", "China", "中国", "#cc79a7", "#cc79a7", 0, "", 1, 1, 0, 0],
    ],
    stances: [
      ["1", "●", "Supports", "#b0d0e8", "#0a4064", "backing"],
      ["0", "✕", "Opposes", "#f0c0a0", "#7a3a08", "opposed"],
    ],
    blanks: [
      [".", "never", "never stated in these sources", "never stated in these sources", ""],
      ["s", "superseded", "stated, but superseded by a later statement", "superseded", "»"],
      ["o", "outside", "stated, but outside the chosen evidence", "outside the chosen evidence", ""],
    ],
    signs: { official: "◆", against: "✕" },
    cells: ["1.s.", "0..1"],
    marks: ["1000", "0002"],
    counts: ["2010", "100z"],
    rollups: [[[1, 0, 0, 0, 0, 1, 2, 1]], [[0, 0, 0, 1, 0, 1, 2, 0]]],
    notes: [[0, 2, "by Cy's statement 7"]],
    bands: [["process", "Process", "", "", ""]],
    conditions: { texts: ["if Bo does"], cells: [[0, 0, 0]] },
    neutral: ["is neutral", "are neutral"],
    matching: 0,
    language: "zh",
    hint: "Click",
    touch: "Tap",
    ...other,
  }
}
