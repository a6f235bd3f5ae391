// The matrix in the browser: builds from the payload once per signature, moves and folds by itself, reports a pick.

const kept = new WeakMap()

export default function ({ data, parentElement, setStateValue }) {
  let widget = kept.get(parentElement)
  if (!widget) kept.set(parentElement, (widget = new Widget(parentElement)))
  widget.update(data, setStateValue)
  return () => {
    widget.leave()
    kept.delete(parentElement)
  }
}

// Widths and heights in pixels, by the room there is: a phone, a column beside a panel, a desk.
function measure(room, columns) {
  if (room < 520) return { title: 132, cell: 38, roll: 46, fold: 30, row: 46, head: 116, band: 44, theme: 28 }
  // The same height beside a panel and without: it opens at once, for no row has to be laid out again.
  const sizes = { title: 0, cell: 36, roll: 50, fold: 28, row: 31, head: 134, band: 44, theme: 26 }
  sizes.title = Math.min(Math.max(Math.round(room * 0.24), 196), 300)
  // A matrix with few columns gives its room to the titles rather than to nothing.
  const slack = room - 16 - sizes.title - columns(sizes)
  if (slack > 0) sizes.title += Math.min(slack, 140)
  return sizes
}

const MIXED_BAR = ["backing", "conditional", "neutral", "mixed", "opposed"]
const EMPTY = {
  ".": ["e", "never stated in these sources"],
  s: ["es", "stated, but superseded by a later statement"],
  o: ["eo", "stated, but outside the chosen evidence"],
  h: ["eh", "hidden by the stance filter"],
}
const AT_ONCE = 4000 // cells; of a bigger grid the rows on screen come first, the others when the browser is idle
const ROWS_AHEAD = 40
const BLOCK = 10 // rows that the browser leaves out together while they are off screen

class Widget {
  constructor(parent) {
    this.root = make("div", "pm")
    this.bar = make("div", "pm-bar")
    this.hint = make("p", "pm-hint")
    this.all = make("button", "pm-all")
    this.all.type = "button"
    this.bar.append(this.hint, this.all)
    this.scroller = make("div", "pm-scroll")
    this.legend = make("div", "pm-legend")
    this.tip = make("div", "pm-tip")
    this.tip.setAttribute("aria-hidden", "true") // the same words stand in the labels
    this.tip.popover = "manual"
    this.root.append(this.bar, this.scroller, this.legend, this.tip)
    parent.appendChild(this.root)
    this.sheet = make("style")
    this.root.appendChild(this.sheet)
    this.shown = new Set() // sides whose unheard are unfolded
    this.at = { row: 0, slot: 1 }
    this.listen()
  }

  update(data, setStateValue) {
    this.send = setStateValue
    this.memory = `policy-matrix.unfolded.${data.memory}`
    if (data.signature !== this.signature) {
      performance.mark("policy-matrix-grid-start")
      const place = this.place()
      this.read(JSON.parse(data.payload))
      if (this.signature === undefined || data.unheard !== this.unheard) this.remember(data.unheard)
      this.signature = data.signature
      this.build()
      this.restore(place)
      performance.measure("policy-matrix-grid", "policy-matrix-grid-start")
    } else if (data.unheard !== this.unheard) {
      this.remember(data.unheard, true)
      this.fold()
    }
    this.unheard = data.unheard
    this.paint()
    // A new number is a change of the page's mind; else the mark stays where the last click put it.
    const [number, ...cell] = data.open
    if (number !== this.told) this.open(cell.length ? cell : null)
    else if (this.rebuilt) this.open(this.current)
    this.told = number
    this.rebuilt = false
  }

  leave() {
    this.watch.disconnect()
    this.near?.disconnect()
    removeEventListener("resize", this.fit)
    clearTimeout(this.waiting)
    if (this.later) cancelIdle(this.later)
  }

  // ---- reading ----

  read(raw) {
    const pick = (names) => (row) => Object.fromEntries(names.map((name, i) => [name, row[i]]))
    this.rows = raw.rows.map(pick(["id", "title", "native", "theme", "depth", "detail"]))
    this.columns = raw.columns.map(pick(["id", "name", "native", "side", "detail", "unheard"]))
    this.sides = raw.sides.map(pick(["id", "name", "native", "colour", "counted", "note", "members", "heard"]))
    this.stances = raw.stances.map(pick(["code", "glyph", "word", "light", "dark", "kind"]))
    this.cells = raw.cells
    this.marks = raw.marks
    this.counts = raw.counts
    this.rollups = raw.rollups
    this.language = raw.language
    this.hint.textContent = matchMedia("(hover: none)").matches ? raw.touch : raw.hint
    this.notes = new Map(raw.notes.map(([row, column, text]) => [`${row},${column}`, text]))
    this.byCode = new Map(this.stances.map((stance, i) => [stance.code, i]))
    this.slots = [{ kind: "title", group: -1 }]
    this.groups = [] // the bands: every side with a column here, then those without a side
    const counted = this.sides.flatMap((side, i) => (side.counted ? [i] : []))
    if (raw.rollups.length) counted.forEach((side, i) => this.slots.push({ kind: "side", side, i, group: -1 }))
    const known = new Set(this.sides.map((side) => side.id))
    const bands = [...this.sides, { id: null, name: "No side", native: "", colour: "#777777", note: "", counted: 1 }]
    for (const side of bands) {
      const own = this.columns.flatMap((column, i) =>
        (side.id === null ? !known.has(column.side) : column.side === side.id) ? [i] : [])
      if (!own.length) continue
      const group = this.groups.length
      const unheard = own.filter((i) => this.columns[i].unheard)
      const heard = own.length - unheard.length
      this.groups.push({
        ...side, unheard: unheard.length, drawn: heard,
        heard: side.heard ?? heard, members: side.members ?? own.length,
      })
      const first = this.slots.length
      for (const i of own) if (!this.columns[i].unheard) this.slots.push({ kind: "actor", i, group, folded: false })
      for (const i of unheard) this.slots.push({ kind: "actor", i, group, folded: true })
      if (unheard.length) this.slots.push({ kind: "fold", group })
      this.slots[first].first = true
    }
    this.slotOf = new Map()
    this.slots.forEach((slot, s) => {
      if (slot.kind === "actor") this.slotOf.set(`a:${this.columns[slot.i].id}`, s)
      if (slot.kind === "side") this.slotOf.set(`s:${this.sides[slot.side].id}`, s)
    })
    this.rowOf = new Map(this.rows.map((row, i) => [row.id, i]))
  }

