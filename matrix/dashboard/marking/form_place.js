// Where the form stands beside the marked words. No DOM.

/** @typedef {{ top: number, bottom: number, left: number, right: number }} Box */

const EDGE = 8 // pixels to the window's edge

/**
 * The form's upper left corner: right of the text, so that it can be read on, else below the words, else above them;
 * always inside the window.
 * @param {Box} words
 * @param {Box} text the frame round the text
 * @param {[number, number]} form how wide and high it is
 * @param {[number, number]} space how wide and high the window is
 */
export function formPlace(words, text, [wide, high], [width, height]) {
  const beside = text.right + EDGE
  const hasRoom = beside + wide + EDGE <= width
  const below = words.bottom + EDGE
  const above = words.top - EDGE - high
  const top = hasRoom ? words.top - high / 3 : below + high + EDGE <= height || above < EDGE ? below : above
  return {
    top: Math.max(Math.min(top, height - high - EDGE), EDGE),
    left: Math.max(Math.min(hasRoom ? beside : words.left, width - wide - EDGE), EDGE),
  }
}
