// Ctrl+K (⌘K) and “/” open a dialog that finds anything, as the page behind its link does: it shows
// that page's results while somebody types. Arrows choose, Enter opens, Ctrl+Enter in a new tab.

// Milliseconds of a pause in typing, and those after which a server that does not answer has failed.
const PAUSE = 150
const PATIENCE = 20000
// A key of one character can be switched off (WCAG 2.2, 2.1.4).
const SLASH_OFF = 'find-slash-off'

const link = document.getElementById('find-link')
const dialog = document.getElementById('find-template').content.firstElementChild.cloneNode(true)
const field = dialog.querySelector('[role=combobox]')
const results = dialog.querySelector('#find-results')
const told = dialog.querySelector('[role=status]')
const bySlash = dialog.querySelector('.find-by-slash')
let asked, timer, chosen

document.body.append(dialog)
try {
  bySlash.checked = localStorage.getItem(SLASH_OFF) === null
} catch {
  // A browser that keeps nothing: the key is off, since nobody could switch it off for good.
}
bySlash.addEventListener('change', () => {
  try {
    if (bySlash.checked) localStorage.removeItem(SLASH_OFF)
    else localStorage.setItem(SLASH_OFF, 'yes')
  } catch {
    // Until the page is left.
  }
})

// --- What is found -------------------------------------------------------------------------------

const options = () => [...results.querySelectorAll('[role=option]')]

const choose = (option) => {
  chosen?.setAttribute('aria-selected', 'false')
  chosen = option
  if (!chosen) return field.removeAttribute('aria-activedescendant')
  chosen.setAttribute('aria-selected', 'true')
  field.setAttribute('aria-activedescendant', chosen.id)
  chosen.scrollIntoView({ block: 'nearest' })
}

const show = (html) => {
  const page = new DOMParser().parseFromString(html, 'text/html')
  const found = page.querySelector('.find-results')
  found.setAttribute('role', 'listbox')
  found.setAttribute('aria-label', dialog.ariaLabel)
  for (const group of found.querySelectorAll('section')) group.setAttribute('role', 'group')
  for (const each of found.querySelectorAll('ul, li, h2')) each.setAttribute('role', 'presentation')
  found.querySelectorAll('a').forEach((each, number) => {
    each.id = `find-option-${number}`
    each.tabIndex = -1
    each.setAttribute('role', 'option')
    each.setAttribute('aria-selected', 'false')
  })
  const isEmpty = !found.querySelector('[role=option]')
  // A list box without options is none.
  if (isEmpty) found.removeAttribute('role')
  results.replaceChildren(found)
  field.setAttribute('aria-expanded', String(!isEmpty))
  told.textContent = found.dataset.told ?? ''
  choose(field.value ? options()[0] : undefined)
}

const say = (words, ...nodes) => {
  results.replaceChildren()
  field.setAttribute('aria-expanded', 'false')
  choose()
  told.replaceChildren(words, ...nodes)
}

const ask = async () => {
  asked?.abort()
  const own = (asked = new AbortController())
  const address = new URL(field.form.action)
  address.search = new URLSearchParams({ q: field.value.trim(), part: '' })
  try {
    const signal = AbortSignal.any([own.signal, AbortSignal.timeout(PATIENCE)])
    const response = await fetch(address, { cache: 'no-store', signal })
    if (response.redirected || response.status === 403) {
      const login = document.createElement('a')
      login.href = link.href
      login.textContent = dialog.dataset.logIn
      say(`${dialog.dataset.signedOut} `, login)
    } else if (response.ok) show(await response.text())
    else say(dialog.dataset.failed)
  } catch {
    if (!own.signal.aborted) say(dialog.dataset.failed)
  }
}

field.addEventListener('input', () => {
  // What was found for other words is neither chosen nor opened.
  asked?.abort()
  choose()
  clearTimeout(timer)
  timer = setTimeout(ask, PAUSE)
})

// --- Keys ----------------------------------------------------------------------------------------

const open = () => {
  if (dialog.open || document.querySelector('dialog:modal')) return
  dialog.showModal()
  field.select()
  ask()
}

const isTyping = ({ target }) =>
  target.isContentEditable || target.matches?.('input, textarea, select')

link.addEventListener('click', (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  open()
})
dialog.querySelector('.find-close').addEventListener('click', () => dialog.close())

document.addEventListener('keydown', (event) => {
  // In a text Ctrl+K sets a link.
  if (event.defaultPrevented || event.altKey || event.isComposing) return
  const isOne = event.ctrlKey || event.metaKey
  const isAsked = isOne
    ? event.key.toLowerCase() === 'k' && !event.target.isContentEditable
    : event.key === '/' && bySlash.checked && !isTyping(event)
  if (!isAsked) return
  event.preventDefault()
  open()
})

field.addEventListener('keydown', (event) => {
  if (event.isComposing) return
  const all = options()
  const steps = { ArrowDown: 1, ArrowUp: -1 }
  if (event.key in steps && all.length) {
    event.preventDefault()
    const place = all.indexOf(chosen) + steps[event.key]
    choose(all.at(place < -1 ? -1 : place % all.length))
  } else if (event.key === 'Enter' && chosen) {
    event.preventDefault()
    if (event.ctrlKey || event.metaKey) window.open(chosen.href, '_blank', 'noopener')
    else chosen.click()
  }
})