  remember(unheard, told = false) {
    let saved = null
    try {
      saved = told ? null : JSON.parse(sessionStorage.getItem(this.memory))
    } catch {
      // storage may be switched off: then folding is only remembered while the page stands
    }
    const names = Array.isArray(saved) ? saved : unheard ? this.groups.map((group) => group.id) : []
    this.shown = new Set(names)
  }

  // ---- building ----

  build() {
    this.rebuilt = true
    this.scroller.textContent = ""
    this.lines = []
    this.heads = []
    this.buttons = []
    this.rowHeads = []
    const empty = this.emptySentence()
    this.root.classList.toggle("pm-none", Boolean(empty))
    if (empty) {
      this.grid = null
      this.scroller.append(make("p", "pm-empty", empty))
      this.legend.textContent = ""
      return
    }
    this.frame = make("div", "pm-frame")
    const grid = (this.grid = make("div", "pm-grid"))
    grid.setAttribute("role", "grid")
    grid.setAttribute("aria-label", `${this.rows.length} proposals by ${this.columns.length} actors`)
    grid.setAttribute("aria-readonly", "true")
    grid.setAttribute("aria-multiselectable", "false")
    this.beam = make("div", "pm-beam")
    this.beam.setAttribute("role", "presentation")
    grid.append(this.header(), this.body())
    this.frame.append(this.beam, this.titles, grid)
    this.drawLegend()
    this.paint()
    this.fold()
    this.scroller.append(this.frame) // last: a colour or a width that changes afterwards is worked out again for every cell
    this.complete()
    this.at = this.first()
  }

  emptySentence() {
    if (!this.rows.length) return "No proposal is in this selection."
    if (this.slots.length === 1) return "No actor is in this selection."
    return ""
  }

  header() {
    const head = make("div", "pm-head")
    head.setAttribute("role", "rowgroup")
    const named = this.groups.some((group) => group.id !== null)
    this.bands = []
    if (named) head.append(this.bandRow())
    const row = make("div", "pm-names")
    row.setAttribute("role", "row")
    row.setAttribute("aria-rowindex", named ? 2 : 1)
    this.offset = named ? 2 : 1
    this.slots.forEach((slot, s) => {
      const cell = make("div", `pm-n ${classOf(slot)}`)
      cell.setAttribute("role", "columnheader")
      cell.setAttribute("aria-colindex", s + 1)
      if (slot.kind === "title") this.corner(cell)
      if (slot.kind === "side") {
        const side = this.sides[slot.side]
        this.name(cell, side)
        cell.style.setProperty("--side", `var(--side-${slot.side})`)
        cell.setAttribute("aria-label", `${short(side.name)}: roll-up of its members`)
      }
      if (slot.kind === "actor") {
        const actor = this.columns[slot.i]
        this.name(cell, actor)
        cell.style.setProperty("--side", this.sideColour(this.groups[slot.group]))
        cell.dataset.actor = actor.id
        cell.setAttribute("aria-label", `${short(actor.name)}${actor.unheard ? " (named, unheard)" : ""}`)
      }
      if (slot.kind === "fold") this.foldButton(cell, slot)
      this.heads.push(slot.kind === "fold" ? cell.firstChild : cell)
      row.append(cell)
    })
    head.append(row)
    return head
  }

  bandRow() {
    const row = make("div", "pm-bands")
    row.setAttribute("role", "row")
    row.setAttribute("aria-rowindex", 1)
    const blank = make("div", "pm-band t")
    blank.setAttribute("role", "presentation")
    row.append(blank)
    const rolled = this.slots.filter((slot) => slot.kind === "side").length
    if (rolled) {
      const cell = make("div", "pm-band k")
      cell.setAttribute("role", "columnheader")
      cell.setAttribute("aria-colindex", 2)
      cell.setAttribute("aria-colspan", rolled)
      const box = make("div", "pm-band-text")
      box.append(make("b", "", "Sides"), make("small", "", "who backs it"))
      cell.append(box)
      row.append(cell)
    }
    let from = 2 + rolled
    this.groups.forEach((group, g) => {
      const cell = make("div", "pm-band a")
      cell.setAttribute("role", "columnheader")
      cell.setAttribute("aria-colindex", from)
      const span = this.slots.filter((slot) => slot.group === g).length
      cell.setAttribute("aria-colspan", span)
      from += span
      cell.style.setProperty("--side", this.sideColour(group))
      const box = make("div", "pm-band-text")
      const name = make("b", "", short(group.name))
      name.dir = "auto"
      if (group.native) {
        const native = this.native(group.native)
        name.append(" ", native)
      }
      const count = group.counted ? `${group.heard} of ${group.members} heard` : `${group.heard} heard, not counted`
      box.append(name, make("small", "", count))
      cell.append(box)
      this.bands.push(cell)
      row.append(cell)
    })
    return row
  }

  corner(cell) {
    const heard = this.columns.filter((column) => !column.unheard).length
    cell.append(
      make("b", "", plural(this.rows.length, "proposal")),
      make("small", "", heard === this.columns.length
        ? plural(heard, "actor")
        : `${heard} actors heard, ${this.columns.length - heard} named only`),
    )
  }

