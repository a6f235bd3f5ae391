// Takes the clicks on links to evidence, a statement, an event and a proposal's or actor's page, and on a card's Edit;
// marks what is open.

import { around, isPlain } from "./dom.js"
import { LEAVING } from "./steps.js"

/** @import { Component } from "./dom.js" */

const BESIDE = "a.pm-open:is([data-cell], [data-statement], [data-event])" // what they open stands beside the page

/** @param {Component<{ open: string, statement: string, event: string }>} component */
export default function ({ data, setTriggerValue }) {
  const mark = () => {
    for (const link of document.querySelectorAll(/** @type {"a"} */ (BESIDE))) {
      const { cell, statement, event } = link.dataset
      const open = cell ? cell === data.open : event ? event === data.event : statement === data.statement
      if (open === link.hasAttribute("aria-current")) continue
      if (open) link.setAttribute("aria-current", "true")
      else link.removeAttribute("aria-current")
    }
  }
  /** @param {MouseEvent} event */
  const click = (event) => {
    const edit = around(event, "button[data-edit]")
    if (edit) setTriggerValue("edit", edit.dataset.edit)
    const link = around(event, `${BESIDE}, a.pm-open[data-page]`)
    if (!link || !isPlain(event)) return
    event.preventDefault()
    const { page, cell, statement, event: happened } = link.dataset
    if (page) {
      if (!location.pathname.endsWith(`/${page.split("~")[0]}`)) document.dispatchEvent(new Event(LEAVING))
      setTriggerValue("page", page)
    } else if (cell) setTriggerValue("cell", cell)
    else if (happened) setTriggerValue("event", happened)
    else setTriggerValue("statement", statement)
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
