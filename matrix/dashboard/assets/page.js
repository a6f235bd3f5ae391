// The script of every page: which steps Back takes, copying a citation, showing what was asked for, Ctrl+Z.

import { copyOnClick } from "./copying.js"
import { keepSteps } from "./history.js"
import { closeOnEscape, jumpOnClick, showWhatOpens } from "./showing.js"
import { closeMenus, printOnClick, undoByKey } from "./tools.js"

// Streamlit may run it again in the same document.
if (!document.documentElement.dataset.policyMatrix) {
  document.documentElement.dataset.policyMatrix = "runs"
  keepSteps()
  copyOnClick()
  jumpOnClick()
  closeOnEscape()
  showWhatOpens()
  closeMenus()
  printOnClick()
  undoByKey()
}
