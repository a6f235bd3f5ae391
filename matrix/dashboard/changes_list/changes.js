// The list of changes in the browser: built anew when the stamp changes, reports which ones are not wanted.

const kept = new WeakMap()
const WORD = /[\w-]/ // a change within a word marks the whole word
const HEADS = ["Apply", "What changes", "Before", "After"]

export default function ({ data, parentElement, setStateValue }) {
  let list = kept.get(parentElement)
  if (!list) {
    kept.set(parentElement, (list = { root: make("div", "pm-changes"), stamp: null }))
    list.root.tabIndex = 0
    list.root.setAttribute("role", "region")
    list.root.setAttribute("aria-label", "Changes in the file")
    parentElement.append(list.root)
  }
  list.send = setStateValue
  if (list.stamp !== data.stamp) {
    list.stamp = data.stamp
    list.root.replaceChildren(table(list, data.lines))
  }
}

function table(list, lines) {
  const all = make("table")
  const head = all.createTHead().insertRow()
  for (const name of HEADS) {
    const cell = make("th", "", name)
    cell.scope = "col"
    head.append(cell)
  }
  const body = all.createTBody()
  for (const line of lines) body.append(row(list, line))
  return all
}

function row(list, line) {
  const made = make("tr", `k-${line.kind}`)
  const tick = made.insertCell()
  tick.className = "tick"
  if (line.sound) {
    const box = make("input")
    box.type = "checkbox"
    box.checked = line.on
    box.dataset.id = line.id
    box.setAttribute("aria-label", `${line.word}: ${line.what}, ${line.place}`)
    box.addEventListener("change", () => {
      made.classList.toggle("off", !box.checked)
      tell(list)
    })
    made.classList.toggle("off", !line.on)
    tick.append(box)
  } else {
    const no = make("span", "no", "–")
    no.setAttribute("role", "img")
    no.setAttribute("aria-label", "cannot be applied")
    tick.append(no)
  }
  const what = make("th")
  what.scope = "row"
  const kind = make("span", "kind", line.word)
  const glyph = make("i", "", line.glyph)
  glyph.setAttribute("aria-hidden", "true")
  kind.prepend(glyph)
  what.append(kind, make("bdi", "name", line.what), make("bdi", "place", line.place))
  made.append(what, values(line.old, line.new, "del"), values(line.new, line.old, "ins"))
  if (line.why) made.lastChild.append(make("p", "why", line.why))
  return made
}

// What both values share at their beginning and end stays plain; only what differs between is marked.
function values(own, other, mark) {
  const cell = make("td")
  cell.dataset.head = mark === "del" ? "Before" : "After"
  for (const [column, value] of own) {
    const line = make("div", "value")
    if (own.length > 1 || !other.length) line.append(make("span", "column", column))
    const facing = other.length === 1 && own.length === 1 ? other[0][1] : null
    const text = make("bdi")
    text.dir = "auto"
    if (facing === null) text.textContent = value
    else text.append(...marked(value, facing, mark))
    if (!value) text.append(make("span", "empty", "empty"))
    line.append(text)
    cell.append(line)
  }
  return cell
}

function marked(value, other, mark) {
  const a = Array.from(value)
  const b = Array.from(other)
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  const within = (text, at) => WORD.test(text[at - 1] ?? "") && WORD.test(text[at] ?? "")
  while (start > 0 && (within(a, start) || within(b, start))) start--
  let end = 0
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  while (end > 0 && (within(a, a.length - end) || within(b, b.length - end))) end--
  const middle = a.slice(start, a.length - end).join("")
  return [a.slice(0, start).join(""), ...(middle ? [make(mark, "", middle)] : []), a.slice(a.length - end).join("")]
}

function tell(list) {
  const boxes = [...list.root.querySelectorAll("input")]
  list.send("unwanted", { stamp: list.stamp, ids: boxes.filter((b) => !b.checked).map((b) => b.dataset.id) })
}

function make(tag, name = "", text = null) {
  const element = document.createElement(tag)
  if (name) element.className = name
  if (text !== null) element.textContent = text
  return element
}