  // The Latin name is turned, a Chinese one stands upright beside it: turned Chinese is hard to read.
  name(cell, { name, native }) {
    const box = make("div", "pm-turn")
    const text = make("span", "pm-name", short(name))
    text.dir = "auto"
    box.append(text)
    const upright = native && /[\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]/.test(native)
    if (native && !upright) {
      const second = this.native(native)
      box.append(second)
    }
    // Only a name that may be too long is cut off: each cut is a clip of its own to the browser.
    if (name.length > 14 || /[^\u0000-\u024f]/.test(name)) cell.classList.add("pm-cut")
    if (name.length > (cell.matches(".k") ? 18 : 21) || (native && !upright)) cell.classList.add("pm-long")
    cell.append(box)
    if (upright) {
      const second = this.native(native)
      second.classList.add("pm-upright")
      if (native.length > 11) second.classList.add("pm-tight")
      cell.append(second)
      cell.classList.add("pm-two")
    }
  }

  native(text) {
    const span = make("span", "pm-native", short(text))
    span.dir = "auto"
    if (this.language) span.lang = this.language
    return span
  }

  foldButton(cell, slot) {
    const button = make("button", "pm-fold")
    button.type = "button"
    button.append(make("span"))
    button.addEventListener("click", (event) => {
      event.stopPropagation()
      this.toggle([this.groups[slot.group]])
    })
    this.buttons.push({ button, group: this.groups[slot.group] })
    cell.append(button)
  }

  body() {
    this.blank = this.template()
    this.filled = new Set()
    this.labelled = new Set()
    // All titles stand in one sticky column, and their rows own them: a sticky title in each row would be a layer each.
    this.titles = make("div", "pm-titles")
    this.wide = make("div", "pm-rows")
    this.wide.setAttribute("role", "presentation")
    let group = null
    let theme = null
    let index = this.offset
    let heads = null
    let lines = null
    this.classes = new Map()
    this.themes = []
    const block = (parent) => {
      const one = make("div", "pm-block")
      if (parent !== this.titles) one.setAttribute("role", "presentation")
      parent.append(one)
      return one
    }
    this.rows.forEach((row, i) => {
      const fresh = !group || row.theme !== theme
      if (fresh) {
        theme = row.theme
        group = make("div", "pm-group")
        group.setAttribute("role", "rowgroup")
        if (theme) {
          this.themes.push(this.themeRow(theme, ++index))
          group.append(this.themes.at(-1))
          group.setAttribute("aria-label", short(theme))
          this.titles.append(make("div", "pm-gap"))
        }
        this.wide.append(group)
      }
      if (fresh || lines.childElementCount >= BLOCK) [heads, lines] = [block(this.titles), block(group)]
      const head = this.rowHead(row)
      head.id = `pm-title-${i}`
      head.dataset.proposal = row.id
      const line = make("div", "pm-r")
      line.setAttribute("role", "row")
      line.setAttribute("aria-rowindex", ++index)
      line.setAttribute("aria-owns", head.id)
      line.dataset.proposal = row.id
      this.lines.push(line)
      this.rowHeads.push(head)
      heads.append(head)
      lines.append(line)
      for (const one of [heads, lines]) one.style.setProperty("--n", lines.childElementCount)
    })
    this.grid.setAttribute("aria-rowcount", index)
    this.grid.setAttribute("aria-colcount", this.slots.length)
    return this.wide
  }

  themeRow(theme, index) {
    const row = make("div", "pm-theme")
    row.setAttribute("role", "row")
    row.setAttribute("aria-rowindex", index)
    const cell = make("div", "pm-theme-name")
    cell.setAttribute("role", "rowheader")
    cell.setAttribute("aria-colspan", this.slots.length)
    const text = make("span", "", short(theme))
    text.dir = "auto"
    cell.append(text)
    row.append(cell)
    return row
  }

  // A row's cells without content, cloned for every proposal: far cheaper than making each cell.
  template() {
    const cells = document.createDocumentFragment()
    for (const slot of this.slots.slice(1)) {
      const cell = make("div", `c ${classOf(slot)}${slot.kind === "actor" ? " e" : ""}`)
      cell.setAttribute("role", slot.kind === "fold" ? "presentation" : "gridcell")
      cells.append(cell)
    }
    return cells
  }

  rowHead(row) {
    const cell = make("div", "c t")
    cell.setAttribute("role", "rowheader")
    cell.setAttribute("aria-colindex", 1)
    const title = make("span", "pm-title")
    title.dir = "auto"
    title.append(make("span", "pm-text", short(row.title)))
    if (row.native) title.append(this.native(row.native))
    if (row.depth) {
      cell.classList.add("pm-child")
      cell.style.setProperty("--depth", Math.min(row.depth, 6))
    }
    cell.append(title)
    return cell
  }

  fill(i) {
    if (this.filled.has(i)) return
    this.filled.add(i)
    const line = this.lines[i]
    const fresh = this.blank.cloneNode(true)
    const cells = [null, ...fresh.children]
    const codes = this.cells[i]
    const marks = this.marks[i]
    for (let s = 1; s < this.slots.length; s++) {
      const slot = this.slots[s]
      if (slot.kind === "actor") {
        const code = codes[slot.i]
        const mark = marks ? marks[slot.i] : "0"
        if (code !== ".") cells[s].className = this.cellClass(slot, code, mark)
      } else if (slot.kind === "side") this.fillSide(cells[s], this.rollups[i][slot.i])
    }
    line.append(fresh)
  }

