// The arrangement of the front page: the forms of the page are sent without leaving it, and articles
// are moved by a pointer or by keys, in the rail and on the page in the frame.
//
// Every change is a press of the form (`act`), which the server answers with the whole page; its rail
// takes the place of this one. So each press works without this script too.

const form = document.getElementById("arranging");
const frame = document.getElementById("arranging-frame");
const view = document.getElementById("arranging-view");
const search = document.getElementById("arranging-search");
const said = document.getElementById("arranging-said");
const { dataset } = form;

// Milliseconds between two signs that this page is open; see `AWAY_AFTER`.
const BEAT = 20000;
const PATIENCE = 20000;

// --- Presses -------------------------------------------------------------------------------------

let isBusy = false;

function say(words) {
  said.textContent = "";
  // A second time the same words are said again.
  setTimeout(() => {
    said.textContent = words;
  }, 50);
}

function isSignedOut(response, page) {
  return response.status === 403 || Boolean(page && !page.getElementById("arranging"));
}

async function answerOf(address, options) {
  const signal = AbortSignal.timeout(PATIENCE);
  const response = await fetch(address, { cache: "no-store", ...options, signal });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (!response.ok && response.status !== 403) throw new Error(`Status ${response.status}`);
  return { response, page };
}

// Send a press, again once there is a session; return whether the page shows its answer.
async function send(address, options, focus) {
  if (isBusy) return false;
  isBusy = true;
  form.setAttribute("aria-busy", "true");
  try {
    const { response, page } = await answerOf(address, options());
    if (isSignedOut(response, page)) {
      document.addEventListener("session-renewed", () => send(address, options, focus), {
        once: true,
      });
      document.dispatchEvent(new Event("signed-out"));
      return false;
    }
    history.replaceState(null, "", response.url);
    show(page, focus);
    return true;
  } catch {
    showMessage(dataset.failed);
    return false;
  } finally {
    isBusy = false;
    form.removeAttribute("aria-busy");
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const { submitter } = event;
  const value = submitter?.value;
  if (!value) return;
  // The token may be another one when it is sent again.
  const fields = () => {
    const body = new FormData(form);
    body.set("act", value);
    return { method: "POST", body };
  };
  send(form.action, fields, value);
});

for (const asked of [view, search]) {
  asked.addEventListener("submit", (event) => {
    event.preventDefault();
    const query = new URLSearchParams(new FormData(asked));
    send(`${location.pathname}?${query}`, () => ({}), `#${asked.id}`);
  });
}

// Press what no button of the page says. The button stays until the answer comes: what is pressed may
// wait for a password.
function press(act) {
  const button = document.createElement("button");
  button.name = "act";
  button.value = act;
  button.hidden = true;
  form.append(button);
  form.requestSubmit(button);
}

// --- The answer ----------------------------------------------------------------------------------

function showMessage(words) {
  const list = messages();
  const item = document.createElement("li");
  item.className = "error";
  item.textContent = words;
  list.replaceChildren(item);
  say(words);
}

function messages() {
  let list = document.querySelector("ul.messagelist");
  if (!list) {
    list = document.createElement("ul");
    list.className = "messagelist";
    document.querySelector(".arrange").before(list);
  }
  return list;
}

function typedEnds() {
  const fields = [...form.querySelectorAll(".moment-text")];
  return fields.filter((field) => field.value !== field.defaultValue);
}

