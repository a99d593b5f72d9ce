// The preview beside the form of an article. The server makes the page from the values of the form,
// as it does without JavaScript for a tab, and stores nothing. The page in the frame is changed only
// where it differs, so it neither flickers nor scrolls while somebody types. `screen.js` loads this
// module at the first press of the button.

const opener = document.getElementById("preview-open");
const form = opener.form;
const url = opener.formAction;
const panel = document.getElementById("preview-template").content.firstElementChild.cloneNode(true);
// Outside the form: nothing in the panel is sent with it.
document.body.append(panel);
const room = panel.querySelector(".preview-room");
const frame = room.querySelector("iframe");
const status = panel.querySelector("[role=status]");
// Milliseconds: a pause in typing, and the time after which a server that does not answer has failed.
const PAUSE = 700;
const PATIENCE = 20000;
// In a narrower window the panel covers the page with the form.
const BESIDE = matchMedia("(min-width: 64rem)");

const chosen = (name) => panel.querySelector(`[name=preview-${name}]:checked`).value;
const choose = (name, value) => {
  panel.querySelector(`[name=preview-${name}][value="${value}"]`).checked = true;
};

// --- The page in the frame -----------------------------------------------------------------------

// Make `old`, a node of the frame, like `fresh`, a node of the new page.
function change(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  const isAlike = old.nodeType === Node.ELEMENT_NODE && old.nodeName === fresh.nodeName;
  if (!isAlike || old.childNodes.length !== fresh.childNodes.length) {
    old.replaceWith(fresh);
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) old.setAttribute(name, value);
  const pairs = [...old.childNodes].map((child, index) => [child, fresh.childNodes[index]]);
  for (const pair of pairs) change(...pair);
}

// The document in the frame once it is a preview, and not the error that a browser shows there.
function preview() {
  const shown = frame.contentDocument;
  return shown?.querySelector(".preview-bar") ? shown : null;
}

// The page that the server made last.
let html = "";

function show() {
  const shown = preview();
  if (!shown) {
    // Not before the server has answered: a frame may not show its login page, nor that it is away.
    frame.src = url;
    return;
  }
  const fresh = new DOMParser().parseFromString(html, "text/html");
  shown.title = fresh.title;
  change(shown.body, fresh.body);
}

function setTheme() {
  const shown = preview();
  if (shown) shown.documentElement.dataset.theme = chosen("theme");
}

function setWidth() {
  const width = Number(chosen("width"));
  const scale = Math.min(1, room.clientWidth / width);
  frame.style.width = `${width}px`;
  frame.style.height = `${room.clientHeight / scale}px`;
  frame.style.transform = `scale(${scale})`;
  frame.style.insetInlineStart = `${Math.max(0, (room.clientWidth - width * scale) / 2)}px`;
}

frame.addEventListener("load", () => {
  const shown = preview();
  if (!shown) {
    if (frame.src) status.textContent = panel.dataset.failed;
    return;
  }
  setTheme();
  // A link in a preview leads only to other places in it.
  shown.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    event.preventDefault();
    const target = link.getAttribute("href");
    if (target.startsWith("#")) shown.getElementById(target.slice(1))?.scrollIntoView();
  });
  shown.addEventListener("keydown", closeByKey);
  show();
});

new ResizeObserver(setWidth).observe(room);

// --- Requests ------------------------------------------------------------------------------------

// The values of the form without its files, which no preview shows.
function values() {
  const data = new FormData(form);
  for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
  return data;
}

let waiting;
let isSending = false;
let isChanged = false;
// Whether the last answer was that of a session that has ended: asked for once, not for ever.
let isSignedOut = false;

function updateSoon() {
  if (!panel.open) return;
  clearTimeout(waiting);
  waiting = setTimeout(update, PAUSE);
}

// Show what is typed now. Only one request is under way at a time.
async function update() {
  clearTimeout(waiting);
  isChanged = true;
  if (isSending) return;
  isSending = true;
  panel.setAttribute("aria-busy", "true");
  while (isChanged && panel.open) {
    isChanged = false;
    await request();
  }
  isSending = false;
  panel.removeAttribute("aria-busy");
}

async function request() {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch(url, { method: "POST", body: values(), signal });
    if (response.redirected || response.status === 403) {
      status.textContent = panel.dataset.failed;
      // `session.js` asks for the password, and says when there is a session again.
      if (!isSignedOut) document.dispatchEvent(new Event("signed-out"));
      isSignedOut = true;
      return;
    }
    if (!response.ok) throw new Error(response.statusText);
    html = await response.text();
    show();
    isSignedOut = false;
    status.textContent = "";
  } catch {
    status.textContent = panel.dataset.failed;
  }
}

document.addEventListener("session-renewed", () => {
  if (panel.open) update();
});

for (const event of ["input", "change"]) form.addEventListener(event, updateSoon);

// --- The panel -----------------------------------------------------------------------------------

export function open() {
  // On a phone the button stands in a sheet over the page.
  opener.closest("[popover]:popover-open")?.hidePopover();
  if (!panel.open) {
    if (BESIDE.matches) panel.show();
    else panel.showModal();
  }
  setWidth();
  isSignedOut = false;
  update();
}

function close() {
  panel.close();
  if (opener.checkVisibility()) opener.focus();
}

function closeByKey(event) {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  event.preventDefault();
  close();
}

// The values in a form of their own: the listeners of the form take no preview for a save.
function openTab() {
  const other = document.createElement("form");
  Object.assign(other, { method: "post", action: url, target: "_blank", hidden: true });
  for (const [name, value] of values()) {
    // A text area, since an input would drop the ends of lines.
    other.append(Object.assign(document.createElement("textarea"), { name, value }));
  }
  document.body.append(other);
  other.submit();
  other.remove();
}

choose("width", 390);
choose("theme", matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
panel.addEventListener("keydown", closeByKey);
panel.addEventListener("change", () => {
  setWidth();
  setTheme();
});
panel.querySelector("#preview-tab").addEventListener("click", openTab);
panel.querySelector("#preview-close").addEventListener("click", close);
