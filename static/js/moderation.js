// The moderators' queue without page reloads, and its keyboard shortcuts. Each decision is a form of
// the page. It is sent in the background, while the next comment, which was prefetched, is already
// shown. Without JavaScript the same forms and links work, with a page load each.

const root = document.getElementById("moderation");
const currentComment = document.getElementById("at-hand");
const outcome = document.getElementById("outcome");
const dialog = document.getElementById("keys");
const keysOn = document.getElementById("keys-on");
const KEYS_OFF = "newsroom.moderation.keys-off";

const fetched = (url, options) =>
  fetch(url, { ...options, headers: { "X-Requested-With": "fetch" } });

// --- One comment after another -------------------------------------------------------------------

// The next comment, fetched beforehand: its address (`url`), and a promise of its page (`page`).
let prefetched = {};
// Decisions are sent to the server one by one, in the order in which they were made.
let pendingSends = Promise.resolve();

async function read(url) {
  const response = await fetched(url);
  if (!response.ok || new URL(response.url).pathname.includes("/login/")) {
    throw new Error(response.statusText);
  }
  return { url: response.url, html: await response.text() };
}

function prefetchNext() {
  const next = currentComment.querySelector("a[rel=next]");
  prefetched = next ? { url: next.href, page: read(next.href) } : {};
  // `show` handles an error later, when it awaits the page. This handler only prevents a report
  // of an unhandled rejection.
  prefetched.page?.catch(() => {});
}

async function show(url, { isBack = false } = {}) {
  currentComment.setAttribute("aria-busy", "true");
  try {
    const page = await (prefetched.url === url ? prefetched.page : read(url));
    currentComment.innerHTML = page.html;
    if (!isBack) history.pushState(null, "", page.url);
    scrollTo(0, 0);
    currentComment.querySelector("h2")?.focus({ preventScroll: true });
    prefetchNext();
  } catch {
    location.assign(url);
  } finally {
    currentComment.removeAttribute("aria-busy");
  }
}

function mayLeave() {
  const typed = [...currentComment.querySelectorAll(".write textarea")];
  const isTyped = typed.some((field) => field.value !== field.defaultValue);
  return !isTyped || confirm(root.dataset.leave);
}

// --- Decisions -----------------------------------------------------------------------------------

function showMessage(words, url) {
  const link = Object.assign(document.createElement("a"), { href: url });
  link.textContent = root.dataset.back;
  const line = Object.assign(document.createElement("p"), { className: "overtaken" });
  line.append(words, " ", link);
  outcome.replaceChildren(line);
}

// A form with a decision that may not have arrived, and with the note that was typed for it. Sent
// twice, a decision is stored once.
function formAgain(url, body) {
  const form = Object.assign(document.createElement("form"), { method: "post", action: url });
  form.className = "again";
  for (const [name, value] of body) {
    const type = name === "note" && value ? "text" : "hidden";
    form.append(Object.assign(document.createElement("input"), { type, name, value }));
  }
  form.elements.note.setAttribute("aria-label", root.dataset.note);
  const button = Object.assign(document.createElement("button"), { className: "button" });
  button.textContent = root.dataset.again;
  form.append(button);
  return form;
}

// Send a form; return true if the server has stored the decision.
async function send(url, body, here) {
  let response;
  try {
    response = await fetched(url, { method: "POST", body });
  } catch {
    response = { ok: false };
  }
  // 409: somebody else was first, and the answer says who. A redirect leads to the login page.
  if (response.redirected || (!response.ok && response.status !== 409)) {
    showMessage(root.dataset.failed, here);
    if (body.has("note")) outcome.firstChild.after(formAgain(url, body));
    return false;
  }
  outcome.innerHTML = await response.text();
  return response.ok;
}

function enqueue(work) {
  pendingSends = pendingSends.then(work);
  return pendingSends;
}

async function decide(form, button) {
  const body = new FormData(form, button);
  const here = location.href;
  const next = currentComment.querySelector("a[rel=next]")?.href;
  const sent = enqueue(() => send(form.action, body, here));
  if (next) {
    await show(next);
    await sent;
    showWaiting();
  } else if (await sent) {
    // The last comment was decided: go back to the start of the queue, for the comments that the
    // moderator has skipped. Wait for the decision first, or the queue would show this one again.
    await show(new URL(form.dataset.queue, location).href);
  }
}

// Correct the number of waiting comments: the prefetched page still counted the decided one.
function showWaiting() {
  const waiting = outcome.querySelector("[data-waiting]");
  const shown = currentComment.querySelector(".queue-steps strong");
  if (waiting && shown) shown.textContent = waiting.textContent;
}

async function undo(form) {
  const body = new FormData(form);
  const here = location.href;
  if (await enqueue(() => send(form.action, body, here))) {
    prefetched = {};
    await show(outcome.querySelector("[data-go]").href);
  }
}

root.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(".decide, .undo")) return;
  event.preventDefault();
  if (currentComment.hasAttribute("aria-busy") || !mayLeave()) return;
  if (form.matches(".undo")) undo(form);
  else decide(form, event.submitter);
});

root.addEventListener("click", (event) => {
  const step = event.target.closest("a[rel=next], a[rel=prev]");
  const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!step || !isPlain) return;
  event.preventDefault();
  if (mayLeave()) show(step.href);
});

addEventListener("popstate", () => show(location.href, { isBack: true }));

// --- Keys (WCAG 2.1.4: they can be turned off, and never act in a field) -------------------------

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");

function expandedReasons() {
  return currentComment.querySelector(".reject[open]");
}

function activateShortcut(key) {
  const control = root.querySelector(`[data-key="${key}"]`);
  control?.click();
  if (key === "r") expandedReasons()?.querySelector("button").focus();
  return Boolean(control);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (!keysOn.checked || dialog.open || isTyping(event.target)) return;
  if (event.key === "Escape" && expandedReasons()) {
    expandedReasons().open = false;
    currentComment.querySelector(".reject summary").focus();
    return;
  }
  // `code` is the place of the key: on French keyboards, digits need Shift.
  const digit = expandedReasons() && /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  const reason = digit && currentComment.querySelector(`[data-digit="${digit}"]`);
  if (reason) {
    event.preventDefault();
    reason.click();
  } else if ("jkarsu?".includes(event.key) && activateShortcut(event.key)) {
    event.preventDefault();
  }
});

root.querySelector('[data-key="?"]').hidden = false;
root.querySelector('[data-key="?"]').addEventListener("click", () => dialog.showModal());

function showKeys() {
  root.classList.toggle("has-keys", keysOn.checked);
}

keysOn.checked = localStorage.getItem(KEYS_OFF) === null;
keysOn.addEventListener("change", () => {
  if (keysOn.checked) localStorage.removeItem(KEYS_OFF);
  else localStorage.setItem(KEYS_OFF, "yes");
  showKeys();
});
showKeys();
prefetchNext();
