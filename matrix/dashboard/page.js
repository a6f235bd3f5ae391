// Manners of the page: which steps Back takes, copying a citation, showing the evidence where it opens below.
if (!window.policyMatrix) {
  window.policyMatrix = true

  // A changed filter replaces the entry, so that Back leaves; only another page or another open cell is a step of its own.
  const push = history.pushState
  const cell = (place) => new URLSearchParams(place.search).get("cell")
  const detail = (place) => ["proposal-open", "actor-open"].map((name) => new URLSearchParams(place.search).get(name)).find(Boolean)
  let path = location.pathname
  // Going back to another page Streamlit drops its parameters; which proposal or actor it showed stands only there.
  const back = (event) => {
    // The first address of a visit is completed before this script runs, as a step: nobody means to go back to it.
    if (!new URLSearchParams(location.search).has("v") && path === location.pathname) {
      event.stopImmediatePropagation()
      history.back()
      return
    }
    const left = path !== location.pathname
    path = location.pathname
    if (!left || !detail(location)) return
    event.stopImmediatePropagation()
    location.reload()
  }
  addEventListener("popstate", back, true)
  history.pushState = function (state, title, address) {
    const to = new URL(address ?? location.href, location.href)
    // On its way to another page Streamlit writes that one's parameters here first: Back must find this one as it was.
    if (window.policyMatrixLeaving && to.pathname === location.pathname) return
    window.policyMatrixLeaving = false
    path = to.pathname
    const here = !detail(location) || detail(to) === detail(location) // a page that only now tells which row it shows
    const same = to.pathname === location.pathname && cell(to) === cell(location) && here
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
      area.className = "pm-by-hand"
      area.readOnly = true
      area.setAttribute("aria-label", "The text to copy")
      button.parentElement.querySelector(".pm-by-hand")?.remove()
      button.after(area)
      area.select()
      if (document.execCommand("copy")) {
        area.remove()
        button.focus()
        copied(button, "Copied")
      } else {
        // Nor the old way: the text stands there, selected, to be copied by hand.
        area.addEventListener("blur", () => area.remove())
        copied(button, "Press Ctrl+C")
      }
    }
  })

  // From a quote in a text to its statement and back; a visitor who selects words in a mark does not jump.
  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth"
  const go = (target, behavior = still()) => {
    target.focus({ preventScroll: true })
    target.scrollIntoView({ behavior, block: "center" })
    target.classList.add("pm-here")
    setTimeout(() => target.classList.remove("pm-here"), 2500)
  }
  document.addEventListener("click", (event) => {
    const from = event.target.closest?.("[data-jump]")
    if (!from || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    if (from.tagName === "MARK" && !getSelection().isCollapsed) return
    const target = document.getElementById(from.dataset.jump)
    if (!target) return
    event.preventDefault()
    go(target)
  })

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.target.closest?.("input, textarea")) return
    // What lies on top closes first, and by itself.
    if (document.querySelector('[role="dialog"], [role="listbox"], [data-baseweb="popover"]')) return
    document.querySelector(".st-key-close-evidence button")?.click()
  })

  // On a phone the panel opens below the grid: go there, whether the visitor opened it or a link that was passed on.
  let shown = null
  let arrived = null
  const arrive = () => {
    const at = document.querySelector("[data-at]")?.dataset.at ?? null
    if (at === arrived) return
    const target = at && document.getElementById(at)
    if (at && !target) return // not drawn yet
    arrived = at
    if (!target) return
    go(target, "auto")
    keep(() => document.getElementById(at), "center")
    // Beside a text stands the list of statements, which scrolls by itself.
    const statement = document.getElementById(target.dataset.jump ?? "")
    const list = statement?.closest(".pm-beside")
    if (!list) return
    list.scrollTop += statement.getBoundingClientRect().top - list.getBoundingClientRect().top
    statement.classList.add("pm-here")
    setTimeout(() => statement.classList.remove("pm-here"), 2500)
  }
  const look = () => {
    arrive()
    const open = document.getElementById("pm-evidence")?.dataset.open ?? null
    if (open === shown) return
    shown = open
    // Not innerWidth: a phone's grows with whatever is too wide while the page is being drawn.
    if (open && matchMedia("(max-width: 900px)").matches) keep(() => document.querySelector(".st-key-evidence"), "start")
  }
  // What stands above may still grow, as the grid does on arrival, and a slow machine takes its time: stay with the
  // place until the visitor moves.
  let leave = () => {}
  const keep = (find, block) => {
    leave()
    const growing = new ResizeObserver(() => find()?.scrollIntoView({ behavior: "auto", block }))
    const moves = ["wheel", "touchstart", "pointerdown", "keydown"]
    leave = () => {
      clearTimeout(late)
      growing.disconnect()
      moves.forEach((name) => removeEventListener(name, leave, true))
    }
    moves.forEach((name) => addEventListener(name, leave, true))
    const late = setTimeout(leave, 60_000)
    growing.observe(document.querySelector('[data-testid="stMainBlockContainer"]')) // calls at once, then at every growth
  }
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributeFilter: ["data-open", "data-at"] })
  look() // on a slow machine the page may stand before this runs, and nothing changes any more
}
