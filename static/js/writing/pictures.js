// The picker of pictures: a dialog that searches the library and adds to it. It serves the fields
// that choose a picture (`choice.html`) and, by an event, the figures of the text (`editor.js`).
// Without JavaScript, editors type the number of a picture.

const BEGINNING = 256 * 1024; // bytes of a file that are asked for its notes
const PAUSE = 250; // milliseconds without a key press before the library is searched
const BUSY = 3000; // milliseconds before a picture is sent again while others are prepared
const TRIES = 10;
const WORDS = ["alt", "caption", "credit"];

const told = (field) => {
  for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
};

// --- The dialog ------------------------------------------------------------------------------------

let dialog; // the picker, from its first opening on
let wish; // what the opener asked for: { picker, failed, close, several, gather, chosen }
let gathered = new Map(); // with `gather`, the words of a button: those of the library that it takes
let added = []; // the pictures that were added since then
let interrupted; // what goes on once there is a session again

const part = (selector) => dialog.querySelector(selector);

// `session.js` asks for the password, once, and says when there is a session.
function signedOut(goOn) {
  if (!interrupted) document.dispatchEvent(new Event("signed-out"));
  interrupted = goOn;
}

document.addEventListener("session-renewed", () => interrupted?.());

async function fetched(address, goOn) {
  const response = await fetch(address, { headers: { Accept: "text/html" } });
  // A redirect leads to the login page.
  if (response.redirected || response.status === 403) signedOut(goOn);
  if (!response.ok || response.redirected) throw new Error(`${response.status}`);
  interrupted = null;
  return new DOMParser().parseFromString(await response.text(), "text/html").body;
}

let isOpening = false;

async function open(request) {
  if (isOpening || dialog?.open) return;
  isOpening = true;
  wish = { failed: "", several: false, ...request };
  added = [];
  gathered = new Map();
  interrupted = null;
  for (const row of dialog?.querySelectorAll(".picker-row.refused") ?? []) leaveOut(row);
  try {
    if (dialog) {
      part("[type=search]").value = "";
      await search();
    } else await build();
  } catch {
    complain(wish.failed);
  }
  isOpening = false;
  showGathered();
  dialog.showModal();
  if (request.files?.length) take(request.files);
  else part("[type=search]")?.focus();
}

async function build() {
  dialog = document.createElement("dialog");
  dialog.className = "picker-dialog";
  document.body.append(dialog);
  dialog.addEventListener("click", clicked);
  // Beside one that was refused, others may have been added: they are what was asked for.
  dialog.addEventListener("close", () => {
    if (wish.several && added.length) finish(added);
  });
  const content = await fetched(wish.picker, openAgain);
  dialog.append(...content.childNodes);
  dialog.setAttribute("aria-labelledby", "picker-heading");
  const words = part("[type=search]");
  let timer;
  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  part(".picker-search").addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    look();
  });
  part(".picker-add input")?.addEventListener("change", ({ target }) => {
    take([...target.files]);
    target.value = "";
  });
  part(".picker-uploads")?.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
}

function complain(words) {
  let note = part(".errornote");
  if (!note) {
    // The picker itself did not come: only this sentence and a way out.
    const [head, close] = ["header", "button"].map((name) => document.createElement(name));
    note = Object.assign(document.createElement("p"), { className: "errornote" });
    note.setAttribute("role", "alert");
    Object.assign(close, { type: "button", className: "picker-close", textContent: "×" });
    close.setAttribute("aria-label", wish.close);
    close.dataset.close = "";
    Object.assign(head, { className: "picker-head" }).append(note, close);
    dialog.replaceChildren(head);
    const broken = dialog;
    dialog.addEventListener("close", () => {
      broken.remove();
      if (dialog === broken) dialog = undefined;
    });
  }
  note.textContent = words;
  note.hidden = !words;
}

function openAgain() {
  if (!dialog?.open) return;
  dialog.remove();
  dialog = undefined;
  open(wish);
}

const look = (address) => search(address).catch(() => complain(wish.failed));

async function search(address) {
  const query = new URLSearchParams({ q: part("[type=search]").value });
  const words = `${query}`;
  const content = await fetched(address ?? `${wish.picker}?${query}`, () => look(address));
  // A later answer may have come before.
  if (!address && words !== `${new URLSearchParams({ q: part("[type=search]").value })}`) return;
  part(".picker-found").replaceWith(content.querySelector(".picker-found"));
  showGathered();
  complain("");
}

