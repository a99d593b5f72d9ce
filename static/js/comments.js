// The pages with comments and their forms: the counter near the limit of a text, the folds of very
// long comments, and answers. Without JavaScript the limit is told below the field, folds open too,
// and the link to answer leads to a page with the comment and the form.

// --- The counter ---------------------------------------------------------------------------------

// From this part of the limit on, the reader is told how much room is left.
const NEAR = 0.9;
// A screen reader announces the number only once the typing has paused for so many milliseconds.
const PAUSE = 1500;
const formatNumber = new Intl.NumberFormat(document.documentElement.lang).format;

// The number of characters that the server counts (`comments/writing/text.py`): code points, and
// not the ones of UTF-16; composed, without the invisible ones and the blank ends.
export function countCharacters(text) {
  const lines = text
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, "\n")
    .replace(/(?![\t\n])\p{Cc}|(?![\u200c\u200d\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}/gu, "")
    .normalize("NFC")
    .replace(/\n(?:[^\S\n]*\n)+/g, "\n\n")
    .replace(/^\n+/, "")
    .trimEnd();
  // The indent of a first line belongs to code if other lines are indented too.
  return [...(/\n[^\S\n]/.test(lines) ? lines : lines.trimStart())].length;
}

let announcing;

function showRoom(field) {
  const counter = field.closest(".field").querySelector(".counter");
  const limit = Number(field.dataset.limit);
  // A text of fewer units of UTF-16 has fewer characters too: most texts need no counting.
  const length = field.value.length < NEAR * limit ? 0 : countCharacters(field.value);
  const [shown, announced] = counter.children;
  const words = length > limit ? counter.dataset.over : counter.dataset.left;
  const text = length < NEAR * limit ? "" : words.replace("{number}", formatNumber(Math.abs(limit - length)));
  shown.textContent = text;
  counter.classList.toggle("is-over", length > limit);
  clearTimeout(announcing);
  announcing = setTimeout(() => (announced.textContent = text), PAUSE);
}

document.addEventListener("input", (event) => {
  if (event.target.dataset.limit) showRoom(event.target);
});
addEventListener("pageshow", () => document.querySelectorAll("[data-limit]").forEach(showRoom));

// --- The folds -----------------------------------------------------------------------------------

// The address of a comment opens it. So does print, for browsers whose style sheets cannot.
function openAddressed() {
  const addressed = document.getElementById(location.hash.slice(1));
  const fold = addressed?.querySelector("details.rest");
  if (fold) fold.open = true;
}

addEventListener("hashchange", openAddressed);
openAddressed();

let openedToPrint = [];
addEventListener("beforeprint", () => {
  openedToPrint = [...document.querySelectorAll("details.rest:not([open])")];
  openedToPrint.forEach((fold) => (fold.open = true));
});
addEventListener("afterprint", () => openedToPrint.forEach((fold) => (fold.open = false)));

// --- Answers -------------------------------------------------------------------------------------

// A form opens below the comment that the reader answers. Each answer has a form of its own, a copy
// of the one under the article, so no words get from one to another.
//
// What is typed is kept in the entry of the browser's history (`history.state`), and nowhere else:
// Back, a reload and a restored session show it again, as an answer to the same comment.

const home = document.getElementById("comment-form");
const comments = document.getElementById("comments");
// The typing pauses for so many milliseconds before it is kept: Safari allows 100 changes in 30 s.
const KEPT_AFTER = 400;

// The forms of answers, by the address to which they are sent.
const replies = new Map();

function makeForm(address, title) {
  const form = home.cloneNode(true);
  const key = address.match(/(\d+)\/reply\/$/)[1];
  form.id = `reply-${key}-form`;
  for (const element of form.querySelectorAll("[id]")) element.id = `reply-${key}-${element.id}`;
  for (const name of ["for", "aria-describedby"]) {
    for (const element of form.querySelectorAll(`[${name}]`)) {
      const ids = element.getAttribute(name).split(" ");
      element.setAttribute(name, ids.map((id) => `reply-${key}-${id}`).join(" "));
    }
  }
  // The copy has neither the words nor the errors of the form under the article.
  form.querySelectorAll(".errorlist, .refusal").forEach((element) => element.remove());
  form.querySelectorAll(".has-error").forEach((field) => field.classList.remove("has-error"));
  form.querySelectorAll(".counter > *").forEach((element) => element.replaceChildren());
  for (const field of [form.elements.name, form.elements.comment, form.elements.website]) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("autofocus");
    field.value = field.defaultValue = "";
  }
  // Otherwise the browser itself may bring the text back, into the form under the article.
  form.elements.comment.autocomplete = "off";
  form.action = address;
  form.querySelector("h3").textContent = title;
  const cancel = form.querySelector(".cancel");
  cancel.hidden = false;
  cancel.addEventListener("click", () => close(form));
  form.addEventListener("input", keepSoon);
  form.addEventListener("change", keep);
  form.addEventListener("submit", keep);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && isEmpty(form)) close(form);
  });
  replies.set(address, form);
  return form;
}

const isEmpty = (form) => !form.elements.comment.value.trim();
const linkTo = (address) =>
  [...comments.querySelectorAll(".comment-foot a")].find((link) => link.href === address);

function open(address, title) {
  // Another answer that has been begun stays as it is; an empty form would only be in the way.
  for (const [other, form] of replies) if (other !== address && isEmpty(form)) form.hidden = true;
  const form = replies.get(address) ?? makeForm(address, title);
  const comment = linkTo(address)?.closest(".comment");
  // The comment may be gone since; the server then gives the text back with the reason.
  if (!form.isConnected) comment ? comment.append(form) : home.before(form);
  form.hidden = false;
  return form;
}

// Close a form. Its text stays in it, and comes back with the next click on the same link.
function close(form) {
  form.hidden = true;
  keep();
  linkTo(form.action)?.focus();
}

// What is typed.

let keeping;

function keepSoon() {
  clearTimeout(keeping);
  keeping = setTimeout(keep, KEPT_AFTER);
}

function keep() {
  clearTimeout(keeping);
  const typed = [...replies].map(([address, form]) => ({
    address,
    title: form.querySelector("h3").textContent,
    isOpen: !form.hidden,
    name: form.elements.name.value,
    comment: form.elements.comment.value,
  }));
  try {
    history.replaceState({ ...history.state, replies: typed }, "");
  } catch {
    // The text is too long for this browser's history: it stays in its field alone.
  }
}

function answerInPlace() {
  addEventListener("pagehide", keep);

  for (const { address, title, isOpen, name, comment } of history.state?.replies ?? []) {
    const form = open(address, title);
    form.elements.name.value = name;
    form.elements.comment.value = comment;
    form.elements.comment.dispatchEvent(new Event("input", { bubbles: true }));
    form.hidden = !isOpen;
  }

  comments.addEventListener("click", (event) => {
    const link = event.target.closest(".comment-foot a[href$='/reply/']");
    const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (!link || elsewhere) return;
    event.preventDefault();
    const { name, comment } = open(link.href, link.ariaLabel).elements;
    (name.value ? comment : name).focus();
    keep();
  });
}

// There are no comments on the page of the form alone, and no form where comments are closed.
if (comments && home?.matches("form")) answerInPlace();
