// The words that a check is about: they are selected in their field or in the text, and mended. A
// mend is typed as a person would, so it is one step that can be undone.

const BLOCKS = 'p, h2, h3, li, blockquote, figcaption, td, th, div'

/** Return where `words` stand in `text` for the time after `before` times, or -1. */
const placeOf = (text, words, before) => {
  let at = text.indexOf(words)
  for (let seen = 0; seen < before && at >= 0; seen += 1) at = text.indexOf(words, at + words.length)
  return at
}

/** Return the plain text of the editor, one block to a line, and the text node of each character. */
const textOf = (root) => {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  const runs = []
  let text = ''
  let block
  while (walker.nextNode()) {
    const node = walker.currentNode
    const { parentElement: parent } = node
    // Buttons and names that the editor draws are no text.
    if (parent.closest('[contenteditable]').contentEditable === 'false') continue
    if (block && parent.closest(BLOCKS) !== block) text += '\n'
    block = parent.closest(BLOCKS)
    runs.push({ node, from: text.length })
    text += node.data
  }
  const at = (place) => {
    const run = runs.findLast(({ from }) => from <= place)
    return [run.node, place - run.from]
  }
  return { text, at }
}

const selectInEditor = (root, words, before) => {
  const { text, at } = textOf(root)
  const start = placeOf(text, words, before)
  if (start < 0) return false
  const range = document.createRange()
  range.setStart(...at(start))
  const [node, offset] = at(start + words.length - 1)
  range.setEnd(node, offset + 1)
  root.focus({ preventScroll: true })
  getSelection().removeAllRanges()
  getSelection().addRange(range)
  range.startContainer.parentElement.scrollIntoView({ block: 'center' })
  return true
}

/** Select the words of `field` that stand there after `before` others; say whether they do. */
export const select = (field, words, before) => {
  const root = field.closest('.field')?.querySelector('.ProseMirror')
  if (root) return selectInEditor(root, words, before)
  const start = placeOf(field.value, words, before)
  if (start < 0) return false
  field.focus()
  field.setSelectionRange(start, start + words.length)
  return true
}

/** Write `mended` in the place of `words`, in each of their places. */
export const mend = async (field, words, places, mended) => {
  // From the end, so that the places before stay what they are.
  for (const before of [...places].reverse()) {
    if (!select(field, words, before)) continue
    // The editor reads the selection once the browser tells of it.
    await new Promise((later) => requestAnimationFrame(() => setTimeout(later)))
    document.execCommand('insertText', false, mended)
  }
}
