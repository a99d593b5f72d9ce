// The filters that Django draws in the browser, that of the sidebar and those of fields with two
// boxes, find “Règles” for “regles” too, as each search of the staff does.

const fold = (text) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replaceAll('’', "'")

const sidebar = document.getElementById('nav-filter')

const filterSidebar = () => {
  const typed = fold(sidebar.value)
  const links = [...document.querySelectorAll('#nav-sidebar th[scope=row] a')]
  const isFound = (link) => fold(link.textContent).includes(typed)
  for (const link of links) link.closest('tr').style.display = isFound(link) ? '' : 'none'
  // What is found is seen, also in a group that is folded.
  for (const group of document.querySelectorAll('#nav-sidebar details')) {
    if (typed) group.open = links.some((link) => group.contains(link) && isFound(link))
  }
  sidebar.classList.toggle('no-results', !links.some(isFound))
}

if (sidebar) {
  // On the document, after Django's own listeners on the field.
  for (const event of ['change', 'input', 'keyup']) {
    document.addEventListener(event, ({ target }) => {
      if (target === sidebar) filterSidebar()
    })
  }
  filterSidebar()
}

const boxes = window.SelectBox

if (boxes) {
  boxes.filter = (id, typed) => {
    const words = fold(typed).split(/\s+/)
    for (const choice of boxes.cache[id]) {
      const text = fold(choice.text)
      choice.displayed = words.every((word) => text.includes(word)) ? 1 : 0
    }
    boxes.redisplay(id)
  }
}