function show(page, focus) {
  const answer = page.getElementById("arranging");
  const typed = typedEnds().map(({ id, value }) => [id, value]);
  const open = [...form.querySelectorAll("details[open]")].map(nameOf);
  form.dataset.stamp = answer.dataset.stamp;
  form.replaceChildren(...answer.childNodes);
  for (const name of open) {
    const found = [...form.querySelectorAll("details")].find((one) => nameOf(one) === name);
    if (found) found.open = true;
  }
  for (const [id, value] of typed) {
    const field = document.getElementById(id);
    // What was just sent is there already.
    if (field && focus !== `until:${id.slice(6)}`) field.value = value;
  }
  form.dispatchEvent(new Event("fields-added", { bubbles: true }));
  for (const one of [view, search]) {
    const fresh = page.getElementById(one.id);
    const field = one.querySelector(".moment-text");
    if (field && document.activeElement === field && !focus) continue;
    one.replaceChildren(...fresh.childNodes);
    one.dispatchEvent(new Event("fields-added", { bubbles: true }));
  }
  const list = page.querySelector("ul.messagelist");
  if (list || document.querySelector("ul.messagelist")) {
    messages().replaceChildren(...(list ? list.childNodes : []));
    if (list) say(messages().textContent.trim());
  }
  showFrame(page.getElementById("arranging-frame"));
  restoreFocus(focus);
}

// What a part that can be unfolded is called, whatever its contents.
function nameOf(details) {
  const row = details.closest("[data-article]");
  if (row && details.className === "arrange-until") return `until ${row.dataset.article}`;
  const section = details.closest("section");
  return `${section?.getAttribute("aria-labelledby")} ${details.querySelector("time")?.dateTime || [...section.querySelectorAll(":scope > details")].indexOf(details)}`;
}

function restoreFocus(focus) {
  if (!focus) return;
  if (focus.startsWith("#")) {
    const field = focus === "#arranging-search" ? "#arrange-q" : `${focus} .moment-text`;
    document.querySelector(field)?.focus();
    return;
  }
  const same = form.querySelector(`button[value="${CSS.escape(focus)}"]:not(:disabled)`);
  const row = rowOf(focus.split(":")[1]);
  const next = same || row?.querySelector("button:not(:disabled)");
  (next || form.querySelector(".arrange-press button:not(:disabled), button:not(:disabled)"))?.focus();
  if (row) choose(row.dataset.article, false);
}

function rowOf(article) {
  return article ? form.querySelector(`[data-article="${CSS.escape(article)}"]`) : null;
}

// --- The page in the frame -----------------------------------------------------------------------

let scrolled = 0;

function showFrame(fresh) {
  frame.title = fresh.title;
  const page = frame.contentDocument;
  scrolled = page?.scrollingElement?.scrollTop || 0;
  frame.contentWindow.location.replace(fresh.getAttribute("src"));
}

function enhanceFrame() {
  const page = frame.contentDocument;
  if (!page?.querySelector("main") || page.body.dataset.enhanced) return;
  page.body.dataset.enhanced = "true";
  const rows = new Map(
    [...form.querySelectorAll("[data-url]")].map((row) => [row.dataset.url, row]),
  );
  for (const teaser of page.querySelectorAll(".teaser")) {
    const link = teaser.querySelector(".teaser-headline a");
    const row = rows.get(link?.pathname) || rows.get(link?.getAttribute("href"));
    if (row) mark(teaser, row, link, page);
  }
  // The page is looked at, and not left.
  page.addEventListener("click", (event) => {
    if (!event.target.closest("a")) return;
    event.preventDefault();
    const teaser = event.target.closest(".arranged");
    if (teaser) choose(teaser.dataset.article, true);
  });
  listen(page);
  page.scrollingElement.scrollTop = scrolled;
}

function mark(teaser, row, link, page) {
  teaser.classList.add("arranged");
  teaser.dataset.article = row.dataset.article;
  teaser.dataset.kind = row.dataset.kind;
  const bar = page.createElement("p");
  const handle = page.createElement("button");
  const kind = page.createElement("span");
  bar.className = "arranged-bar";
  bar.lang = document.documentElement.lang;
  handle.type = "button";
  handle.className = "arranged-handle";
  handle.textContent = dataset.move;
  link.id ||= `arranged-${row.dataset.article}`;
  handle.setAttribute("aria-describedby", link.id);
  handle.addEventListener("click", () => choose(row.dataset.article, true));
  kind.textContent = row.dataset.kind === "hand" ? dataset.byHand : dataset.byItself;
  bar.append(handle, kind);
  teaser.prepend(bar);
}