function clicked(event) {
  const { target } = event;
  if (isBeside(event) || target.closest("[data-close]")) return dialog.close();
  if (target.closest("[data-leave-out]")) return leaveOut(target.closest(".picker-row"));
  const page = target.closest(".picker-pages a");
  if (page) {
    event.preventDefault();
    const address = new URL(page.getAttribute("href"), new URL(wish.picker, location.href));
    return look(address.href).then(() => part(".picker-offer")?.focus());
  }
  if (target.closest(".picker-gathered")) return finish([]);
  const offer = target.closest(".picker-offer");
  if (offer && wish.gather) gather(offer);
  else if (offer) finish([offer.dataset]);
}

function gather({ dataset }) {
  if (!gathered.delete(dataset.id)) gathered.set(dataset.id, { ...dataset });
  showGathered();
}

// The places of the pictures that are gathered, in their order, and the button that takes them.
function showGathered() {
  const order = [...gathered.keys()];
  for (const offer of dialog.querySelectorAll(".picker-offer")) {
    const place = order.indexOf(offer.dataset.id);
    if (wish.gather) offer.setAttribute("aria-pressed", String(place >= 0));
    else offer.removeAttribute("aria-pressed");
    offer.classList.toggle("gathered", place >= 0);
    if (place >= 0) offer.querySelector(".picker-title").dataset.place = place + 1;
  }
  let button = part(".picker-gathered");
  if (!button) {
    button = document.createElement("button");
    Object.assign(button, { type: "button", className: "picker-gathered button default" });
    if (part(".picker-found")) dialog.append(button);
  }
  button.hidden = !order.length;
  button.textContent = (wish.gather ?? "").replace("%s", order.length);
}

// Whether a click was on the page behind the dialog.
function isBeside({ target, clientX, clientY }) {
  const { left, right, top, bottom } = dialog.getBoundingClientRect();
  const isInside = left <= clientX && clientX <= right && top <= clientY && clientY <= bottom;
  return target === dialog && !isInside;
}

function finish(pictures) {
  const taken = [...gathered.values(), ...pictures];
  added = [];
  gathered = new Map();
  dialog.close();
  wish.chosen(taken.map((data) => ({ ...data })));
}

// --- Adding pictures -------------------------------------------------------------------------------

// The pictures that can be sent: a refused one only says why, until the next opening.
const rows = () => [...dialog.querySelectorAll(".picker-row:not(.refused)")];

function take(files) {
  const form = part(".picker-uploads");
  if (!form) return;
  for (const file of files) {
    const row = form.querySelector("template").content.cloneNode(true).firstElementChild;
    row.file = file;
    row.querySelector("legend").textContent = file.name;
    const { title, alt, decorative } = fields(row);
    title.required = false;
    alt.required = true;
    decorative.addEventListener("change", () => {
      alt.required = !decorative.checked;
    });
    // Browsers call each picture of the clipboard so.
    if (!/^image\.\w+$/.test(file.name)) title.value = named(file).slice(0, title.maxLength);
    part(".picker-rows").append(row);
    draw(file, row.querySelector("canvas"));
    if (file.size > form.dataset.largest) giveUp(row, [form.dataset.tooLarge]);
    else asking = asking.then(() => askForNotes(file, row, title.value));
  }
  counted();
  rows()[0]?.querySelector("[name=alt]").focus();
}

function fields(row) {
  return Object.fromEntries([...row.querySelectorAll("[name]")].map((field) => [field.name, field]));
}

function named(file) {
  return file.name.replace(/\.\w+$/, "").replaceAll("_", " ");
}

function counted() {
  const form = part(".picker-uploads");
  const number = rows().length;
  form.hidden = !form.querySelector(".picker-row");
  const button = form.querySelector("[type=submit]");
  button.hidden = !number;
  button.textContent = number === 1 ? form.dataset.one : form.dataset.many;
}

// The picture itself: the policy lets no address of the browser's memory be shown.
async function draw(file, canvas) {
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.max(canvas.width / picture.width, canvas.height / picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    const place = [(canvas.width - width) / 2, (canvas.height - height) / 2, width, height];
    canvas.getContext("2d").drawImage(picture, ...place);
    picture.close();
  } catch {
    // Not a picture that this browser can show: the server says what it is.
  }
}