  cellClass(slot, code, mark) {
    const key = code + mark + classOf(slot)
    let name = this.classes.get(key)
    if (name === undefined) {
      const marked = `${mark & 1 ? " mf" : ""}${mark & 2 ? " mu" : ""}`
      const look = EMPTY[code] ? EMPTY[code][0] : `st s${this.byCode.get(code)}${marked}`
      name = `c ${classOf(slot)} ${look}`
      this.classes.set(key, name)
    }
    return name
  }

  fillSide(cell, [backing, conditional, neutral, opposed, mixed, , members, official]) {
    if (!(backing || neutral || opposed || mixed)) return cell.classList.add("e")
    const text = make("span", "pm-share")
    text.append(make("b", "", backing), make("i", "", `/${members}`))
    cell.append(text)
    if (official) cell.classList.add("of")
    if (opposed || mixed) cell.classList.add("op")
    const parts = { backing: backing - conditional, conditional, neutral, mixed, opposed }
    let from = 0
    const stops = []
    for (const kind of MIXED_BAR) {
      if (!parts[kind]) continue
      // One of many members must still be seen.
      const share = Math.max((parts[kind] / Math.max(members, 1)) * 100, 9)
      stops.push(`var(--k-${kind}) ${from}% ${Math.min(from + share, 100)}%`)
      from = Math.min(from + share, 100)
    }
    if (from < 100) stops.push(`var(--pm-line) ${from}% 100%`)
    cell.style.setProperty("--bar", `linear-gradient(to right, ${stops.join(", ")})`)
  }

  // ---- colours ----

  sideColour(group) {
    const i = this.sides.findIndex((side) => side.id === group.id)
    return i < 0 ? "var(--pm-muted)" : `var(--side-${i})`
  }

  paint() {
    const style = getComputedStyle(this.root)
    const ground = rgb(style.getPropertyValue("--st-background-color")) ?? [255, 255, 255]
    const dark = luminance(ground) < 0.2
    const paper = ground.join()
    if (this.painted === `${this.signature}${paper}`) return
    this.painted = `${this.signature}${paper}`
    this.root.classList.toggle("pm-dark", dark)
    const set = (name, value) => this.set(name, value)
    const rules = []
    const kinds = new Set()
    this.stances.forEach((stance, i) => {
      const fill = rgb(dark ? stance.dark : stance.light) ?? [119, 119, 119]
      set(`--f${i}`, css(fill))
      set(`--i${i}`, luminance(fill) > 0.179 ? "#000" : "#fff") // the better of the two is never below 4.58:1
      set(`--g${i}`, quoted(stance.glyph))
      rules.push(`.s${i}{--f:var(--f${i});--i:var(--i${i});--g:var(--g${i})}`)
      if (MIXED_BAR.includes(stance.kind) && !kinds.has(stance.kind)) {
        kinds.add(stance.kind)
        set(`--k-${stance.kind}`, css(fill))
      }
    })
    for (const kind of MIXED_BAR) if (!kinds.has(kind)) set(`--k-${kind}`, "var(--pm-muted)")
    this.sides.forEach((side, i) => set(`--side-${i}`, css(legible(rgb(side.colour) ?? [119, 119, 119], ground))))
    this.groups.forEach((_, g) => rules.push(`.pm-fold-${g} .u${g}{display:none}`))
    this.sheet.textContent = rules.join("\n") // numbers only: nothing in it comes from the data
  }

  drawLegend() {
    const used = new Set(this.cells.join(""))
    const marks = new Set(this.marks.join(""))
    const item = (kind, text) => {
      const entry = make("span", "pm-key")
      const sample = make("span", `pm-sample c ${kind}`)
      sample.setAttribute("aria-hidden", "true")
      entry.append(sample, text)
      return entry
    }
    const items = this.stances.map((stance, i) => item(`st s${i}`, short(stance.word)))
    const sample = `st s${Math.max(this.stances.findIndex((stance) => used.has(stance.code)), 0)}`
    if (marks.has("1") || marks.has("3")) items.push(item(`${sample} mf pm-bare`, "different stances folded"))
    if (marks.has("2") || marks.has("3")) items.push(item(`${sample} mu pm-bare`, "date uncertain"))
    items.push(item("e", "never stated in these sources"))
    if (used.has("s")) items.push(item("es", "superseded"))
    if (used.has("o")) items.push(item("eo", "outside the chosen evidence"))
    if (used.has("h")) items.push(item("eh", "hidden by the stance filter"))
    if (this.slots.some((slot) => slot.kind === "side")) {
      const entry = make("span", "pm-key pm-how")
      const share = make("span", "pm-share")
      share.append(make("b", "", "4"), make("i", "", "/15"))
      const official = this.rollups.some((line) => line.some((one) => one[7]))
      const against = this.rollups.some((line) => line.some((one) => one[3] || one[4]))
      entry.append(share, ": four of a side’s 15 members back it")
      if (official) entry.append(make("em", "of", "◆"), "an official among them")
      if (against) entry.append(make("em", "op", "✕"), "somebody opposes or is mixed")
      items.push(entry)
    }
    this.legend.replaceChildren(...items)
    this.legend.setAttribute("role", "note")
    this.legend.setAttribute("aria-label", "Legend")
  }

  // ---- folding and fitting ----

  isShown(slot) {
    return slot.kind !== "actor" || !slot.folded || this.shown.has(this.groups[slot.group].id)
  }

  toggle(groups) {
    const open = groups.every((group) => this.shown.has(group.id))
    for (const group of groups) open ? this.shown.delete(group.id) : this.shown.add(group.id)
    try {
      sessionStorage.setItem(this.memory, JSON.stringify([...this.shown]))
    } catch {
      // see remember()
    }
    this.fold()
  }

