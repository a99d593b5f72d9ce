// The moderators' queue without page reloads, and its keyboard shortcuts. Each decision is a form of
// the page. It is sent in the background, while the next comment, which was prefetched, is already
// shown. Without JavaScript the same forms and links work, with a page load each.

const root = document.getElementById("moderation");
const currentComment = document.getElementById("at-hand");
const outcome = document.getElementById("outcome");
const dialog = document.getElementById("keys");
const keysOn = document.getElementById("keys-on");
const KEYS_OFF = "newsroom.moderation.keys-off";
// Milliseconds after which a server that does not answer has failed.
const PATIENCE = 20000;

// --- Requests ------------------------------------------------------------------------------------

// The session has ended, so the server asks for a password.
class SignedOut extends Error {}
// The server refuses the form (403): its token is older than the session, or the right is lost.
class Forbidden extends Error {}

// After one of these errors, the tokens of all forms in view may be outdated.
let isTokenOld = false;

async function fetched(url, options) {
  const response = await fetch(url, {
    ...options,
    headers: { "X-Requested-With": "fetch" },
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.redirected && new URL(response.url).pathname === root.dataset.login) {
    isTokenOld = true;
    throw new SignedOut();
  }
  if (response.status === 403) {
    isTokenOld = true;
    throw new Forbidden();
  }
  // Somebody else has answered in the place of the queue: a proxy, say, that asks for a password.
  if (!response.headers.has("X-Answer-To")) throw new Error(response.statusText);
  return response;
}

const TOKEN = "[name=csrfmiddlewaretoken]";

async function read(url) {
  const response = await fetched(url);
  if (!response.ok) throw new Error(response.statusText);
  return { url: response.url, html: await response.text() };
}

// Write a valid token into the first form in view, from which `post` takes it: that of the comment's
// page, read anew. Throw SignedOut if there is no session.
async function renewToken(url) {
  const page = document.createElement("template");
  page.innerHTML = (await read(url.replace(/\w+\/(?=$|\?)/, "moderate/"))).html;
  root.querySelector(TOKEN).value = page.content.querySelector(TOKEN)?.value;
  isTokenOld = false;
  prefetchNext();
}

// Send a form and return the answer. Errors are thrown: those above, or that of `fetch`.
async function post(url, body) {
  if (isTokenOld) await renewToken(url);
  const { name, value } = root.querySelector(TOKEN);
  body.set(name, value);
  let response;
  try {
    response = await fetched(url, { method: "POST", body, keepalive: true });
  } catch (error) {
    // A session has begun in another tab, or none is left.
    if (error instanceof Forbidden) await renewToken(url);
    throw error;
  }
  const html = await response.text();
  // 409 and 422: the answer says who was first, or what is wrong with the text.
  if (!response.ok && ![409, 422].includes(response.status)) throw new Error(response.statusText);
  return { isDone: response.ok, html };
}

// --- What is said about them ---------------------------------------------------------------------

function link(words, href) {
  const element = document.createElement("a");
  element.append(words);
  element.href = href;
  return element;
}

// Show the reason for which something failed: `words`, unless `error` gives the reason. `back` leads
// to the comment concerned, and `again` is a form to send again, kept until it has arrived.
function showProblem(words, { error, about = "", back, again }) {
  const problem = document.createElement("div");
  const line = document.createElement("p");
  problem.className = "problem";
  line.className = "overtaken";
  if (about) {
    const concerned = document.createElement("strong");
    concerned.append(about);
    line.append(concerned, " ");
  }
  if (error instanceof SignedOut) {
    const signIn = link(root.dataset.signIn, `${root.dataset.login}?next=${root.dataset.desk}`);
    signIn.target = "_blank";
    line.append(root.dataset.signedOut, " ", signIn);
  } else {
    line.append(error instanceof Forbidden ? root.dataset.forbidden : words);
  }
  if (back) line.append(" ", link(root.dataset.back, back));
  problem.append(line);
  if (again) problem.append(again);
  clearProblems();
  outcome.prepend(problem);
  problem.scrollIntoView({ block: "nearest" });
}

// Remove the problems that are over, but none with a form that is still to be sent.
function clearProblems() {
  for (const problem of outcome.querySelectorAll(".problem:not(:has(form))")) problem.remove();
}

function showOutcome(html) {
  const unsent = outcome.querySelectorAll(".problem:has(form)");
  outcome.innerHTML = html;
  outcome.prepend(...unsent);
}

// A form with a decision that may not have arrived, with its reason and the note that was typed for
// it. Sent twice, a decision is stored once.
function formAgain(url, body) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  form.className = "again";
  body.delete(root.querySelector(TOKEN).name);
  for (const [name, value] of body) {
    const type = name === "note" && value ? "text" : "hidden";
    form.append(Object.assign(document.createElement("input"), { type, name, value }));
  }
  form.elements.note.setAttribute("aria-label", root.dataset.note);
  const button = document.createElement("button");
  button.className = "button";
  button.append(root.dataset.again);
  form.append(button);
  return form;
}

