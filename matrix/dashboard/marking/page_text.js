// The text on the page, which Streamlit draws: what is selected in it, where its words are, and which stay marked.

import { segments, shownAt, unitsOf } from "./offsets.js"

/** @import { Span } from "./form_model.js" */
/** @import { Mark } from "./offsets.js" */

const EDGE = 8 // pixels to the edge of the text's frame
const HIGHLIGHT = "pm-marking" // in sources.css
const FRAMES = [".pm-text", ".pm-beside"] // what is scrolled in the page: the text and the statements beside it

export class PageText {
  /** @param {string} text as it is kept */
  constructor(text) {
    this.text = text
    /** Stop keeping it where it was read. */
    this.letGo = () => {}
  }

  get region() {
    return document.querySelector(/** @type {"div"} */ (".pm-text"))
  }

  /** The text nodes of the page's text without the signs before its marks, and their places. */
  shown() {
    const { region } = this
    if (!region) return null
    const walker = document.createTreeWalker(region, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
      node instanceof Element && node.matches(".pm-sign, .pm-signs")
        ? NodeFilter.FILTER_REJECT
        : node instanceof Text
          ? NodeFilter.FILTER_ACCEPT
          : NodeFilter.FILTER_SKIP,
    )
    /** @type {Text[]} */
    const nodes = []
    while (walker.nextNode()) nodes.push(/** @type {Text} */ (walker.currentNode))
    const places = segments(
      this.text,
      nodes.map((node) => node.data),
    )
    return places ? { nodes, places } : null
  }

  /** What is selected in the text, as UTF-16 units of the kept one. @returns {Span | null} */
  selected() {
    const selection = document.getSelection()
    const { region } = this
    if (!selection?.rangeCount || selection.isCollapsed || !region) return null
    const range = selection.getRangeAt(0)
    if (!range.intersectsNode(region)) return null
    // By mouse one may let go beside the text; what begins there is no selection in the text.
    if (!region.contains(selection.anchorNode)) return null
    const shown = this.shown()
    if (!shown) return null
    const units = shown.nodes.flatMap((node, i) => {
      if (!range.intersectsNode(node)) return []
      const { units } = shown.places[i]
      const from = node === range.startContainer ? range.startOffset : 0
      const to = node === range.endContainer ? range.endOffset : node.data.length
      return from < to ? [units[from], units[to]] : []
    })
    return units.length ? { anchor: units[0], focus: units[units.length - 1] } : null
  }

  /** @param {Mark | null} mark @returns {Range | null} */
  rangeOf(mark) {
    if (!mark) return null
    const [anchor, focus] = unitsOf(this.text, mark)
    return this.range({ anchor, focus })
  }

  /** @param {Span} span @returns {Range | null} */
  range(span) {
    const shown = this.shown()
    if (!shown) return null
    const range = document.createRange()
    const [one, other] = [span.anchor, span.focus].sort((a, b) => a - b).map((unit) => shownAt(shown.places, unit))
    range.setStart(shown.nodes[one[0]], one[1])
    range.setEnd(shown.nodes[other[0]], other[1])
    return range
  }

  /** These stay marked, and nothing else, while the focus is elsewhere. @param {(Mark | null)[]} marks */
  highlight(marks) {
    if (!CSS.highlights) return
    const ranges = marks.map((mark) => this.rangeOf(mark)).filter((range) => range !== null)
    if (ranges.length) CSS.highlights.set(HIGHLIGHT, new Highlight(...ranges))
    else CSS.highlights.delete(HIGHLIGHT)
  }

  /** @param {Span} span */
  show(span) {
    const range = this.range(span)
    const selection = document.getSelection()
    const { region } = this
    if (!range || !selection || !region) return
    selection.removeAllRanges()
    selection.addRange(range)
    const box = range.getBoundingClientRect()
    const frame = region.getBoundingClientRect()
    if (box.bottom > frame.bottom - EDGE || box.top < frame.top + EDGE) {
      region.scrollTop += box.top - frame.top - region.clientHeight / 3
    }
  }

  focus() {
    this.region?.focus({ preventScroll: true })
  }

  /** Push the page up until these words are above `top`. @param {DOMRect} words @param {number} top */
  raise(words, top) {
    let over = words.bottom + 3 * EDGE - top
    for (let node = /** @type {Element | null} */ (this.region); node && over > 0; node = node.parentElement) {
      const before = node.scrollTop
      node.scrollTop += over
      over -= node.scrollTop - before
    }
  }

  /** Room below the text, for a page that could not be pushed up else. @param {string} room */
  below(room) {
    if (this.region?.parentElement) this.region.parentElement.style.paddingBottom = room
  }

  /** The text is drawn anew with its new mark: it must not jump to its beginning. @param {Span} span what stays in place */
  keepInPlace(span) {
    this.letGo()
    const old = this.region
    const before = this.depth(span)
    const tops = FRAMES.map((name) => document.querySelector(name)?.scrollTop ?? 0)
    const look = new MutationObserver(() => {
      const { region } = this
      if (!region || region === old) return
      this.letGo()
      FRAMES.forEach((name, i) => {
        const one = document.querySelector(name)
        if (one) one.scrollTop = tops[i]
      })
      // Parts that were not looked at yet have a height that is only estimated: the words are what stays in place.
      for (let n = 0; n < 3; n++) region.scrollTop += this.depth(span) - before
    })
    look.observe(document.body, { childList: true, subtree: true })
    this.letGo = () => look.disconnect()
  }

  /** How far below the upper edge of the text's frame these words are. @param {Span} span */
  depth(span) {
    const words = this.range(span)?.getBoundingClientRect()
    return words && this.region ? words.top - this.region.getBoundingClientRect().top : 0
  }
}
