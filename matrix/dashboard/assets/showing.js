// Brings into view what was asked for: a quote's statement and back, the beginning of the evidence, a passed-on place.

import { around, isPlain } from "./dom.js"

const MARKED_FOR = 2500 // milliseconds that a place stays marked
const GROWING_FOR = 60_000 // milliseconds after which nothing above is expected to grow any more
// Streamlit's own names, where no key leads: what lies on top is put outside of the page, and only this box grows.
const ON_TOP = '[role="dialog"], [role="listbox"], [data-baseweb="popover"]'
const PAGE = ".stMainBlockContainer"
const MOVES = ["wheel", "touchstart", "pointerdown", "keydown"]

/** From a quote in a text to its statement and back; a visitor who selects words in a mark does not jump. */
export function jumpOnClick() {
  document.addEventListener("click", (event) => {
    const from = around(event, "[data-jump]")
    if (!from || !isPlain(event)) return
    if (from.tagName === "MARK" && !getSelection()?.isCollapsed) return
    const target = document.getElementById(from.dataset.jump ?? "")
    if (!target) return
    event.preventDefault()
    go(target, matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth")
  })
}

/** What lies on top closes first, and by itself. */
export function closeOnEscape() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || around(event, "input, textarea")) return
    if (document.querySelector(ON_TOP)) return
    document.querySelector(/** @type {"button"} */ (".st-key-close-evidence button"))?.click()
  })
}

/** A place that a link asks for is brought into view; of other evidence the beginning is shown, not where one read before. */
export function showWhatOpens() {
  /** @type {string | null} */
  let shown = null
  /** @type {string | null} */
  let reached = null
  const placeAsked = () => {
    const at = document.querySelector(/** @type {"div"} */ ("[data-at]"))?.dataset.at ?? null
    if (at === reached) return
    const target = at ? document.getElementById(at) : null
    if (at && !target) return // not drawn yet
    reached = at
    if (!at || !target) return
    go(target, "auto")
    stayWith(() => document.getElementById(at))
    scrollListBeside(target)
  }
  const look = () => {
    placeAsked()
    const open = document.getElementById("pm-evidence")?.dataset.open ?? null
    if (open === shown) return
    shown = open
    document.querySelector(".st-key-evidence")?.scrollTo(0, 0)
  }
  new MutationObserver(look).observe(document.body, {
    childList: true,
    subtree: true,
    attributeFilter: ["data-open", "data-at"],
  })
  look() // on a slow machine the page may be there before this runs, and nothing changes any more
}

/** @param {HTMLElement} target @param {ScrollBehavior} behavior */
function go(target, behavior) {
  target.focus({ preventScroll: true })
  target.scrollIntoView({ behavior, block: "center" })
  mark(target)
}

/** @param {HTMLElement} target */
function mark(target) {
  target.classList.add("pm-here")
  setTimeout(() => target.classList.remove("pm-here"), MARKED_FOR)
}

/** Beside a text is the list of its statements, which scrolls by itself. @param {HTMLElement} target */
function scrollListBeside(target) {
  const statement = document.getElementById(target.dataset.jump ?? "")
  const list = statement?.closest(".pm-beside")
  if (!statement || !list) return
  list.scrollTop += statement.getBoundingClientRect().top - list.getBoundingClientRect().top
  mark(statement)
}

let leave = () => {}

/**
 * What is above may still grow, as the grid does when it is drawn, and a slow machine takes its time: keep the place in
 * view until the visitor moves.
 * @param {() => Element | null} find
 */
function stayWith(find) {
  leave()
  const growing = new ResizeObserver(() => find()?.scrollIntoView({ behavior: "auto", block: "center" }))
  leave = () => {
    clearTimeout(late)
    growing.disconnect()
    for (const name of MOVES) removeEventListener(name, leave, true)
  }
  for (const name of MOVES) addEventListener(name, leave, true)
  const late = setTimeout(leave, GROWING_FOR)
  const page = document.querySelector(PAGE)
  if (page) growing.observe(page) // calls at once, then at every growth
}
