// The writing screen: what its buttons will do, how long the text is, and the keys of a person who
// writes. Without JavaScript the form works as it is: the Enter key saves, and the server counts.

const form = document.getElementById('article_form')
const byId = (id) => document.getElementById(id)

// --- Keys ---------------------------------------------------------------------------------------

const isLine = (field) =>
  field.matches('textarea[data-one-line], input:not([type=submit], [type=button], [type=file])')

// The Enter key in a field of one line neither saves nor publishes. In the headline it goes on to
// the next field, since the headline breaks into lines by itself.
form.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.isComposing || event.defaultPrevented) return
  if (!isLine(event.target)) return
  event.preventDefault()
  if (!event.target.matches('textarea')) return
  const fields = [...form.querySelectorAll('.writing-page :is(input, textarea):not([type=hidden])')]
  fields[fields.indexOf(event.target) + 1]?.focus()
})

document.addEventListener('keydown', (event) => {
  const isSave = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey
  if (!isSave || event.key.toLowerCase() !== 's') return
  event.preventDefault()
  if (form.querySelector('[type=submit]')) form.requestSubmit()
})

// A second press would be sent as well, and refused: the first one has changed the article.
let isSent = false
window.addEventListener('submit', (event) => {
  // A preview in another tab is no press.
  if (event.target !== form || event.submitter?.formTarget) return
  if (isSent) event.preventDefault()
  else isSent = !event.defaultPrevented
})
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted) isSent = false
})

// --- The words of the primary button ------------------------------------------------------------

const publisher = form.querySelector('.writing-buttons [data-words]')
const moment = form.elements.publish_at

/** Return the moment in the field as short words, or the text as it is until the server answers. */
const momentInWords = () => {
  const typed = moment?.value.trim()
  const box = moment?.closest('.moment')
  if (!typed || box.classList.contains('is-asked')) return typed
  return box.querySelector('output').dataset.short || '…'
}

const nameWhatItDoes = () => {
  const words = JSON.parse(publisher.dataset.words)
  const [atOnce, at] = words[kind?.value] ?? words['']
  const when = momentInWords()
  publisher.textContent = when ? at.replace('%s', () => when) : atOnce
}

// Who writes to readers without saying what it is writes a correction, as long as nothing else is
// chosen.
const kind = form.elements.correction_kind
form.elements.correction_text?.addEventListener('input', ({ target }) => {
  const isEmpty = !target.value.trim()
  if (isEmpty ? !kind.hasAttribute('data-is-guess') : kind.value) return
  kind.value = isEmpty ? '' : 'correction'
  kind.toggleAttribute('data-is-guess', !isEmpty)
  kind.dispatchEvent(new Event('input', { bubbles: true }))
})
kind?.addEventListener('change', () => kind.removeAttribute('data-is-guess'))

// As long as readers have all that is stored, and nothing is typed, there is nothing to publish: the
// primary button is the one that saves.
const buttons = form.querySelector('.without-news')
const NO_NEWS = [
  ...['csrfmiddlewaretoken', 'sitting', 'colleagues_seen'],
  ...['with_whom', 'due', 'move_note', 'new_note', 'handed'],
]
const content = () =>
  JSON.stringify([...new FormData(form)].filter(([name]) => !NO_NEWS.includes(name)))
const shown = buttons && content()

const choosePrimary = () => {
  const hasNews = content() !== shown
  buttons.classList.toggle('without-news', !hasNews)
  for (const button of [publisher, buttons.querySelector('[name=_save]')]) {
    const isPrimary = (button === publisher) === hasNews
    button.classList.toggle('primary', isPrimary)
    button.classList.toggle('quiet', !isPrimary)
  }
}

if (publisher) {
  const box = moment?.closest('.moment')
  moment?.addEventListener('input', () => box?.classList.add('is-asked'))
  for (const event of ['input', 'change']) {
    form.addEventListener(event, nameWhatItDoes)
    if (buttons) form.addEventListener(event, choosePrimary)
  }
  const answered = () => {
    box.classList.remove('is-asked')
    // The answer is written into both fields, one after the other.
    queueMicrotask(nameWhatItDoes)
  }
  const output = box?.querySelector('output')
  if (output) new MutationObserver(answered).observe(output, { childList: true })
  nameWhatItDoes()
}

