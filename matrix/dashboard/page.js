// Manners of the page: which steps Back takes, copying a citation, showing the evidence where it opens below.
if (!window.policyMatrix) {
  window.policyMatrix = true

  // A changed filter replaces the entry, so that Back leaves; only another page or another open cell is a step of its own.
  const push = history.pushState
  const cell = (place) => new URLSearchParams(place.search).get("cell")
  history.pushState = function (state, title, address) {
    const to = new URL(address ?? location.href, location.href)
    const same = to.pathname === location.pathname && cell(to) === cell(location)
    return same ? history.replaceState(state, title, address) : push.call(history, state, title, address)
  }

  const copied = (button, word) => {
    const before = button.dataset.word ?? (button.dataset.word = button.textContent)
    button.textContent = word
    button.setAttribute("aria-live", "polite")
    setTimeout(() => (button.textContent = before), 2000)
  }
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("button.pm-copy")
    if (!button) return
    try {
      await navigator.clipboard.writeText(button.dataset.copy)
      copied(button, "Copied")
    } catch {
      // Without https or permission a browser has no clipboard for pages: the old way.
      const area = document.createElement("textarea")
      area.value = button.dataset.copy
      area.style.position = "fixed"
      area.style.opacity = "0"
      document.body.append(area)
      area.select()
      const done = document.execCommand("copy")
      area.remove()
      button.focus()
      copied(button, done ? "Copied" : "Could not copy")
    }
  })

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !event.target.closest?.(".st-key-evidence")) return
    document.querySelector(".st-key-close-evidence button")?.click()
  })

  // On a phone the panel opens below the grid: go there when the visitor opened it, not when a link did.
  let acted = false
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => (acted = true), true)
  let shown = null
  const look = () => {
    const open = document.getElementById("pm-evidence")?.dataset.open ?? null
    if (open === shown) return
    shown = open
    if (!open || !acted || innerWidth > 900) return
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"
    document.querySelector(".st-key-evidence")?.scrollIntoView({ behavior, block: "start" })
  }
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributeFilter: ["data-open"] })
}
