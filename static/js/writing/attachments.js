// The dialog that attaches a file to the text: one is added, or taken from those that are there.
// In the text, an attachment is a quotation of the class “file” with a link to the file, whose
// words are its title (`articles/text/attached.py`). Readers see a player, or a link.

import { make } from "newsroom/elements";

const PAUSE = 250; // milliseconds without a key press before the attachments are searched

/** Return an attachment as the editor's document has it. */
export const attachmentOf = ({ title, url }) => ({
  type: "blockquote",
  attrs: { class: "file" },
  content: [
    {
      type: "paragraph",
      content: [{ type: "text", text: title, marks: [{ type: "link", attrs: { href: url } }] }],
    },
  ],
});

const titleOf = ({ name }) => name.replace(/\.\w+$/, "").replaceAll("_", " ").trim();

/** Ask which file to attach; the answer is `{ title, url }`, or null. */
export async function askForFile({ picker, failed, close: closing }, token) {
  const dialog = make("dialog", { class: "prose-dialog attach", "aria-labelledby": "attach-heading" });
  // Outside the article's form, since no form may hold another.
  document.body.append(dialog);
  const part = (selector) => dialog.querySelector(selector);
  let interrupted = false;

  const signedOut = (response) => {
    if (!response.redirected && response.status !== 403) return;
    if (!interrupted) document.dispatchEvent(new Event("signed-out"));
    interrupted = true;
  };

  async function fetched(words = "") {
    const address = `${picker}?${new URLSearchParams({ q: words })}`;
    const response = await fetch(address, { headers: { Accept: "text/html" } });
    signedOut(response);
    if (!response.ok || response.redirected) throw new Error(`${response.status}`);
    interrupted = false;
    return new DOMParser().parseFromString(await response.text(), "text/html").body;
  }

  async function fill() {
    try {
      const content = await fetched();
      dialog.replaceChildren(...content.childNodes);
    } catch {
      const out = make("button", { type: "button", class: "quiet", "data-close": "" }, closing);
      dialog.replaceChildren(
        make("p", { id: "attach-heading", role: "alert" }, failed),
        make("div", { class: "prose-dialog-buttons" }, out),
      );
    }
  }

  async function search() {
    const words = part("[type=search]").value;
    try {
      const content = await fetched(words);
      // A later answer may have come before.
      if (words !== part("[type=search]").value) return;
      part(".attach-found").replaceWith(content.querySelector(".attach-found"));
    } catch {
      part(".attach-found").replaceChildren(make("li", {}, failed));
    }
  }

  function showErrors(form, errors) {
    for (const list of form.querySelectorAll("[data-errors]")) {
      const words = errors[list.dataset.errors] ?? [];
      list.replaceChildren(...words.map((each) => make("li", {}, each)));
      const field = form.elements[list.dataset.errors];
      field.setAttribute("aria-describedby", list.parentNode.id);
      if (words.length) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
    form.querySelector("[aria-invalid]")?.focus();
  }

  /** Send the file with its words; return the attachment, or undefined if it is refused. */
  async function send(form) {
    const status = form.querySelector("[role=status]");
    const button = form.querySelector("[type=submit]");
    const body = new FormData(form);
    body.set("csrfmiddlewaretoken", token);
    showErrors(form, {});
    status.textContent = form.dataset.sending;
    button.disabled = true;
    try {
      const response = await fetch(form.action, { method: "POST", body });
      signedOut(response);
      if (response.redirected) throw new Error("signed out");
      const answer = await response.json();
      interrupted = false;
      status.textContent = "";
      if (response.ok) return answer;
      showErrors(form, answer.errors);
    } catch {
      status.textContent = failed;
    } finally {
      button.disabled = false;
    }
  }

  return new Promise((resolve) => {
    let answer = null;
    let timer;
    const renewed = () => !part(".attach-found") && fill();
    const done = (attachment) => {
      answer = attachment;
      dialog.close();
    };
    dialog.addEventListener("click", ({ target }) => {
      if (target.closest("[data-close]")) done(null);
      const offer = target.closest("[data-url]");
      if (offer) done({ ...offer.dataset });
    });
    dialog.addEventListener("input", ({ target }) => {
      if (target.type !== "search") return;
      clearTimeout(timer);
      timer = setTimeout(search, PAUSE);
    });
    dialog.addEventListener("change", ({ target }) => {
      const title = target.form?.elements.title;
      if (target.type === "file" && target.files[0] && !title.value)
        title.value = titleOf(target.files[0]).slice(0, title.maxLength);
    });
    dialog.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (!event.target.matches(".attach-new")) return search();
      const added = await send(event.target);
      if (added && dialog.open) done(added);
    });
    document.addEventListener("session-renewed", renewed);
    dialog.addEventListener("close", () => {
      clearTimeout(timer);
      document.removeEventListener("session-renewed", renewed);
      dialog.remove();
      resolve(answer);
    });
    fill().then(() => {
      dialog.showModal();
    });
  });
}