  fold() {
    if (!this.grid) return
    this.groups.forEach((group, g) => this.grid.classList.toggle(`pm-fold-${g}`, !this.shown.has(group.id)))
    for (const { button, group } of this.buttons) {
      const open = this.shown.has(group.id)
      button.setAttribute("aria-expanded", open)
      button.firstChild.textContent = open ? `− fold ${group.unheard}` : `+${group.unheard} unheard`
      const words = open
        ? `fold away the ${group.unheard} unheard of ${group.name}`
        : `show the ${group.unheard} of ${group.name} named but unheard`
      button.setAttribute("aria-label", `${button.firstChild.textContent}: ${words}`)
    }
    const foldable = this.groups.filter((group) => group.unheard)
    const unheard = foldable.reduce((sum, group) => sum + group.unheard, 0)
    const open = foldable.length > 0 && foldable.every((group) => this.shown.has(group.id))
    this.all.hidden = !unheard
    this.all.setAttribute("aria-pressed", open)
    this.all.textContent = `${unheard} named, unheard – ${open ? "fold" : "show"}`
    this.fit()
  }

  // A property of the root is inherited by every cell: written only when it changes.
  set(name, value) {
    if (this.root.style.getPropertyValue(name) !== value) this.root.style.setProperty(name, value)
  }

  widthOf(slot, sizes) {
    if (slot.kind === "title") return sizes.title
    return this.isShown(slot) ? { side: sizes.roll, actor: sizes.cell, fold: sizes.fold }[slot.kind] : 0
  }

  // The title's width, which changes when a panel opens, is told only to those who need it, not to sixty thousand cells.
  fit = () => {
    if (!this.grid) return
    const room = this.root.clientWidth
    const width = (sizes) => this.slots.reduce((sum, slot, s) => (s ? sum + this.widthOf(slot, sizes) : sum), 0)
    const sizes = measure(room, width)
    const set = (name, value) => this.set(name, `${value}px`)
    for (const [name, value] of Object.entries(sizes)) if (name !== "title") set(`--${name}`, value)
    const total = sizes.title + width(sizes)
    const size = (element, name, value) => {
      if (element.style[name] !== `${value}px`) element.style[name] = `${value}px`
    }
    size(this.frame, "width", total)
    size(this.wide, "width", total - sizes.title)
    size(this.wide, "marginLeft", sizes.title)
    for (const one of [this.titles, ...this.grid.querySelectorAll(".pm-head .t")]) size(one, "width", sizes.title)
    for (const one of this.grid.querySelectorAll(".pm-band-text")) size(one, "left", sizes.title + 2)
    for (const one of this.themes) {
      size(one, "width", Math.min(total, room))
      size(one, "marginLeft", -sizes.title)
    }
    this.lefts = []
    this.slots.reduce((left, slot, s) => {
      this.lefts[s] = left
      return left + this.widthOf(slot, sizes)
    }, 0)
    set("--heads", sizes.head + (this.bands.length ? sizes.band : 0))
    this.root.classList.toggle("pm-narrow", room < 520)
    this.sizes = sizes
    this.groups.forEach((group, g) => {
      const own = this.slots.filter((slot) => slot.group === g && this.isShown(slot))
      const wide = own.reduce((sum, slot) => sum + (slot.kind === "fold" ? sizes.fold : sizes.cell), 0)
      if (this.bands[g]) this.bands[g].style.width = `${wide}px`
      this.bands[g]?.classList.toggle("pm-slim", wide < 150)
    })
    const rolled = this.slots.filter((slot) => slot.kind === "side").length
    set("--rolled", rolled * sizes.roll)
    // The grid ends where the window ends; far down a page it takes a window of its own.
    const top = this.scroller.getBoundingClientRect().top + scrolled(this.root)
    const foot = this.legend.offsetHeight + 28
    const high = innerHeight
    const left = high - top - foot
    const most = room < 520 ? high * 0.8 : left >= high * 0.45 ? left : high - foot - 64
    this.scroller.style.maxHeight = `${Math.max(Math.round(most), 320)}px`
    // The panel that a pick opens takes half the width: what was picked stays in sight.
    if (this.room !== undefined && this.room !== room && this.openAt) this.reveal(this.openAt, true)
    this.room = room
  }

  // ---- words ----

  // What is left of a big grid is done in small portions while the browser is idle, or when it comes into sight.
  complete() {
    if (this.later) cancelIdle(this.later)
    this.near?.disconnect()
    let next = 0
    const one = () => {
      this.fill(next)
      this.labelLine(next++)
    }
    if (this.rows.length * this.slots.length <= AT_ONCE) {
      while (next < this.lines.length) one()
      return
    }
    for (let i = 0; i < Math.min(ROWS_AHEAD, this.lines.length); i++) this.fill(i)
    this.near = new IntersectionObserver((seen) => {
      for (const { isIntersecting, target } of seen) {
        if (!isIntersecting) continue
        const i = this.lines.indexOf(target)
        this.fill(i)
        this.labelLine(i)
      }
    }, { root: this.scroller, rootMargin: "800px 0px" })
    for (const line of this.lines) this.near.observe(line)
    const step = (deadline) => {
      const end = performance.now() + 12 // short, so that a click never waits
      while (next < this.lines.length && performance.now() < end && deadline.timeRemaining() > 1) one()
      this.later = next < this.lines.length ? whenIdle(step) : null
      if (!this.later) this.near.disconnect() // watching three hundred rows costs time in every frame
    }
    this.later = whenIdle(step)
  }

  labelLine(i) {
    if (this.labelled.has(i)) return
    this.labelled.add(i)
    const cells = this.lines[i].children
    for (let s = 1; s < this.slots.length; s++) this.labelCell(cells[s - 1], i, s)
  }

  labelCell(cell, i, s) {
    const slot = this.slots[s]
    if (slot.kind === "fold" || slot.kind === "title") return
    cell.setAttribute("aria-colindex", s + 1)
    cell.setAttribute("aria-label", this.sentence(i, slot))
  }

