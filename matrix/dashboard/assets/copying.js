// Buttons that copy a citation: by the clipboard, else the old way, else by hand.

import { around, make } from "./dom.js"

const WORD_FOR = 2000 // milliseconds that a button says what it did

export function copyOnClick() {
  document.addEventListener("click", async (event) => {
    const button = around(event, "button.pm-copy")
    if (!button) return
    const text = button.dataset.copy ?? ""
    try {
      await navigator.clipboard.writeText(text)
      say(button, "Copied")
    } catch {
      copyByHand(button, text) // without https or permission a browser has no clipboard for pages
    }
  })
}

/** @param {HTMLElement} button @param {string} text */
function copyByHand(button, text) {
  const area = make("textarea", "pm-by-hand")
  area.value = text
  area.readOnly = true
  area.setAttribute("aria-label", "The text to copy")
  button.parentElement?.querySelector(".pm-by-hand")?.remove()
  button.after(area)
  area.select()
  if (document.execCommand("copy")) {
    area.remove()
    button.focus()
    say(button, "Copied")
  } else {
    // Nor the old way: the text is there, selected, to be copied by hand.
    area.addEventListener("blur", () => area.remove())
    say(button, "Press Ctrl+C")
  }
}

/** @param {HTMLElement} button @param {string} word */
function say(button, word) {
  button.dataset.word ??= button.textContent ?? ""
  const before = button.dataset.word
  button.textContent = word
  button.setAttribute("aria-live", "polite")
  setTimeout(() => {
    button.textContent = before
  }, WORD_FOR)
}