// One after the other: the server reads one file at a time.
let asking = Promise.resolve();

async function askForNotes(file, row, title) {
  if (!row.isConnected) return;
  const body = new FormData();
  const form = row.closest("form");
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  body.set("file", file.slice(0, BEGINNING), file.name);
  try {
    const response = await fetch(form.dataset.notes, { method: "POST", body });
    const answer = await response.json();
    if (response.status === 422) return giveUp(row, Object.values(answer.errors).flat());
    // Busy, or signed out.
    if (!answer.words) return;
    const found = fields(row);
    found.notes_shown.value = "on";
    for (const [name, words] of Object.entries(answer.words)) {
      const untouched = !found[name].value || (name === "title" && found[name].value === title);
      if (words && untouched) found[name].value = words;
    }
  } catch {
    // The notes are read again when the file is sent.
  }
}

function refuse(row, messages) {
  row.querySelector(".errorlist").replaceChildren(
    ...messages.map((words) => Object.assign(document.createElement("li"), { textContent: words })),
  );
}

// No words would help this file, so none are asked for.
function giveUp(row, messages) {
  refuse(row, messages);
  row.classList.add("refused");
  for (const useless of row.querySelectorAll("canvas, .picker-fields")) useless.remove();
  counted();
}

function leaveOut(row) {
  row.remove();
  counted();
  if (dialog.open && !rows().length && added.length) done();
}

async function send() {
  const form = part(".picker-uploads");
  const button = form.querySelector("[type=submit]");
  button.disabled = true;
  try {
    for (const row of rows()) {
      const picture = await sendOne(form, row);
      if (interrupted) return;
      if (!picture) continue;
      part(".picker-none")?.remove();
      part(".picker").prepend(picture);
      added.push(picture.querySelector(".picker-offer").dataset);
      row.remove();
    }
  } finally {
    button.disabled = false;
    counted();
  }
  if (rows().length) rows()[0].querySelector("input:invalid, [name=alt]").focus();
  else if (added.length) done();
}

// A field for one picture lets several be added, and one of them be chosen then.
function done() {
  if (wish.several || added.length === 1) finish(added);
  else part(".picker-offer")?.focus();
}

async function sendOne(form, row) {
  const found = fields(row);
  found.title.value ||= (found.alt.value || found.caption.value || named(row.file)).slice(
    0,
    found.title.maxLength,
  );
  const body = new FormData();
  body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  for (const field of Object.values(found)) {
    if (field.type !== "checkbox" || field.checked) body.set(field.name, field.value);
  }
  body.set("file", row.file, row.file.name);
  refuse(row, []);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { status, answer, isSignedOut } = await posted(form, row, body);
    if (isSignedOut) signedOut(send);
    else interrupted = null;
    if (status === 503 && answer && tries < TRIES - 1) {
      await new Promise((later) => setTimeout(later, BUSY));
    } else if (answer?.picture) {
      const list = new DOMParser().parseFromString(answer.picture, "text/html");
      return list.querySelector("li");
    } else {
      const messages = Object.values(answer?.errors ?? {}).flat();
      if (status === 413) messages.push(form.dataset.tooLarge);
      refuse(row, messages.length ? messages : [wish.failed]);
      return null;
    }
  }
  return null;
}

// `fetch` would not say how much of the file is sent.
function posted(form, row, body) {
  const progress = row.querySelector("progress");
  const status = row.querySelector("[role=status]");
  progress.hidden = false;
  status.textContent = form.dataset.sending;
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      progress.value = loaded / total;
    });
    request.upload.addEventListener("load", () => {
      progress.removeAttribute("value");
      status.textContent = form.dataset.preparing;
    });
    request.addEventListener("loadend", () => {
      progress.hidden = true;
      status.textContent = "";
      let answer = null;
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        // The login page, or no answer.
      }
      const isElsewhere = request.responseURL && request.responseURL !== form.action;
      const isSignedOut = isElsewhere || request.status === 403;
      resolve({ status: request.status, answer, isSignedOut });
    });
    request.open("POST", form.action);
    request.send(body);
  });
}

// --- The fields that choose a picture ----------------------------------------------------------------

