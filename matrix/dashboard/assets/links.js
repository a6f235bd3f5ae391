// Takes the clicks on links to evidence and to a proposal's or actor's page, and marks the link whose evidence is open.

import { around, isPlain } from "./dom.js"
import { LEAVING } from "./steps.js"

/** @import { Component } from "./dom.js" */

const CELLS = "a.pm-open[data-cell]"

/** @param {Component<{ open: string }>} component */
export default function ({ data, setTriggerValue }) {
  const mark = () => {
    for (const link of document.querySelectorAll(/** @type {"a"} */ (CELLS))) {
      const open = link.dataset.cell === data.open
      if (open === link.hasAttribute("aria-current")) continue
      if (open) link.setAttribute("aria-current", "true")
      else link.removeAttribute("aria-current")
    }
  }
  /** @param {MouseEvent} event */
  const click = (event) => {
    const link = around(event, `${CELLS}, a.pm-open[data-page]`)
    if (!link || !isPlain(event)) return
    event.preventDefault()
    const { page, cell } = link.dataset
    if (page) {
      if (!location.pathname.endsWith(`/${page.split("~")[0]}`)) document.dispatchEvent(new Event(LEAVING))
      setTriggerValue("page", page)
    } else setTriggerValue("cell", cell)
  }
  mark()
  const watch = new MutationObserver(mark)
  watch.observe(document.body, { childList: true, subtree: true })
  document.addEventListener("click", click)
  return () => {
    watch.disconnect()
    document.removeEventListener("click", click)
  }
}
