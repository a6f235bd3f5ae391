// Which changes of the address are steps that Back takes; what to do when Back has been taken. No DOM.

/** @typedef {Pick<URL, "pathname" | "search">} Place */

export const LEAVING = "policy-matrix-leaving" // the event that a click asked for another page

const DETAILS = ["proposal-open", "actor-open"]
const OPEN = ["cell", "statement", "view", "time"] // what is open beside a page, and which of its views is

/** @param {Place} place @param {string} name */
const param = (place, name) => new URLSearchParams(place.search).get(name)

/** @param {Place} place */
const detail = (place) => DETAILS.map((name) => param(place, name)).find(Boolean)

/**
 * What becomes of an address that Streamlit wants to add to the history. Only another page or view, another open cell
 * or statement, or another proposal or actor is a step of its own: a changed filter replaces the entry, so that Back
 * leaves.
 * @param {Place} from
 * @param {Place} to
 * @param {boolean} leaving on its way to another page Streamlit writes that one's parameters here first: Back must
 *   find this one as it was
 * @param {boolean} arrived nobody has done anything here since the address was opened, or Back led to it: the page
 *   writes it anew in its own form, such as without a view that is the default or that there is not
 * @returns {"ignore" | "replace" | "push"}
 */
export function step(from, to, leaving, arrived) {
  const here = to.pathname === from.pathname
  if (leaving && here) return "ignore"
  if (arrived && here) return "replace"
  // A page that only now says which row it shows is no step.
  const same = !detail(from) || detail(to) === detail(from)
  const open = OPEN.every((name) => param(to, name) === param(from, name))
  return here && open && same ? "replace" : "push"
}

/** What an address asks for, whatever the order. @param {Place} place */
const asked = (place) => [...new URLSearchParams(place.search)].map(String).sort().join("&")

/**
 * The address that a visit began with, where the page has written it anew - as a step - before our script ran.
 * @param {Place} loaded the address that the document was loaded from
 * @param {Place} now
 * @returns {string | null}
 */
export function completed(loaded, now) {
  const stood = loaded.pathname === now.pathname && asked(loaded) !== asked(now)
  return stood ? loaded.pathname + loaded.search : null
}

/**
 * What to do after a step back or forth: nobody means to go to an address that was still to be completed, so that one
 * is passed over. An address without `v` is whole where it has no parameters at all, unless it was seen to be completed.
 * On the way to another page Streamlit drops the parameters; which proposal or actor it showed is known only from
 * them, so that page is loaded anew.
 * @param {Place} at
 * @param {string} path the page shown so far
 * @param {string | null} first see `completed`
 * @returns {"pass over" | "reload" | "nothing"}
 */
export function afterStep(at, path, first) {
  const bare = at.pathname + at.search === first || (!param(at, "v") && at.search.length > 1)
  if (path === at.pathname) return bare ? "pass over" : "nothing"
  return detail(at) ? "reload" : "nothing"
}