// --- What is typed -------------------------------------------------------------------------------

// For each comment by its key, the values of the fields in which something is typed and not sent.
// They come back with the comment.
const drafts = new Map();

const shownKey = () => currentComment.querySelector("[data-comment]")?.dataset.comment;
const formsInView = () => [...currentComment.querySelectorAll("form[id]")];

function isTyped(form) {
  const fields = [...form.querySelectorAll("textarea, input[type=text]")];
  const hasTyped = fields.some((field) => field.value !== field.defaultValue);
  return hasTyped || form.hasAttribute("data-typed");
}

// An edit keeps the time at which its editor saw the text, so that it never overwrites a later one.
function valuesOf(form) {
  return [...form.elements]
    .filter((field) => field.name && field.type !== "submit" && !field.matches(TOKEN))
    .filter((field) => field.type !== "hidden" || form.id === "edit-form")
    .map(({ name, value }) => [name, value]);
}

function remember({ except } = {}) {
  const typed = formsInView().filter((form) => form !== except && isTyped(form));
  if (typed.length) drafts.set(shownKey(), new Map(typed.map((form) => [form.id, valuesOf(form)])));
  else drafts.delete(shownKey());
}

function recall() {
  const draft = drafts.get(shownKey());
  for (const form of draft ? formsInView() : []) {
    for (const [name, value] of draft.get(form.id) ?? []) {
      if (form.elements[name]) form.elements[name].value = value;
    }
    if (draft.has(form.id) && form.closest("details")) form.closest("details").open = true;
  }
  drafts.delete(shownKey());
}

function mayLeave() {
  const typed = formsInView().filter((form) => form.closest(".write") && isTyped(form));
  if (typed.length && !confirm(root.dataset.leave)) return false;
  for (const form of typed) {
    form.reset();
    form.removeAttribute("data-typed");
  }
  return true;
}

addEventListener("beforeunload", (event) => {
  if (drafts.size || formsInView().some(isTyped) || outcome.querySelector(".problem form")) {
    event.preventDefault();
  }
});

// --- One comment after another -------------------------------------------------------------------

// The next comment, fetched beforehand: its address (`url`), and a promise of its page (`page`).
let prefetched = {};
// Requests are sent to the server one by one, in the order in which they were made.
let pendingSends = Promise.resolve();

const isBusy = () => currentComment.hasAttribute("aria-busy");

// Say whether a form may be used. The second half of a double click, or of a key pressed twice, was
// meant for the comment before: a form takes none while its animation `arrive` of queue.css runs.
// (In a hidden tab the animation waits until the tab is shown.)
function isReady(control) {
  const form = control.closest(".decide, .undo, .again, .write");
  return !isBusy() && !form?.getAnimations().length;
}

