// Hand-over and notes act at once: only their fields are sent, and the page stays as it is. Where
// that fails for another reason than the network, the browser sends the form as it does without
// JavaScript; then the page comes back with all that was typed.

const form = document.getElementById('article_form')
const section = document.getElementById('fold-together')
const said = section?.querySelector('.together-said')

const fieldsOf = () => [...section.querySelectorAll('input, select, textarea'), form.elements.handed]

const say = (words, isError) => {
  said.textContent = words
  said.classList.toggle('errornote', isError)
}

const show = ({ words, thread, fields }, sent) => {
  const fresh = new DOMParser().parseFromString(thread, 'text/html').body.firstElementChild
  document.getElementById('together-thread').replaceWith(fresh)
  for (const name of sent) {
    const field = form.elements[name]
    if (!field) continue
    field.value = fields[name] ?? ''
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  say(words, false)
}

const SENT = {
  hand_over: ['with_whom', 'due', 'move_note', 'handed'],
  note: ['new_note'],
}

let isUnderWay = false
section?.addEventListener('click', async (event) => {
  const button = event.target.closest('button[formaction]')
  if (!button || !form || button.dataset.plain) return
  event.preventDefault()
  if (isUnderWay) return
  isUnderWay = true
  const body = new FormData()
  body.set('csrfmiddlewaretoken', form.elements.csrfmiddlewaretoken.value)
  for (const { name, value } of fieldsOf().filter((field) => field?.name)) body.set(name, value)
  try {
    const answer = await fetch(`${button.formAction}?at-once`, { method: 'POST', body })
    const isJson = answer.headers.get('Content-Type') === 'application/json'
    if (isJson && answer.ok) show(await answer.json(), SENT[button.name] ?? [])
    else if (isJson && answer.status === 422) {
      const { error, field, handed } = await answer.json()
      say(error, true)
      if (field === 'with_whom' && form.elements.handed) form.elements.handed.value = handed
      form.elements[field]?.focus()
    } else {
      // The session may have ended: the login page keeps the form.
      button.dataset.plain = 'yes'
      form.requestSubmit(button)
    }
  } catch {
    say(section.dataset.failed, true)
  } finally {
    isUnderWay = false
  }
})
