// Elements and events in few words; what Streamlit hands to a component of ours.

/**
 * What Streamlit calls a component's default export with; a state stays until it changes, a trigger is for one run.
 * @template Data
 * @typedef {object} Component
 * @property {Data} data
 * @property {ShadowRoot | HTMLElement} parentElement
 * @property {(name: string, value: unknown) => void} setStateValue
 * @property {(name: string, value: unknown) => void} setTriggerValue
 */

/**
 * An element with a class and text; text is never read as markup.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} [name]
 * @param {string | number | null} [text]
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, name = "", text = null) {
  const element = document.createElement(tag)
  if (name) element.className = name
  if (text !== null) element.textContent = String(text)
  return element
}

/**
 * The nearest element around where an event happened that fits a selector.
 * @param {Event} event
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
export function around(event, selector) {
  const found = event.target instanceof Element ? event.target.closest(selector) : null
  return found instanceof HTMLElement ? found : null
}

/**
 * Whether a click means what is clicked here and now: neither another tab nor another button.
 * @param {Pick<MouseEvent, "button" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">} event
 */
export function isPlain(event) {
  return !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
}

/** How far the page round the widget is scrolled: the place of the grid must not depend on it. @param {Node} element */
export function scrolled(element) {
  let sum = 0
  /** @type {Node | null} */
  let node = element.parentNode
  while (node) {
    if (node instanceof Element) sum += node.scrollTop
    node = node instanceof ShadowRoot ? node.host : node.parentNode
  }
  return sum
}

/**
 * The width that a widget is laid out for: of the row that it shares with the evidence. A panel that opens then covers
 * some of it, and nothing in it moves.
 * @param {HTMLElement} root
 */
export function laidWidth(root) {
  const around = root.getRootNode()
  const row = (around instanceof ShadowRoot ? around.host : root).closest(".st-key-with-evidence")
  return Math.max(root.clientWidth, row?.clientWidth ?? 0)
}
