// The pages with comments and their forms: the counter near the limit of a text, and the folds of
// very long comments. Without JavaScript the limit is told below the field, and folds open too.

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
