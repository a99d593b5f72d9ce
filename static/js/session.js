// What a person typed outlives their session: if it has ended when they press a button, or when a
// script asks the server for something, a dialog asks for the password, and what was pressed goes
// on. Without JavaScript the server sends the form along with its login page.
//
// Other modules send the event `signed-out` to the form or the document once an answer leads to the
// login or is 403; `session-renewed` tells them that there is a session, and a valid token in each form.

const { dataset, content } = document.getElementById("session-template");
const form = document.getElementById(dataset.form);
const dialog = content.firstElementChild.cloneNode(true);
// Outside the form: the password is never sent with it.
document.body.append(dialog);
const login = dialog.querySelector("form");
const owner = login.elements.username.value;
const error = dialog.querySelector("[role=alert]");
// Milliseconds after which a server that does not answer has failed.
const PATIENCE = 20000;

async function fetched(url, options) {
  const signal = AbortSignal.timeout(PATIENCE);
  const response = await fetch(url, { cache: "no-store", ...options, signal });
  const isSession = new URL(response.url).pathname === dataset.session;
  return { response, answer: isSession && response.ok ? await response.json() : null };
}

function renew(token) {
  for (const field of document.getElementsByName("csrfmiddlewaretoken")) field.value = token;
  document.dispatchEvent(new Event("session-renewed"));
}

// --- The dialog ----------------------------------------------------------------------------------

let token;
let answered;

function askForPassword() {
  error.textContent = "";
  dialog.classList.remove("is-away");
  if (!dialog.open) dialog.showModal();
  login.elements.password.focus();
  const { promise, resolve } = Promise.withResolvers();
  answered = resolve;
  return promise;
}

login.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = new FormData(login);
  body.set("csrfmiddlewaretoken", token);
  body.set("next", dataset.session);
  dialog.setAttribute("aria-busy", "true");
  try {
    const { response, answer } = await fetched(login.action, { method: "POST", body });
    if (answer?.user) {
      renew(answer.token);
      answered(true);
      dialog.close();
    } else {
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const words = page.querySelector(".errornote, .errorlist")?.textContent.trim();
      error.textContent = words || dialog.dataset.failed;
      login.elements.password.select();
    }
  } catch {
    error.textContent = dialog.dataset.failed;
  }
  dialog.removeAttribute("aria-busy");
});

dialog.querySelector("[type=button]").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => {
  login.elements.password.value = "";
  answered?.(false);
});

// --- The session ---------------------------------------------------------------------------------

let asking;

// Return whether there is a session of the person who opened this page; ask for it if there is none.
function ensureSession() {
  asking ??= isThere()
    .then((found) => found || askForPassword())
    .finally(() => {
      asking = null;
    });
  return asking;
}

// There may be one since they have logged in again in another window.
async function isThere() {
  const { answer } = await fetched(dataset.session);
  if (!answer) throw new Error("Somebody else answers.");
  token = answer.token;
  if (answer.user !== owner) return false;
  renew(token);
  return true;
}

// Whoever closes the dialog is asked again once they press something.
let isDeclined = false;

document.addEventListener("signed-out", async () => {
  try {
    isDeclined = !(await (isDeclined ? isThere() : ensureSession()));
  } catch {
    // Where the site is away, those who asked try again by themselves.
  }
});

// --- The form ------------------------------------------------------------------------------------

let isChecked = false;
let isPressed = false;

// The same dialog, without its question: what was pressed is not sent, and nothing is lost.
function sayFailed() {
  dialog.classList.add("is-away");
  dialog.showModal();
  error.textContent = dialog.dataset.failed;
}

// Before all other listeners: they see a form only once it is really sent.
addEventListener(
  "submit",
  (event) => {
    const { target, submitter } = event;
    // A preview in a tab is no loss, and a browser opens no tab for a press long ago.
    if (target !== form || isChecked || submitter?.formTarget) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isPressed) return;
    isPressed = true;
    ensureSession()
      .then((isThere) => {
        if (!isThere) return;
        isChecked = true;
        form.requestSubmit(submitter);
        isChecked = false;
      }, sayFailed)
      .finally(() => {
        isPressed = false;
      });
  },
  { capture: true },
);