// --- The preview --------------------------------------------------------------------------------

// Its module comes at the first press. If it does not come, the button opens a tab, as it does
// without JavaScript.
const previewOpener = byId('preview-open')
previewOpener?.addEventListener('click', async (event) => {
  event.preventDefault()
  try {
    const { open } = await import(previewOpener.dataset.module)
    open()
  } catch {
    form.requestSubmit(previewOpener)
  }
})

// --- With whom it is ----------------------------------------------------------------------------

// Its module comes when a person goes there. Until it has, and if it does not come, the buttons send
// the form, as they do without JavaScript.
const together = byId('fold-together')
const goTogether = () => import(together.dataset.module).catch(() => {})
for (const event of ['focusin', 'pointerover']) {
  together?.addEventListener(event, goTogether, { once: true })
}

// --- The language of the words ------------------------------------------------------------------

form.elements.language?.addEventListener('change', ({ target }) => {
  for (const field of form.querySelectorAll(':is(input, textarea)[lang]')) field.lang = target.value
})

// --- What would stop a press --------------------------------------------------------------------

const checks = byId('fold-checks')
const worth = byId('fold-worth')
const CHECK_AFTER = 1000 // milliseconds
let checking // the request under way
let unchecked

// Without JavaScript nothing is mended by a button.
const offerMends = (fold) => {
  for (const button of fold.querySelectorAll('[data-mend]')) button.hidden = false
}

/** Show what `fresh` holds in `fold`; whether it is open stays as it is. */
const refresh = (fold, fresh) => {
  offerMends(fresh)
  if (fresh.innerHTML === fold.innerHTML) return
  const [head, ...rest] = fresh.children
  const [ownHead, ...old] = fold.children
  ownHead.replaceChildren(...head.childNodes)
  for (const each of old) each.remove()
  fold.append(...rest)
  fold.hidden = fresh.hidden
}

const check = async () => {
  checking?.abort()
  checking = new AbortController()
  const body = new FormData(form)
  for (const [name, value] of [...body]) if (value instanceof File) body.delete(name)
  try {
    const { signal } = checking
    const answer = await fetch(checks.dataset.address, { method: 'POST', body, signal })
    // A login page is no answer: the session may have ended.
    if (!answer.ok || answer.redirected) return
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    for (const fold of [checks, worth]) refresh(fold, page.getElementById(fold.id))
  } catch {
    // The server does not answer, or the text has changed again: the next pause asks anew.
  }
}

/** Select the words that a link is about; or mend them, where a button asks for it. */
const toWords = async (link, mended) => {
  const { select, mend } = await import(worth.dataset.module)
  const field = byId(decodeURIComponent(link.hash.slice(1)))
  const { quoted, occurrences } = link.dataset
  const places = occurrences.split(',').map(Number)
  if (mended === undefined) select(field, quoted, places[0])
  else mend(field, quoted, places, mended)
}

if (checks) {
  offerMends(worth)
  worth.addEventListener('click', ({ target }) => {
    const button = target.closest('[data-mend]')
    if (button) toWords(button.parentElement.querySelector('a'), button.dataset.mend)
  })
  form.addEventListener('input', () => {
    clearTimeout(unchecked)
    unchecked = setTimeout(check, CHECK_AFTER)
  })
}

// --- Lengths ------------------------------------------------------------------------------------

const counts = form.querySelector('.writing-counts')