  sentence(i, slot) {
    const proposal = short(this.rows[i].title)
    if (slot.kind === "side") {
      return `${short(this.sides[slot.side].name)} on ${proposal}: ${this.rollupWords(this.rollups[i][slot.i])}`
    }
    return `${short(this.columns[slot.i].name)} on ${proposal}: ${this.cellWords(i, slot.i).join("; ")}`
  }

  cellWords(i, column) {
    const code = this.cells[i][column]
    const words = [EMPTY[code] ? EMPTY[code][1] : short(this.stances[this.byCode.get(code)].word)]
    const note = this.notes.get(`${i},${column}`)
    const count = this.counts.length ? parseInt(this.counts[i][column], 36) : 0
    if (count) words.push(count > 34 ? "35 or more statements" : plural(count, "statement"))
    const mark = this.marks.length ? this.marks[i][column] : 0
    if (mark & 1) words.push("statements of different stances folded")
    if (mark & 2) words.push("date uncertain")
    if (note) words.push(short(note))
    return words
  }

  rollupWords([backing, conditional, neutral, opposed, mixed, silent, members, official]) {
    if (!(backing || neutral || opposed || mixed)) return `all ${members} members silent in these sources`
    const among = []
    if (conditional) among.push(`${conditional} on a condition`)
    if (official) among.push(plural(official, "official"))
    const words = [`${backing} of ${members} members back it${among.length ? ` (${among.join(", ")})` : ""}`]
    if (neutral) words.push(`${neutral} neutral`)
    if (opposed) words.push(`${opposed} opposed`)
    if (mixed) words.push(`${mixed} mixed`)
    words.push(`${silent} silent`)
    return words.join("; ")
  }

  describe(row, s) {
    const slot = this.slots[s]
    const proposal = row >= 0 ? this.rows[row] : null
    const actor = slot.kind === "actor" ? this.columns[slot.i] : slot.kind === "side" ? this.sides[slot.side] : null
    if (slot.kind === "fold" || (!proposal && !actor)) return null
    if (proposal && !actor) return { title: proposal.title, native: proposal.native, lines: [proposal.detail] }
    if (!proposal) {
      const detail = slot.kind === "actor"
        ? [actor.detail, actor.unheard ? "Named in these sources, but no position is reported." : ""]
        : [actor.note, `${actor.heard} of ${actor.members} members heard`]
      return { title: actor.name, native: actor.native, lines: detail }
    }
    if (slot.kind === "side") {
      const words = this.rollupWords(this.rollups[row][slot.i])
      return { title: actor.name, native: actor.native, lines: [proposal.title], words: words }
    }
    const code = this.cells[row][slot.i]
    return {
      title: actor.name, native: actor.native, lines: [proposal.title],
      words: sentenceCase(this.cellWords(row, slot.i).join("; ")), look: EMPTY[code] ? null : this.byCode.get(code),
    }
  }

  tell(target, row, s, wait) {
    clearTimeout(this.waiting)
    this.hush()
    const what = this.describe(row, s)
    if (!what) return
    this.waiting = setTimeout(() => {
      const head = make("strong", "", short(what.title))
      head.dir = "auto"
      if (what.native) head.append(" ", this.native(what.native))
      const parts = [head]
      for (const line of what.lines) {
        if (!line) continue
        const text = make("span", "", line.slice(0, 400))
        text.dir = "auto"
        parts.push(text)
      }
      if (what.words) {
        const words = make("span", "pm-words")
        if (what.look !== null && what.look !== undefined) words.append(make("i", `pm-sample c st s${what.look}`))
        words.append(make("span", "", what.words))
        parts.push(words)
      }
      this.tip.replaceChildren(...parts)
      this.tip.showPopover?.()
      this.tip.classList.add("pm-on")
      const box = target.getBoundingClientRect()
      const own = this.tip.getBoundingClientRect()
      const left = Math.min(Math.max(box.left + box.width / 2 - own.width / 2, 8), innerWidth - own.width - 8)
      const below = box.bottom + own.height + 10 < innerHeight
      this.tip.style.left = `${left}px`
      this.tip.style.top = `${below ? box.bottom + 6 : Math.max(box.top - own.height - 6, 8)}px`
    }, wait)
  }

  hush() {
    clearTimeout(this.waiting)
    this.tip.classList.remove("pm-on")
    if (this.tip.matches(":popover-open")) this.tip.hidePopover()
  }

  // ---- moving and picking ----