function prefetchNext() {
  const next = currentComment.querySelector("a[rel=next]");
  prefetched = next ? { url: next.href, page: read(next.href) } : {};
  // `swapTo` handles an error later, when it awaits the page. This handler only prevents a report
  // of an unhandled rejection.
  prefetched.page?.catch(() => {});
}

function put(html) {
  currentComment.innerHTML = html;
  recall();
  prefetchNext();
}

// Block further acts while `work` runs.
async function whileBusy(work) {
  currentComment.setAttribute("aria-busy", "true");
  try {
    return await work();
  } finally {
    currentComment.removeAttribute("aria-busy");
  }
}

// Show the comment at `url`; return the error if it cannot be read. Then the page stays as it is.
async function swapTo(url, { isBack = false, except } = {}) {
  let page;
  try {
    page = await (prefetched.url === url ? prefetched.page : read(url));
  } catch (error) {
    if (prefetched.url === url) prefetched = {};
    return error;
  }
  clearProblems();
  remember({ except });
  put(page.html);
  if (!isBack) history.pushState(null, "", page.url);
  scrollTo(0, 0);
  currentComment.querySelector("h2")?.focus({ preventScroll: true });
  return null;
}

async function show(url, options) {
  const error = await whileBusy(() => swapTo(url, options));
  if (error) showProblem(root.dataset.unread, { error, back: url });
}

// --- Decisions -----------------------------------------------------------------------------------

// Send the form once those before it have been answered; return its answer, or the error.
function send(url, body) {
  pendingSends = pendingSends.then(() => post(url, body)).catch((error) => ({ error }));
  return pendingSends;
}

// Put the note of a decision that was overtaken back into its comment.
function keepNote(key, note) {
  if (!note || key === shownKey()) return;
  const draft = drafts.get(key) ?? new Map();
  drafts.set(key, draft.set("decide-form", [["note", note]]));
}

// The line in view offers to undo the decision before the one that is being sent.
function offerUndo(isOffered) {
  for (const button of outcome.querySelectorAll(".undo button")) button.disabled = !isOffered;
}

async function decide(form, button) {
  const body = new FormData(form, button);
  const url = form.action;
  const here = location.href;
  const key = shownKey();
  const label = [...button.childNodes].filter(({ nodeName }) => nodeName !== "KBD");
  const words = label.map((node) => node.textContent.trim()).join("");
  const about = `${currentComment.querySelector("h2").textContent.trim()} – ${words}`;
  const next = currentComment.querySelector("a[rel=next]")?.href;
  offerUndo(false);
  const sent = send(url, body);
  // The last comment: go back to the start of the queue, for the comments that the moderator has
  // skipped. Wait for the decision first, or the queue would show this one again.
  const unread = await whileBusy(async () => {
    if (!next && !(await sent).isDone) return null;
    return swapTo(next ?? new URL(form.dataset.queue, location).href, { except: form });
  });
  const { error, isDone, html } = await sent;
  const isInView = currentComment.contains(form);
  if (error) {
    // In view, its own buttons send it again, with the note and all that is typed.
    offerUndo(true);
    const again = isInView ? null : formAgain(url, body);
    showProblem(root.dataset.failed, { error, about, back: isInView ? null : here, again });
    return;
  }
  showOutcome(html);
  if (!isDone) keepNote(key, body.get("note"));
  else if (isInView) form.reset();
  if (unread) showProblem(root.dataset.unread, { error: unread, back: next });
  showNumbers();
}

