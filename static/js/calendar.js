// Moves scheduled editions in the calendar to another day, by the pointer or by keys. The server
// decides, by the form that a page without JavaScript sends too; its answer is the page again.

const calendar = () => document.getElementById("calendar");
const status = () => document.getElementById("calendar-status");
const days = () => [...calendar().querySelectorAll("[data-day]")];

let held = null; // the entry that is picked up
let target = null; // the day where it would be set down

function aim(day) {
  target?.classList.remove("is-target");
  target = day;
  target?.classList.add("is-target");
}

function letGo() {
  held?.classList.remove("is-held");
  held = null;
  aim(null);
}

function announce(words) {
  status().textContent = words;
}

async function send(form, submitter) {
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form, submitter) });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("calendar");
  if (!fresh) throw new Error("The answer is no calendar.");
  const words = [...fresh.querySelectorAll("[data-announce]")].map((one) => one.textContent.trim());
  const entry = form.elements.edition.value;
  calendar().replaceWith(fresh);
  if (answer.redirected) history.replaceState(null, "", answer.url.split("#")[0]);
  const moved = document.getElementById(`edition-${entry}`);
  const field = fresh.querySelector(".calendar-form .moment-text");
  (field ?? moved?.querySelector("a") ?? document.getElementById("calendar-period")).focus();
  // A region speaks of what changes once it is in the page.
  requestAnimationFrame(() => announce(words.join(" ")));
}

async function drop(entry, day) {
  letGo();
  if (!day || day.contains(entry)) {
    announce(status().dataset.left);
    return;
  }
  const form = document.getElementById("calendar-drop");
  form.elements.edition.value = entry.dataset.edition;
  form.elements.seen.value = entry.dataset.seen;
  form.elements.to.value = day.dataset.day;
  try {
    await send(form);
  } catch {
    announce(status().dataset.failed);
    status().classList.remove("visually-hidden");
  }
}

// --- The pointer ---------------------------------------------------------------------------------

document.addEventListener("pointerdown", ({ target: at }) => {
  // Only while a pointer is on it: text in an entry that cannot be dragged can be selected.
  const entry = at.closest?.("[data-edition]");
  if (entry && !at.closest("form")) entry.draggable = true;
});

document.addEventListener("dragstart", (event) => {
  const entry = event.target.closest?.("[data-edition]");
  if (!entry) return;
  held = entry;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", entry.dataset.edition);
  entry.classList.add("is-held");
});

document.addEventListener("dragover", (event) => {
  const day = held && event.target.closest?.("[data-day]");
  if (!day) return;
  event.preventDefault();
  if (day !== target) aim(day);
});

document.addEventListener("drop", (event) => {
  if (!held || !target) return;
  event.preventDefault();
  drop(held, target);
});

document.addEventListener("dragend", letGo);

// --- The keys: Space on “Move” picks up, arrows choose, Enter sets down, Escape leaves ------------

document.addEventListener("keydown", (event) => {
  const entry = event.target.closest?.("[data-edition]");
  if (!held) {
    if (event.key !== " " || !event.target.matches?.(".calendar-move")) return;
    event.preventDefault();
    held = entry;
    held.classList.add("is-held");
    aim(held.closest("[data-day]"));
    announce(status().dataset.grabbed);
    return;
  }
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step) {
    event.preventDefault();
    const all = days();
    const next = all[all.indexOf(target) + step];
    if (next) aim(next);
    announce(target.dataset.words);
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    drop(held, target);
  } else if (event.key === "Escape") {
    letGo();
    announce(status().dataset.left);
  } else if (event.key === "Tab") {
    letGo();
  }
});