// Show an article in the rail and on the page; with `isFocused`, go on in the rail.
function choose(article, isFocused) {
  const page = frame.contentDocument;
  for (const one of [...document.querySelectorAll(".is-chosen"), ...(page?.querySelectorAll(".is-chosen") ?? [])])
    one.classList.remove("is-chosen");
  const row = rowOf(article);
  page?.querySelector(`.arranged[data-article="${CSS.escape(article)}"]`)?.classList.add("is-chosen");
  if (!row) return;
  row.classList.add("is-chosen");
  if (!isFocused) return;
  const fold = row.closest("details");
  if (fold) fold.open = true;
  row.querySelector("button:not(:disabled)")?.focus();
}

// --- Keys ----------------------------------------------------------------------------------------

const KEYS = { ArrowUp: "up", ArrowDown: "down", Home: "lead", Delete: "away" };

function onKey(event) {
  const { key, target } = event;
  const isText = target.closest("input, textarea");
  if (key === "Escape" && drag) {
    event.preventDefault();
    endDrag();
    say(dataset.dropped);
  } else if (key === "Enter" && target.closest(".arrange-until input")) {
    event.preventDefault();
    target.closest(".arrange-until").querySelector("[name=act]").click();
  } else if ((event.ctrlKey || event.metaKey) && key.toLowerCase() === "z" && !isText) {
    event.preventDefault();
    form.querySelector(`[value="${event.shiftKey ? "redo" : "undo"}"]:not(:disabled)`)?.click();
  } else if (event.altKey && KEYS[key] && !isText) {
    const place = target.closest("[data-article]");
    if (!place) return;
    event.preventDefault();
    const isByHand = rowOf(place.dataset.article)?.dataset.kind === "hand";
    if (isByHand || key === "Home") press(`${KEYS[key]}:${place.dataset.article}`);
  }
}

// --- The pointer ---------------------------------------------------------------------------------

// Pixels that a mouse moves before it drags.
const THRESHOLD = 6;
const EDGE = 48;
// The places, as `FrontSlot.Place`.
const PLACES = [
  [".teaser-lead", "1"],
  [".seconds", "2"],
  [".strips", "3"],
];

let drag = null;

// Where the frame stands in this window, and how much smaller than its page it is.
function frameBox() {
  const { left, top, right, bottom, width } = frame.getBoundingClientRect();
  return { left, top, right, bottom, scale: width / frame.offsetWidth };
}

// A point in the coordinates of this window, wherever the event came from.
function pointOf(event) {
  if (event.view === window) return { x: event.clientX, y: event.clientY };
  const { left, top, scale } = frameBox();
  return { x: left + event.clientX * scale, y: top + event.clientY * scale };
}

function onDown(event) {
  if (event.button !== 0 || isBusy) return;
  const source = event.target.closest(".arranged, .arrange-row");
  const isHandle = event.target.closest(".arranged-handle");
  if (!source || (event.pointerType !== "mouse" && !isHandle)) return;
  if (!isHandle && event.target.closest("button, input, summary, .moment")) return;
  drag = { source, pointer: event.pointerId, start: pointOf(event), isOn: false };
}

function onMove(event) {
  if (!drag || event.pointerId !== drag.pointer) return;
  const point = pointOf(event);
  if (!drag.isOn) {
    if (Math.hypot(point.x - drag.start.x, point.y - drag.start.y) < THRESHOLD) return;
    drag.isOn = true;
    drag.source.setPointerCapture(event.pointerId);
    drag.source.classList.add("is-dragged");
    for (const one of documents()) one.documentElement.classList.add("is-dragging");
  }
  event.preventDefault();
  scrollAtEdges(point);
  aim(targetAt(point));
}