async function decideAgain(form) {
  const body = new FormData(form);
  const { error, isDone, html } = await whileBusy(() => send(form.action, body));
  const problem = form.closest(".problem");
  if (error) {
    showProblem(root.dataset.failed, { error, again: formAgain(form.action, body) });
    problem.remove();
    return;
  }
  problem.remove();
  showOutcome(html);
  if (!isDone) keepNote(/(\d+)\/moderate\//.exec(form.action)[1], body.get("note"));
  showNumbers();
}

// Correct the numbers of waiting comments: the prefetched page still counted the decided one.
function showNumbers() {
  for (const [correct, shown] of [
    ["[data-waiting]", ".queue-steps strong"],
    ["[data-parts]", ".queue-parts"],
  ]) {
    const from = outcome.querySelector(correct);
    const to = currentComment.querySelector(shown);
    if (from && to) to.replaceChildren(...from.childNodes);
  }
}

async function undo(form) {
  const { error, isDone, html } = await whileBusy(() => send(form.action, new FormData(form)));
  if (error) {
    showProblem(root.dataset.failed, { error });
    return;
  }
  showOutcome(html);
  if (!isDone) return;
  prefetched = {};
  await show(outcome.querySelector("[data-go]").href);
}

// Send an edit or an answer. What is typed stays in its field until the server has stored it.
async function write(form, button) {
  const body = new FormData(form, button);
  const { error, isDone, html } = await whileBusy(() => send(form.action, body));
  if (error) {
    showProblem(root.dataset.unstored, { error });
  } else if (isDone) {
    showOutcome(html);
    await show(outcome.querySelector("[data-go]").href, { except: form });
  } else {
    clearProblems();
    remember({ except: form });
    put(html);
    const errors = currentComment.querySelector(".errorlist");
    errors?.scrollIntoView({ block: "center" });
    errors?.closest("form").querySelector("textarea").focus({ preventScroll: true });
  }
}

root.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches(".decide, .undo, .again, .write form")) return;
  event.preventDefault();
  if (!isReady(form)) return;
  if (form.matches(".write form")) write(form, event.submitter);
  else if (form.matches(".again")) decideAgain(form);
  else if (!mayLeave()) return;
  else if (form.matches(".undo")) undo(form);
  else decide(form, event.submitter);
});

root.addEventListener("click", (event) => {
  const step = event.target.closest("a[href*='/moderate/']");
  const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
  if (!step || !isPlain) return;
  event.preventDefault();
  if (!isBusy() && mayLeave()) show(step.href);
});

addEventListener("popstate", () => show(location.href, { isBack: true }));

// --- Keys (WCAG 2.1.4: they can be turned off, and never act in a field) -------------------------

const LETTERS = ["j", "k", "a", "r", "s", "u", "?"];

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]");

function expandedReasons() {
  return currentComment.querySelector(".reject[open]");
}

// The letter of the key, with Shift and Caps Lock or without; on a keyboard of another script, the
// letter in its place on a Latin one.
function letterOf({ key, code }) {
  const letter = key.toLowerCase();
  if (/^[ -~]+$/.test(letter)) return letter;
  return /^Key([A-Z])$/.exec(code)?.[1].toLowerCase();
}

function activateShortcut(letter) {
  const control = root.querySelector(`[data-key="${letter}"]`);
  if (control && isReady(control)) control.click();
  if (letter === "r") expandedReasons()?.querySelector("button").focus();
  return Boolean(control);
}

document.addEventListener("keydown", (event) => {
  // A key that is held down acts once. The Enter key would press its button again and again.
  if (event.repeat && event.target.closest("button, summary")) event.preventDefault();
  const hasModifier =
    event.ctrlKey || event.metaKey || event.altKey || event.getModifierState("AltGraph");
  if (hasModifier || event.repeat || event.isComposing) return;
  if (!keysOn.checked || dialog.open || isTyping(event.target)) return;
  if (event.key === "Escape" && expandedReasons()) {
    expandedReasons().open = false;
    currentComment.querySelector(".reject summary").focus();
    return;
  }
  // `code` is the place of the key: on French keyboards, digits need Shift.
  const digit = expandedReasons() && /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  const reason = digit && currentComment.querySelector(`[data-digit="${digit}"]`);
  const letter = letterOf(event);
  if (reason) {
    event.preventDefault();
    if (isReady(reason)) reason.click();
  } else if (LETTERS.includes(letter) && activateShortcut(letter)) {
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