  listen() {
    const scroller = this.scroller
    this.watch = new ResizeObserver(this.fit)
    this.watch.observe(this.root)
    addEventListener("resize", this.fit)
    this.all.addEventListener("click", () => this.toggle(this.groups.filter((group) => group.unheard)))
    scroller.addEventListener("pointerdown", () => { this.byPointer = true })
    scroller.addEventListener("click", (event) => {
      const at = this.locate(event.target)
      if (!at || this.slots[at.slot].kind === "fold") return
      this.pointer = [event.clientX, event.clientY].map(Math.floor).join()
      this.go(at, false)
      this.pick(at)
    })
    scroller.addEventListener("keydown", (event) => this.key(event))
    scroller.addEventListener("focusin", (event) => {
      const at = this.locate(event.target)
      if (!at) return
      this.stop(at)
      this.light(at)
      if (!this.byPointer && event.target.matches(":focus-visible")) this.tell(event.target, at.row, at.slot, 500)
    })
    scroller.addEventListener("focusout", () => this.hush())
    scroller.addEventListener("scroll", () => this.hush(), { passive: true })
    scroller.addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch") return
      const at = this.locate(event.target)
      if (!at) return this.dim()
      if (this.lit && this.lit.row === at.row && this.lit.slot === at.slot && this.tip.matches(".pm-on")) return
      this.light(at)
      // After a pick the grid moves under the pointer: only a pointer that moves itself asks for words.
      const pointer = [event.clientX, event.clientY].map(Math.floor).join()
      if (pointer === this.resting) return
      this.resting = null
      this.pointer = pointer
      this.tell(this.element(at), at.row, at.slot, 320)
    })
    scroller.addEventListener("pointerleave", () => {
      this.dim()
      this.hush()
    })
  }

  locate(target) {
    const cell = target.closest?.(".c, .pm-n")
    if (!cell || !this.grid) return null
    if (cell.matches(".pm-n")) return { row: -1, slot: Array.prototype.indexOf.call(cell.parentNode.children, cell) }
    if (cell.matches(".t")) return { row: this.rowHeads.indexOf(cell), slot: 0 }
    const line = cell.parentNode
    const row = this.lines.indexOf(line)
    return row < 0 ? null : { row, slot: Array.prototype.indexOf.call(line.children, cell) + 1 }
  }

  element({ row, slot }) {
    if (row < 0) return this.heads[slot]
    if (slot === 0) return this.rowHeads[row]
    if (row < this.lines.length) this.fill(row)
    return this.lines[row]?.children[slot - 1]
  }

  first() {
    const slot = this.slots.findIndex((one) => one.kind === "actor" && this.isShown(one))
    return { row: 0, slot: slot > 0 ? slot : 1 }
  }

  // Exactly one cell is a tab stop; the fold buttons are stops of their own.
  stop(at) {
    const before = this.stopped
    const now = this.element(at)
    if (!now) return
    if (now.matches("button")) {
      this.at = at // arrows go on from a fold button, but Tab, which reaches it anyway, still leads to a cell
      return
    }
    if (before && before !== now) before.tabIndex = -1
    now.tabIndex = 0
    this.stopped = now
    this.at = at
    if (at.row >= 0 && !now.hasAttribute("aria-colindex")) this.labelCell(now, at.row, at.slot)
  }

  go(at, scroll = true) {
    this.stop(at)
    const cell = this.element(at)
    cell.focus({ preventScroll: true })
    if (scroll) this.reveal(at)
  }

  // By hand, for the sticky heads cover what scrollIntoView() believes to be visible.
  reveal({ row, slot }, middle = false) {
    const view = this.scroller
    const cell = this.element({ row, slot }).getBoundingClientRect()
    const box = view.getBoundingClientRect()
    if (row >= 0) {
      const top = box.top + parseFloat(this.root.style.getPropertyValue("--heads")) + this.sizes.theme
      const low = box.top + view.clientHeight
      const extra = middle ? (low - top) / 2 - this.sizes.row : 0
      if (cell.top < top) view.scrollTop += cell.top - top - extra
      else if (cell.bottom > low) view.scrollTop += cell.bottom - low + extra
    }
    if (slot > 0) {
      const left = box.left + this.sizes.title
      if (cell.left < left) view.scrollLeft += cell.left - left
      else if (cell.right > box.left + view.clientWidth) view.scrollLeft += cell.right - box.left - view.clientWidth
    }
    const now = this.element({ row, slot }).getBoundingClientRect()
    if (!middle && (now.top < 0 || now.bottom > innerHeight)) view.scrollIntoView({ block: "nearest" })
  }

  key(event) {
    this.byPointer = false
    if (event.key === "Escape") return this.hush()
    if (event.altKey || event.metaKey || !this.grid) return
    const at = this.locate(event.target)
    if (!at) return
    const fold = this.slots[at.slot].kind === "fold"
    if (event.key === "Enter" || event.key === " ") {
      if (fold) return // a button knows what to do
      event.preventDefault()
      this.pick(at)
      return
    }
    const slots = this.slots.map((slot, s) => s).filter((s) => {
      const slot = this.slots[s]
      return this.isShown(slot) && (slot.kind !== "fold" || at.row < 0) && (s > 0 || at.row >= 0)
    })
    const here = slots.indexOf(at.slot)
    const last = this.lines.length - 1
    const page = Math.max(Math.floor((this.scroller.clientHeight - 200) / this.sizes.row), 1)
    const next = { ...at }
    const shift = (by) => (next.slot = slots[Math.min(Math.max(here + by, 0), slots.length - 1)])
    switch (event.key) {
      case "ArrowRight": shift(1); break
      case "ArrowLeft": shift(-1); break
      case "ArrowDown": next.row = Math.min(at.row + 1, last); break
      case "ArrowUp": next.row = Math.max(at.row - 1, at.slot > 0 ? -1 : 0); break
      case "PageDown": next.row = Math.min(at.row + page, last); break
      case "PageUp": next.row = Math.max(at.row - page, 0); break
      case "Home":
        next.slot = slots[0]
        if (event.ctrlKey) Object.assign(next, { row: 0, slot: 0 })
        break
      case "End":
        next.slot = slots.at(-1)
        if (event.ctrlKey) next.row = last
        break
      default: return
    }
    // A fold button has no cells below it: going down lands on its left neighbour.
    while (next.row >= 0 && (this.slots[next.slot].kind === "fold" || !this.isShown(this.slots[next.slot]))) next.slot--
    if (next.row < 0 && next.slot === 0) next.slot = 1
    event.preventDefault()
    this.go(next)
  }

  pick({ row, slot }) {
    const what = this.slots[slot]
    const proposal = row >= 0 ? this.rows[row].id : ""
    const actor = what.kind === "actor" ? this.columns[what.i].id : ""
    const side = what.kind === "side" ? this.sides[what.side].id : ""
    if (!proposal && !actor && !side) return
    this.hush()
    this.resting = this.pointer
    // The count makes a second click on the same cell news.
    this.send("cell", [proposal, actor, side, Date.now()])
    this.open([proposal, actor, side])
  }

  open(what) {
    this.current = what
    if (!this.grid) return
    for (const old of this.opened ?? []) old.classList.remove("pm-open", "pm-lead")
    this.ring?.setAttribute("aria-selected", "false")
    this.opened = []
    this.ring = this.openAt = null
    if (!what) return
    const [proposal, actor, side] = what
    const row = proposal ? this.rowOf.get(proposal) : -1
    const slot = actor ? this.slotOf.get(`a:${actor}`) : side ? this.slotOf.get(`s:${side}`) : 0
    if (row === undefined || slot === undefined || (row < 0 && slot === 0)) return
    const group = this.slots[slot].group
    if (group >= 0 && !this.isShown(this.slots[slot])) this.toggle([this.groups[group]])
    const cell = this.element({ row, slot })
    cell.classList.add("pm-open")
    cell.setAttribute("aria-selected", "true")
    this.ring = cell
    this.openAt = { row, slot }
    this.opened = [cell]
    for (const lead of [row >= 0 ? this.rowHeads[row] : null, slot > 0 ? this.heads[slot] : null]) {
      if (!lead || lead === cell) continue
      lead.classList.add("pm-lead")
      this.opened.push(lead)
    }
    if (this.rebuilt && !this.root.matches(":focus-within")) {
      this.stop({ row, slot })
      this.reveal({ row, slot }, true)
    }
  }

  // Widths are known, so nothing is measured here: measuring would make the browser lay out the page at once.
  light({ row, slot }) {
    this.dim()
    this.lit = { row, slot }
    if (slot > 0) {
      this.heads[slot].classList.add("pm-lit")
      this.beam.style.transform = `translateX(${this.lefts[slot]}px)`
      this.beam.style.width = `${this.widthOf(this.slots[slot], this.sizes)}px`
      this.beam.classList.add("pm-on")
    }
    if (row >= 0) for (const part of [this.lines[row], this.rowHeads[row]]) part.classList.add("pm-lit")
  }

  dim() {
    if (!this.lit) return
    const { row, slot } = this.lit
    for (const part of [this.heads[slot], this.lines[row], this.rowHeads[row]]) part?.classList.remove("pm-lit")
    this.beam?.classList.remove("pm-on")
    this.lit = null
  }

  // Where the reader is, in ids, so that a filtered grid comes back under the same eyes.
  place() {
    if (!this.grid) return null
    const slot = this.slots[this.at.slot]
    return {
      top: this.scroller.scrollTop, left: this.scroller.scrollLeft,
      focused: this.scroller.matches(":focus-within"),
      row: this.rows[this.at.row]?.id,
      column: slot?.kind === "actor" ? `a:${this.columns[slot.i].id}` : slot?.kind === "side" ? `s:${this.sides[slot.side].id}` : "",
    }
  }

  restore(place) {
    this.lit = this.opened = this.ring = this.stopped = null
    if (!this.grid) return
    this.stop(this.at)
    if (!place) return
    this.scroller.scrollTop = place.top
    this.scroller.scrollLeft = place.left
    const row = this.rowOf.get(place.row)
    const slot = this.slotOf.get(place.column)
    if (row === undefined || slot === undefined || !this.isShown(this.slots[slot])) return
    if (place.focused) this.go({ row, slot })
    else this.stop({ row, slot })
  }
}

