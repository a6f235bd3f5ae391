// Which changes of the address are steps, and where Back leads: with and without filters, from a fresh tab.

import assert from "node:assert/strict"
import { test } from "node:test"
import { afterStep, completed, step } from "../../../matrix/dashboard/assets/steps.js"

/** @param {string} address */
const at = (address) => new URL(address, "http://127.0.0.1:8501")

/** @type {[string, string, string][]} */
const STEPS = [
  ["/?stance=supports&v=1", "/?stance=opposes&v=1", "replace"],
  ["/", "/?stance=opposes&v=1", "replace"],
  ["/", "/?cell=a~b&v=1", "push"],
  ["/?cell=a~b&v=1", "/", "push"],
  ["/?cell=a~b&v=1", "/?cell=a~b&stance=supports&v=1", "replace"],
  ["/?cell=a~b&v=1", "/?cell=a~c&v=1", "push"],
  ["/statements?v=1", "/statements?statement=s1&v=1", "push"],
  ["/statements?statement=s1&v=1", "/statements?statement=s2&v=1", "push"],
  ["/overlaps?v=1", "/overlaps?view=camps&v=1", "push"],
  ["/overlaps?view=camps&v=1", "/overlaps?view=camps&count=statements&v=1", "replace"],
  ["/timeline?time=as-of&v=1", "/timeline", "push"],
  ["/", "/side", "push"],
  ["/?cell=a~b&v=1", "/side?cell=a~b&v=1", "push"],
  ["/proposal", "/proposal?proposal-open=a&v=1", "replace"],
  ["/proposal?proposal-open=a&v=1", "/proposal?proposal-open=b&v=1", "push"],
  ["/actor?actor-open=a&v=1", "/actor?actor-open=b&v=1", "push"],
]
for (const [from, to, what] of STEPS) {
  test(`from ${from} to ${to}: ${what}`, () => assert.equal(step(at(from), at(to), false, false), what))
}

test("on the way to another page its parameters are not written to this one", () => {
  assert.equal(step(at("/?v=1&stance=a"), at("/?actor-open=b&v=1"), true, false), "ignore")
  assert.equal(step(at("/?v=1&stance=a"), at("/actor?actor-open=b&v=1"), true, false), "push")
})

test("what the page makes of an address that was opened is no step: Back would lead to it for ever", () => {
  for (const opened of ["/overlaps?v=1&view=pair", "/overlaps?v=1&view=nonsense", "/overlaps?v=1&cell=no~where"]) {
    assert.equal(step(at(opened), at("/overlaps?v=1"), false, true), "replace")
  }
  assert.equal(step(at("/overlaps?v=1"), at("/side?v=1"), false, true), "push")
})

test("an address was written anew where what it asks for is another by now, on the same page", () => {
  assert.equal(completed(at("/overlaps?view=pair&v=1"), at("/overlaps")), "/overlaps?view=pair&v=1")
  assert.equal(completed(at("/"), at("/?dataset=talks&v=1")), "/")
  assert.equal(completed(at("/?stance=a"), at("/?stance=a&v=1")), "/?stance=a")
  assert.equal(completed(at("/"), at("/")), null)
  assert.equal(completed(at("/data#data-history"), at("/data")), null)
  assert.equal(completed(at("/?v=1&stance=a"), at("/?stance=a&v=1")), null)
  assert.equal(completed(at("/"), at("/side?brief=us&v=1")), null)
})

/** @type {[string, string, string | null, string][]} where one gets, the page before, the completed address, what then */
const AFTER = [
  // Nothing is chosen: an address without parameters is whole.
  ["/data#data-codebook", "/data", null, "nothing"],
  ["/data", "/data", null, "nothing"],
  ["/", "/", null, "nothing"],
  ["/?cell=a~b&v=1", "/", null, "nothing"],
  // Filters are set, which the page completes with the dataset's version.
  ["/data?stance=a&v=1#data-codebook", "/data", null, "nothing"],
  ["/?stance=a", "/", null, "pass over"],
  ["/?stance=a", "/", "/?stance=a", "pass over"],
  // Of several datasets the page always names one.
  ["/", "/", "/", "pass over"],
  // The address named what needs no naming, or what there is not.
  ["/overlaps?view=pair&v=1", "/overlaps", "/overlaps?view=pair&v=1", "pass over"],
  // Another page.
  ["/", "/data", "/", "nothing"],
  ["/?stance=a", "/data", null, "nothing"],
  ["/actor?actor-open=a&v=1", "/", null, "reload"],
]
for (const [to, path, first, then] of AFTER) {
  test(`back to ${to} from ${path}${first ? `, where ${first} was completed` : ""}: ${then}`, () =>
    assert.equal(afterStep(at(to), path, first), then))
}
