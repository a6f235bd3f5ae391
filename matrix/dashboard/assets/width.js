// Reports how wide the page's column is, in steps, when that has changed and settled.

/** @import { Component } from "./dom.js" */

const SETTLED = 150 // milliseconds without a change

/**
 * A width in whole steps.
 * @param {number} wide in pixels
 * @param {number} step in pixels
 */
export const inSteps = (wide, step) => Math.floor(wide / step) * step

/** @param {Component<{ width: number, step: number }>} component */
export default function ({ data, parentElement, setStateValue }) {
  const box = parentElement instanceof ShadowRoot ? parentElement.host : parentElement
  let timer = 0
  const report = () => {
    const wide = box.getBoundingClientRect().width
    const width = inSteps(wide, data.step)
    if (wide > 0 && width !== data.width) setStateValue("width", width)
  }
  const watch = new ResizeObserver(() => {
    clearTimeout(timer)
    timer = window.setTimeout(report, SETTLED)
  })
  watch.observe(box)
  return () => {
    clearTimeout(timer)
    watch.disconnect()
  }
}
