// What was filled in and not saved when the page was left: kept in the browser's tab until the page is seen again.

/** @import { Chosen } from "./chooser.js" */
/** @import { Mark } from "./offsets.js" */

/**
 * `request`: the number of one to save it that was not answered when the page was left, 0 for none.
 * @typedef {{
 *   sha256: string, mark: Mark, condition: Mark | null, stance: string, touched: boolean, carried: boolean,
 *   proposal: Chosen, actor: Chosen, lines: string[], request: number,
 * }} Draft
 */

const NAME = "pm-marking:" // and the place: source, dataset and layer

/** @param {string} place @param {Draft} draft */
export function keepDraft(place, draft) {
  try {
    sessionStorage.setItem(NAME + place, JSON.stringify(draft))
  } catch {
    // storage may be switched off
  }
}

/** The draft of a place, once. @param {string} place @returns {Draft | null} */
export function takeDraft(place) {
  try {
    const found = JSON.parse(sessionStorage.getItem(NAME + place) ?? "null")
    sessionStorage.removeItem(NAME + place)
    return found
  } catch {
    return null // storage may be switched off
  }
}