// ---- small things ----

function make(tag, name = "", text) {
  const element = document.createElement(tag)
  if (name) element.className = name
  if (text !== undefined) element.textContent = text
  return element
}

function classOf(slot) {
  const base = { title: "t", side: "k", actor: "a", fold: "f" }[slot.kind]
  return `${base}${slot.folded ? ` u${slot.group} u` : ""}${slot.first ? " first" : ""}`
}

const short = (text) => (text.length > 240 ? `${text.slice(0, 239)}…` : text)
const plural = (n, word) => `${n.toLocaleString("en")} ${word}${n === 1 ? "" : "s"}`
const sentenceCase = (text) => text.charAt(0).toUpperCase() + text.slice(1)
// A CSS string in which no character has a meaning.
const quoted = (text) => `"${[...text].slice(0, 3).map((one) => `\\${one.codePointAt(0).toString(16)} `).join("")}"`
const css = (colour) => `rgb(${colour.join(" ")})`

function rgb(text) {
  const hex = /^\s*#([0-9a-f]{6}|[0-9a-f]{3})\s*$/i.exec(text)?.[1]
  if (hex) return (hex.length === 3 ? [...hex].map((one) => one + one) : hex.match(/../g)).map((two) => parseInt(two, 16))
  const parts = /^\s*rgba?\(([\d.]+)[ ,]+([\d.]+)[ ,]+([\d.]+)/.exec(text)
  return parts ? parts.slice(1, 4).map((part) => Math.round(Number(part))) : null
}

function luminance(colour) {
  const [r, g, b] = colour.map((part) => {
    const c = part / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

// A side's colour, moved towards black or white until it stands out from the ground by 3:1.
function legible(colour, ground) {
  const back = luminance(ground)
  const goal = back < 0.2 ? 255 : 0
  let now = colour
  for (let step = 0; step < 12; step++) {
    const [low, high] = [luminance(now), back].sort((a, b) => a - b)
    if ((high + 0.05) / (low + 0.05) >= 3) break
    now = now.map((part) => Math.round(part + (goal - part) * 0.15))
  }
  return now
}

// How far the page round the widget is scrolled: the place of the grid must not depend on it.
function scrolled(element) {
  let sum = 0
  for (let node = element.parentNode; node; node = node.host ?? node.parentNode) sum += node.scrollTop ?? 0
  return sum
}

const whenIdle = window.requestIdleCallback
  ? (work) => requestIdleCallback(work)
  : (work) => setTimeout(() => { const end = performance.now() + 8; work({ timeRemaining: () => end - performance.now() }) }, 16)
const cancelIdle = window.cancelIdleCallback ?? clearTimeout
