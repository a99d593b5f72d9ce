// The words that a check is about: they are selected in their field or in the text, and mended. A
// mend is one step that can be undone.

/** Return where `words` stand in `text` behind `before` others, or -1. */
const placeOf = (text, words, before) => {
  let at = text.indexOf(words)
  for (let seen = 0; seen < before && at >= 0; seen += 1) at = text.indexOf(words, at + words.length)
  return at
}

/** Return the plain text of a document, one block to a line, and the position of each character. */
const textOf = (doc) => {
  const runs = []
  let text = ''
  doc.descendants((node, position) => {
    // The checks read footnotes after the text.
    if (node.type.name === 'footnote') return false
    if ((node.isTextblock && text) || node.type.name === 'hardBreak') text += '\n'
    if (!node.isText) return true
    runs.push({ position, from: text.length })
    text += node.text
    return true
  })
  const positionOf = (place) => {
    const run = runs.findLast(({ from }) => from <= place)
    return run.position + place - run.from
  }
  return { text, positionOf }
}

const editorOf = (field) => field.closest('.field')?.querySelector('.ProseMirror')?.editor

const rangeIn = (editor, words, before) => {
  const { text, positionOf } = textOf(editor.state.doc)
  const start = placeOf(text, words, before)
  if (start < 0) return null
  return { from: positionOf(start), to: positionOf(start + words.length - 1) + 1 }
}

/** Select the words of `field` that stand there behind `before` others; say whether they do. */
export const select = (field, words, before) => {
  const editor = editorOf(field)
  if (editor) {
    const range = rangeIn(editor, words, before)
    return range !== null && editor.chain().focus().setTextSelection(range).scrollIntoView().run()
  }
  const start = placeOf(field.value, words, before)
  if (start < 0) return false
  field.focus()
  field.setSelectionRange(start, start + words.length)
  return true
}

/** Write `mended` in the place of `words`, in each of their places. */
export const mend = (field, words, places, mended) => {
  const editor = editorOf(field)
  if (editor) {
    const ranges = places.map((before) => rangeIn(editor, words, before)).filter(Boolean)
    const { tr } = editor.state
    // From the end, so that the positions before stay what they are.
    for (const { from, to } of ranges.reverse()) tr.insertText(mended, from, to)
    editor.view.dispatch(tr.scrollIntoView())
    // The button that was pressed goes with the next check.
    editor.commands.focus()
    return
  }
  for (const before of [...places].reverse()) {
    // As a person types it: so the browser can undo it.
    if (select(field, words, before)) document.execCommand('insertText', false, mended)
  }
}
