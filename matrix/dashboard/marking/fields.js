// The parts that the form beside marked words is made of: a field with its label and message, a button, a list, a line.

import { make } from "../assets/dom.js"

/** @param {string} name @param {string} label @param {HTMLElement} input */
export function field(name, label, input) {
  const box = make("div", `field ${name}`)
  const head = make("label", "", label)
  input.id = `marking-${name}`
  head.htmlFor = input.id
  const wrong = make("p", "wrong")
  wrong.id = `marking-${name}-wrong`
  wrong.setAttribute("role", "alert")
  wrong.hidden = true
  input.setAttribute("aria-describedby", wrong.id)
  box.append(head, input, wrong)
  return box
}

/** @param {string} words @param {string} name @param {() => void} act */
export function button(words, name, act) {
  const made = make("button", name, words)
  made.type = "button"
  made.addEventListener("click", act)
  return made
}

/** @param {string} value @param {[string, string][]} options @param {string} [first] what stands for none */
export function choice(value, options, first = "Not said") {
  const list = make("select")
  for (const [id, words] of [["", first], ...options]) {
    const option = make("option", "", words)
    option.value = id
    list.append(option)
  }
  list.value = value
  return list
}

/** @param {number} most @param {string} [hint] */
export function line(most, hint = "") {
  const input = make("input")
  input.type = "text"
  input.maxLength = most
  input.placeholder = hint
  input.autocomplete = "off"
  return input
}