function onUp(event) {
  if (!drag || event.pointerId !== drag.pointer) return;
  const { source, isOn, target } = drag;
  endDrag();
  if (!isOn) return;
  // The click that follows is no press.
  const owner = source.ownerDocument;
  owner.addEventListener("click", stop, { capture: true, once: true });
  setTimeout(() => owner.removeEventListener("click", stop, { capture: true }));
  if (!target || target.article === source.dataset.article) return;
  const act = ["put", source.dataset.article, target.place];
  if (target.before) act.push(target.before);
  press(act.join(":"));
}

function stop(event) {
  event.preventDefault();
  event.stopPropagation();
}

function documents() {
  return [document, frame.contentDocument].filter(Boolean);
}

function endDrag() {
  if (drag?.isOn) {
    drag.source.classList.remove("is-dragged");
    for (const one of documents()) one.documentElement.classList.remove("is-dragging");
  }
  aim(null);
  drag = null;
}

function aim(target) {
  for (const page of documents()) {
    for (const one of page.querySelectorAll(".is-before, .is-after"))
      one.classList.remove("is-before", "is-after");
  }
  if (drag) drag.target = target;
  target?.element.classList.add(target.isBefore ? "is-before" : "is-after");
}

// Return the place under a point, and the article placed there by hand before which it is.
function targetAt({ x, y }) {
  const box = frameBox();
  const isInFrame = x >= box.left && x < box.right && y >= box.top && y < box.bottom;
  const inside = isInFrame
    ? { x: (x - box.left) / box.scale, y: (y - box.top) / box.scale }
    : { x, y };
  const under = (isInFrame ? frame.contentDocument : document).elementFromPoint(inside.x, inside.y);
  const element = under?.closest(".arranged, .arrange-row");
  const place = isInFrame
    ? PLACES.find(([selector]) => element?.closest(selector))?.[1]
    : element?.dataset.place;
  if (!place) return null;
  const { article, kind } = element.dataset;
  const middle = element.getBoundingClientRect();
  // Whoever drops an article on the lead wants it to lead.
  const isLead = isInFrame && place === "1";
  const isBefore = isLead || inside.y < middle.top + middle.height / 2;
  const order = [...form.querySelectorAll(`[data-kind="hand"][data-place="${place}"]`)]
    .map((row) => row.dataset.article)
    .filter((one) => one !== drag.source.dataset.article);
  let before = order[order.indexOf(article) + (isBefore ? 0 : 1)];
  if (kind !== "hand" || !order.includes(article)) before = isLead ? order[0] : null;
  return { element, article, place, before, isBefore };
}

function scrollAtEdges({ y }) {
  const box = frame.parentElement.getBoundingClientRect();
  if (y < box.top + EDGE) frame.contentWindow.scrollBy(0, -24);
  if (y > box.bottom - EDGE) frame.contentWindow.scrollBy(0, 24);
}

function listen(page) {
  page.addEventListener("keydown", onKey);
  page.addEventListener("pointerdown", onDown);
  page.addEventListener("pointermove", onMove);
  page.addEventListener("pointerup", onUp);
  page.addEventListener("pointercancel", endDrag);
  // Not the browser's own dragging of links and pictures.
  page.addEventListener("dragstart", (event) => {
    if (event.target.closest?.(".arranged, .arrange-row")) event.preventDefault();
  });
}

// --- Colleagues ----------------------------------------------------------------------------------

async function beat() {
  if (document.hidden || drag || isBusy) return;
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const response = await fetch(dataset.presence, { method: "POST", body, signal });
    // A session that has ended is noticed by the next press.
    if (!response.ok || response.redirected) return;
    const { people, stamp } = await response.json();
    const words = form.querySelector(".arrange-people");
    if (words.textContent !== people) words.textContent = people;
    if (stamp !== form.dataset.stamp && !typedEnds().length && !drag)
      await send(location.href, () => ({}), "");
  } catch {
    // The next beat tries again.
  }
}

form.classList.add("is-ready");
listen(document);
frame.addEventListener("load", enhanceFrame);
if (frame.contentDocument?.readyState === "complete") enhanceFrame();
setInterval(beat, BEAT);
beat();