function setUp(box) {
  const number = box.querySelector("input");
  const image = box.querySelector(".picture-chosen") ?? document.createElement("img");
  if (!image.isConnected) {
    Object.assign(image, { className: "picture-chosen", hidden: true, alt: "" });
    box.prepend(image);
  }
  const [choose, remove] = ["choose", "remove"].map((act) => box.querySelector(`[data-${act}]`));
  const { picker, failed, close, shape } = box.dataset;
  const others = WORDS.map((word) => [word, number.form.elements[box.dataset[`${word}Field`]]]);
  const nothing = { id: "", alt: "", caption: "", credit: "" };
  const first = choose.textContent;
  let chosen = { ...nothing, ...box.dataset };
  let isOwn = false;

  // The button takes the number's place, with its label and what describes it.
  const label = number.labels?.[0];
  number.type = "hidden";
  choose.id = number.id;
  number.removeAttribute("id");
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (number.hasAttribute(name)) choose.setAttribute(name, number.getAttribute(name));
  }
  if (label) {
    label.id ||= `${choose.id}_label`;
    choose.setAttribute("aria-labelledby", `${label.id} ${choose.id}`);
  }
  box.querySelector(".picture-library").hidden = true;
  box.querySelector(".picture-hint").hidden = false;
  choose.hidden = false;
  remove.hidden = !number.value;

  function show(picture) {
    image.hidden = !picture.id;
    remove.hidden = !picture.id;
    if (picture.id) {
      image.src = picture[shape];
      image.alt = picture.label;
      [image.width, image.height] = picture[`${shape}Size`].split(" ");
    } else image.removeAttribute("src");
    choose.textContent = picture.id ? choose.dataset.another : first;
    chosen = picture;
  }

  function set(picture) {
    for (const [word, field] of others) {
      if (!field || (field.value.trim() && field.value !== chosen[word])) continue;
      if (field.value === picture[word]) continue;
      field.value = picture[word];
      told(field);
    }
    show(picture);
    number.value = picture.id;
    isOwn = true;
    told(number);
    isOwn = false;
    choose.focus();
  }

  choose.addEventListener("click", () => box.offer());
  remove.addEventListener("click", () => set(nothing));
  // Another script may have written the number, such as one that brings a lost text back.
  number.addEventListener("input", async () => {
    if (isOwn) return;
    try {
      const address = `${picker}?pk=${number.value}`;
      const again = () => number.dispatchEvent(new Event("input"));
      const found = number.value && (await fetched(address, again));
      show({ ...nothing, ...(found ? found.querySelector(".picker-offer")?.dataset : {}) });
    } catch {
      // The number is there; only the picture is not shown.
    }
  });
  box.offer = (files) => open({ picker, failed, close, files, chosen: ([picture]) => set(picture) });
}

for (const box of document.querySelectorAll(".picture-choice")) setUp(box);

// --- Files from elsewhere ----------------------------------------------------------------------------

const isForFiles = ({ target }) => target.closest?.("input[type=file]");

// Show the place that files are held over, and say whether they are files.
function mark(event) {
  const hasFiles = event.type === "dragover" && event.dataTransfer?.types.includes("Files");
  for (const box of document.querySelectorAll(".picture-choice")) {
    box.classList.toggle("over", hasFiles && box.contains(event.target));
  }
  return hasFiles;
}

// A file that is dropped beside its place would make the browser leave the page.
document.addEventListener("dragover", (event) => {
  if (mark(event) && !isForFiles(event)) event.preventDefault();
});
document.addEventListener("dragleave", mark);

document.addEventListener("drop", (event) => {
  mark(event);
  const files = [...(event.dataTransfer?.files ?? [])];
  if (!files.length || isForFiles(event) || event.defaultPrevented) return;
  event.preventDefault();
  offer(files, event.target);
});

document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  const hasText = event.clipboardData?.types.includes("text/plain");
  if (!files.length || hasText || event.defaultPrevented) return;
  event.preventDefault();
  offer(files, event.target);
});

function offer(files, target) {
  if (dialog?.open) return take(files);
  const boxes = [...document.querySelectorAll(".picture-choice")];
  (boxes.find((box) => box.contains(target)) ?? boxes[0])?.offer(files);
}

document.addEventListener("pictures:choose", ({ detail }) => open(detail));
