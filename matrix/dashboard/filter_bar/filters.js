// What the line of filters says and chooses, as far as no page is needed for it. No DOM.

/** @typedef {[string, string, number, number]} Option id, words, depth in the tree, how much there is behind it */
/** @typedef {[string, string[], number]} Preset words, the values that it chooses, how much there is behind them */
/**
 * @typedef {{
 *   words: string, help: string, options?: Option[], chosen?: string[], counted?: string, presets?: Preset[],
 *   rules?: [string, string, string][],
 * }} Filter
 * @typedef {Record<string, Filter>} Filters
 */

const LAYER = "layer" // whose statements are shown, by its name among the filters
const MOST = 26 // characters of a value on a button

/**
 * What a button shows: its filter, and what is chosen in it.
 * @param {string} words
 * @param {Filter} filter
 * @param {string[]} chosen
 */
export function buttonWords(words, filter, chosen) {
  if (filter.presets) return `${words}: ${preset(filter.presets, chosen) || `${chosen.length} kinds`}`
  if (!chosen.length) return words
  if (chosen.length > 1) return `${words}: ${chosen.length}`
  const name = filter.options?.find(([id]) => id === chosen[0])?.[1] ?? chosen[0]
  return `${words}: ${name.length > MOST ? `${name.slice(0, MOST - 1).trimEnd()}…` : name}`
}

/** The preset that is chosen, '' for none. @param {Preset[]} presets @param {string[]} chosen */
export function preset(presets, chosen) {
  const found = presets.find(([, who]) => who.length === chosen.length && who.every((one) => chosen.includes(one)))
  return found?.[0] ?? ""
}

/** @param {string[]} chosen @param {string} id */
export const toggled = (chosen, id) => (chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])

/** @param {number} count */
export const countOf = (count) => (count ? count.toLocaleString("en") : "–")

/** The values whose words hold what is looked for. @param {Option[]} options @param {string} text */
export function under(options, text) {
  const wanted = folded(text.trim())
  return wanted ? options.filter(([id, words]) => folded(words).includes(wanted) || id.includes(wanted)) : options
}

/** Case and width do not matter. @param {string} text */
const folded = (text) => text.normalize("NFKC").toLowerCase()

/**
 * What is set, parted: whose statements these are is no filter, and is never cleared with them.
 * @param {[string, string][]} chips
 */
export const parted = (chips) => ({
  filters: chips.filter(([name]) => name !== LAYER),
  layer: chips.filter(([name]) => name === LAYER),
})
