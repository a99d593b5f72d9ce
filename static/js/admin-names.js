// Names for what scripts draw (WCAG 2.2, 4.1.2): Django's autocomplete fields and the rich text
// editor. A screen reader would announce them as fields without a name. The sign beside the filter
// of a list of choices has a name already, which only a picture may have (WAI-ARIA 1.2, 5.2.8.6).

const FIELDS = '.select2-selection, .select2-selection__rendered, .ProseMirror'

let number = 0

const labelOf = (drawn) => {
  const select = drawn.closest('.select2-container')?.previousElementSibling
  const row = drawn.closest('.form-row, .field, td')
  const own = select && document.querySelector(`label[for="${CSS.escape(select.id)}"]`)
  return own || row?.querySelector('label, legend')
}

const name = () => {
  for (const drawn of document.querySelectorAll(FIELDS)) {
    const label = labelOf(drawn)
    if (!label || drawn.dataset.named) continue
    drawn.dataset.named = 'true'
    label.id ||= `names-field-${(number += 1)}`
    // select2 names its field by the value that is chosen.
    const value = drawn.matches('.select2-selection') ? drawn.getAttribute('aria-labelledby') : ''
    drawn.setAttribute('aria-labelledby', `${label.id} ${value ?? ''}`.trim())
  }
  for (const sign of document.querySelectorAll('.search-label-icon')) sign.setAttribute('role', 'img')
}

name()
new MutationObserver(name).observe(document.body, { childList: true, subtree: true })