// The rules of `articles/text/markup.py` and `articles/text/reading.py`.
const BLOCK_END = /<\/(?:p|h2|h3|li|blockquote|figcaption|td|th)>|<[bh]r>/g
const TAG = /<(?:[^<>"]|"[^"]*")*>/g
const WORD = /[\p{L}\p{N}_](?:[\p{L}\p{N}_’'.,-]*[\p{L}\p{N}_])?/gu
const UNSPACED = counts && new RegExp(`[${counts.dataset.unspaced}]`, 'gu')

const plainText = (html) => {
  const area = document.createElement('textarea')
  area.innerHTML = html.replace(BLOCK_END, '\n').replace(TAG, '')
  return area.value
}

// As Python rounds: a half goes to the even number.
const rounded = (number) => {
  const near = Math.round(number)
  return number % 1 === 0.5 && near % 2 ? near - 1 : near
}

const count = () => {
  const body = byId(counts.dataset.of)
  if (!body) return
  const text = plainText(body.value)
  const unspaced = text.match(UNSPACED)?.length ?? 0
  const words = (text.replace(UNSPACED, ' ').match(WORD)?.length ?? 0) + Math.ceil(unspaced / 2)
  const found = {
    words,
    characters: [...text.replaceAll('\n', '')].length,
    minutes: Math.max(1, rounded(words / counts.dataset.perMinute)),
  }
  for (const [name, number] of Object.entries(found)) {
    counts.querySelector(`[data-count=${name}]`).textContent = number
  }
}

// One count for each pause in typing: a long text takes some milliseconds.
let waiting
if (counts) {
  form.addEventListener('input', ({ target }) => {
    if (target.id !== counts.dataset.of) return
    clearTimeout(waiting)
    waiting = setTimeout(count, 200)
  })
}

for (const shown of form.querySelectorAll('.field-count')) {
  const field = byId(shown.dataset.for)
  if (!field) continue
  const show = () => {
    const length = [...field.value].length
    shown.hidden = length < 0.7 * shown.dataset.limit
    shown.classList.toggle('is-over', length > shown.dataset.limit)
    shown.textContent = `${length} / ${shown.dataset.limit}`
  }
  field.addEventListener('input', show)
  show()
}

// --- Fields that grow with their text, in browsers that cannot do it by style alone -------------

if (!CSS.supports('field-sizing', 'content')) {
  const grow = (area) => {
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight}px`
  }
  const areas = '.writing-page .field:not(.field-body) textarea, .writing-rail textarea'
  for (const area of form.querySelectorAll(areas)) grow(area)
  form.addEventListener('input', ({ target }) => {
    if (target.matches(areas)) grow(target)
  })
}

// --- Ways to a field ----------------------------------------------------------------------------

const sheet = byId('writing-sheet')

/** Show what holds `place`, a field or its frame, and put the cursor into the field. */
const goTo = (place) => {
  for (let fold = place.closest('details'); fold; fold = fold.parentElement.closest('details')) {
    fold.open = true
  }
  const isHidden = sheet?.contains(place) && sheet.popover && !sheet.checkVisibility()
  if (isHidden) sheet.showPopover()
  const isField = place.matches('input, select, textarea')
  const frame = isField ? place.closest('.field') ?? place.parentElement : place
  const fields = [...frame.querySelectorAll('.ProseMirror, input, select, textarea, button')]
  const field = [isField ? place : null, ...fields].find((each) => each?.checkVisibility())
  frame.scrollIntoView({ block: 'center' })
  field?.focus({ preventScroll: true })
}

form.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]')
  const place = link && byId(decodeURIComponent(link.hash.slice(1)))
  if (!place) return
  event.preventDefault()
  goTo(place)
  if (link.dataset.quoted) toWords(link)
})

// The editor draws the body after this script, so its turn comes later.
const wrong = form.querySelector('.has-error')
if (wrong) requestAnimationFrame(() => setTimeout(() => goTo(wrong)))

// --- The folds, and the place on the page after a save --------------------------------

// What a person has opened or closed stays so on the next article too, in this window.
const kept = (key) => {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? {}
  } catch {
    return {}
  }
}
const keep = (key, value) => {
  try {
    sessionStorage.setItem(key, JSON.stringify(value))
  } catch {
    // A browser may refuse to keep anything: then the page begins at its top.
  }
}

const folds = kept('writing-folds')
for (const fold of form.querySelectorAll('.fold[id]')) {
  if (fold.id in folds && !fold.querySelector('.has-error')) fold.open = folds[fold.id]
  fold.querySelector('summary').addEventListener('click', () => {
    keep('writing-folds', { ...kept('writing-folds'), [fold.id]: !fold.open })
  })
}

window.addEventListener('submit', (event) => {
  if (event.target !== form || event.defaultPrevented) return
  keep('writing-place', { y: window.scrollY, rail: sheet?.scrollTop ?? 0, at: Date.now() })
})
const place = kept('writing-place')
keep('writing-place', {})
if (!wrong && place.at > Date.now() - 60_000) {
  requestAnimationFrame(() => {
    window.scrollTo(0, place.y)
    if (sheet) sheet.scrollTop = place.rail
  })
}
