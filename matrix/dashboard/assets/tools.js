// What stands at the right of the navigation: a menu that closes by itself, and Print.

import { around } from "./dom.js"

const MENU = ".pm-tools details"

/** A click elsewhere or Escape closes the menu of datasets. */
export function closeMenus() {
  /** @param {Event} event */
  const close = (event) => {
    for (const menu of document.querySelectorAll(/** @type {"details"} */ (MENU))) {
      if (!menu.open || (event instanceof MouseEvent && event.target instanceof Node && menu.contains(event.target)))
        continue
      menu.open = false
      if (event instanceof KeyboardEvent) menu.querySelector("summary")?.focus()
    }
  }
  document.addEventListener("click", close)
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(event)
  })
}

/** The page as it is, by the browser. */
export function printOnClick() {
  document.addEventListener("click", (event) => {
    if (around(event, "[data-print]")) print()
  })
}

/** The button that takes back what was written last from a card, where there is one. */
export function undoButton() {
  return document.querySelector(/** @type {"button"} */ (".st-key-undo-step-button button"))
}

/** Ctrl+Z outside of fields presses it. */
export function undoByKey() {
  document.addEventListener("keydown", (event) => {
    if (event.key !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return
    const [target] = event.composedPath()
    if (target instanceof Element && target.closest("input, textarea, select, [contenteditable], [role=dialog]")) return
    const button = undoButton()
    if (!button) return
    event.preventDefault()
    button.click()
  })
}
