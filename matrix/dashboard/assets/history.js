// Makes the browser's Back take the steps that a visitor means; see steps.js for which ones.

import { around, isPlain } from "./dom.js"
import { afterStep, completed, LEAVING, step } from "./steps.js"

const PATIENCE = 5000 // milliseconds that a click may take to get there
const DONE = ["pointerdown", "keydown", "click", "change"] // that somebody does something

export function keepSteps() {
  const push = history.pushState
  const [loaded] = performance.getEntriesByType("navigation")
  const first = loaded ? completed(new URL(loaded.name), location) : null
  let path = location.pathname
  let leaving = false
  let arrived = true

  addEventListener(
    "popstate",
    (event) => {
      const then = afterStep(location, path, first)
      path = location.pathname
      arrived = true
      if (then === "nothing") return
      event.stopImmediatePropagation()
      if (then === "reload") location.reload()
      else history.back()
    },
    true,
  )
  const leave = () => {
    leaving = true
    setTimeout(() => {
      leaving = false
    }, PATIENCE)
  }
  document.addEventListener(LEAVING, leave)
  document.addEventListener("click", (event) => {
    const link = around(event, '[data-testid="stTopNavLink"], [data-testid="stSidebarNavLink"]')
    if (link instanceof HTMLAnchorElement && link.pathname !== location.pathname && isPlain(event)) leave()
  })
  for (const name of DONE) {
    addEventListener(
      name,
      () => {
        arrived = false
      },
      true,
    )
  }
  history.pushState = (state, title, address) => {
    const to = new URL(address ?? location.href, location.href)
    const what = step(location, to, leaving, arrived)
    if (what === "ignore") return
    leaving = false
    path = to.pathname
    if (what === "replace") history.replaceState(state, title, address)
    else push.call(history, state, title, address)
  }
}
