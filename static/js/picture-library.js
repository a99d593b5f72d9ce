// Several pictures that are added to the library: each file has its own bar, its state in words, and
// ways to cancel it or to try again. Without JavaScript, the form posts a few files together.

const AT_ONCE = 2; // the server prepares one picture, and lets one more wait
const BUSY = 3000; // milliseconds before a picture is sent again while others are prepared
const TRIES = 20;

const form = document.getElementById("several_form");
const { dataset } = form;
const field = form.querySelector("input[type=file]");
const list = form.querySelector(".library-sent");
const next = form.querySelector(".library-next");
const sum = form.querySelector(".library-sum");
const template = form.querySelector("template");

const entries = [];
const isOpen = ({ state }) => ["waiting", "sending", "signed-out"].includes(state);
let isAsking = false;

form.querySelector("[type=submit]").hidden = true;
form.querySelector(".library-again").hidden = true;
form.querySelector(".library-without").hidden = true;
form.querySelector(".library-with").hidden = false;

function take(files) {
  for (const file of files) {
    const row = template.content.cloneNode(true).firstElementChild;
    const entry = { file, row, again: false, tries: 0 };
    row.querySelector(".library-name").textContent = file.name;
    row.querySelector("progress").setAttribute("aria-label", `${dataset.progress} · ${file.name}`);
    for (const button of row.querySelectorAll("button")) {
      button.setAttribute("aria-label", `${button.textContent} · ${file.name}`);
    }
    row.querySelector("[data-cancel]").addEventListener("click", () => cancel(entry));
    row.querySelector("[data-retry]").addEventListener("click", () => queue(entry));
    row.querySelector("[data-again]").addEventListener("click", () => {
      entry.again = true;
      queue(entry);
    });
    list.append(row);
    entries.push(entry);
    if (file.size > dataset.largest) show(entry, "refused", dataset.tooLarge);
    else show(entry, "waiting", dataset.waiting);
  }
  list.hidden = false;
  go();
}

function show(entry, state, words, link) {
  entry.state = state;
  const part = (selector) => entry.row.querySelector(selector);
  const told = part(".library-state");
  told.textContent = words;
  if (link) {
    const a = Object.assign(document.createElement("a"), { href: link.url, textContent: link.title });
    told.append(" ", a);
  }
  part("progress").hidden = state !== "sending";
  part("[data-cancel]").hidden = !isOpen(entry);
  part("[data-retry]").hidden = !["failed", "cancelled"].includes(state);
  part("[data-again]").hidden = state !== "same";
  count();
}

function count() {
  const added = entries.filter(({ state }) => state === "added");
  const words = dataset.sum.replace("{added}", added.length).replace("{all}", entries.length);
  sum.textContent = entries.length ? words : "";
  const query = new URLSearchParams(added.map(({ pk }) => ["pk", pk]));
  next.hidden = !added.length || entries.some(isOpen);
  next.querySelector("a").href = `${dataset.words}?${query}`;
}

function queue(entry) {
  entry.tries = 0;
  show(entry, "waiting", dataset.waiting);
  go();
}

function cancel(entry) {
  show(entry, "cancelled", dataset.cancelled);
  entry.request?.abort();
  clearTimeout(entry.timer);
  go();
}

function go() {
  if (isAsking) return;
  const free = AT_ONCE - entries.filter(({ state }) => state === "sending").length;
  for (const entry of entries.filter(({ state }) => state === "waiting").slice(0, free)) send(entry);
}

function send(entry) {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set("file", entry.file, entry.file.name);
  if (entry.again) body.set("again", "on");
  const bar = entry.row.querySelector("progress");
  bar.value = 0;
  show(entry, "sending", dataset.sending);
  // `fetch` would not say how much of the file is sent.
  const request = new XMLHttpRequest();
  entry.request = request;
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    bar.value = loaded / total;
  });
  request.upload.addEventListener("load", () => {
    bar.removeAttribute("value");
    if (entry.state === "sending") show(entry, "sending", dataset.preparing);
  });
  request.addEventListener("loadend", () => {
    if (entry.request === request && entry.state === "sending") answered(entry, request);
    go();
  });
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.send(body);
}

function answered(entry, request) {
  const { status, responseURL, responseText } = request;
  let answer = null;
  try {
    answer = JSON.parse(responseText);
  } catch {
    // The login page, or no answer.
  }
  if (status === 403 || (responseURL && responseURL !== form.action)) {
    show(entry, "signed-out", dataset.signedOut);
    if (!isAsking) document.dispatchEvent(new Event("signed-out"));
    isAsking = true;
  } else if ((status === 503 && answer) || status === 429) {
    retryLater(entry);
  } else if (answer?.picture) {
    entry.pk = answer.picture.pk;
    show(entry, "added", dataset.added, answer.picture);
  } else if (answer?.same) {
    show(entry, "same", dataset.same, answer.same);
  } else if (status === 413) {
    show(entry, "refused", dataset.tooLarge);
  } else if (answer?.errors) {
    // A full disk may be emptied; no further try helps a file that is refused.
    const words = Object.values(answer.errors).flat().join(" ");
    show(entry, status === 507 ? "failed" : "refused", words);
  } else {
    show(entry, "failed", dataset.failed);
  }
}

function retryLater(entry) {
  entry.tries += 1;
  if (entry.tries >= TRIES) return show(entry, "failed", dataset.failed);
  // It keeps its place among those that are sent, so no other one takes its turn.
  show(entry, "sending", dataset.busy);
  entry.timer = setTimeout(() => {
    if (entry.state === "sending") send(entry);
  }, BUSY);
}

document.addEventListener("session-renewed", () => {
  isAsking = false;
  for (const entry of entries) if (entry.state === "signed-out") queue(entry);
  go();
});

field.addEventListener("change", () => {
  take([...field.files]);
  field.value = "";
});

// A page that is left while files wait would lose them.
addEventListener("beforeunload", (event) => {
  if (entries.some(isOpen)) event.preventDefault();
});

const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files");

document.addEventListener("dragover", (event) => {
  if (!hasFiles(event) || event.target === field) return;
  event.preventDefault();
  form.classList.add("over");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) form.classList.remove("over");
});
document.addEventListener("drop", (event) => {
  form.classList.remove("over");
  if (!hasFiles(event) || event.target === field) return;
  event.preventDefault();
  take([...event.dataTransfer.files]);
});
