// A figure's width goes to Python in steps.

import assert from "node:assert/strict"
import { test } from "node:test"
import { inSteps } from "../../../matrix/dashboard/assets/width.js"

test("a width is rounded down to a step", () => {
  assert.deepEqual(
    [0, 39.9, 40, 79, 1080.5].map((wide) => inSteps(wide, 40)),
    [0, 0, 40, 40, 1080],
  )
})
