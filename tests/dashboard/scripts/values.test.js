// What differs between an old and a new value.

import assert from "node:assert/strict"
import { test } from "node:test"
import { differing } from "../../../matrix/dashboard/changes_list/values.js"

/** @type {[string, string, string[]][]} */
const CASES = [
  ["a new treaty", "a treaty", ["a ", "new ", "treaty"]],
  ["a treaty", "a new treaty", ["a ", "", "treaty"]],
  ["2026-05-12", "2026-05-13", ["", "2026-05-12", ""]], // a date is one word
  ["supports it", "supported it", ["", "supports", " it"]],
  ["same", "same", ["same", "", ""]],
  ["", "all new", ["", "", ""]],
  ["谈判 😀", "谈判 😁", ["谈判 ", "😀", ""]], // no character is cut in two
  ["aa", "aaa", ["", "aa", ""]],
]
for (const [value, other, parts] of CASES) {
  test(`${JSON.stringify(value)} against ${JSON.stringify(other)}`, () => {
    assert.deepEqual(differing(value, other), parts)
    assert.equal(differing(value, other).join(""), value)
  })
}
