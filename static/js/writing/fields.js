// The fields of a form in which a person types and the server helps: rows that are chosen by their
// names, moments, bylines, slugs. One file, since a form has several of them. Each works without it.

const WAIT = 150; // milliseconds without a key press before the server is asked

// --- Rows chosen by typing ----------------------------------------------------------------------

// A field in which rows are chosen by typing: the combobox with a list of the WAI-ARIA Authoring
// Practices, over a select that Django's admin fills from the server. What is chosen stands before
// it as tokens, each with a button. The select holds the values and is sent with the form; whoever
// changes it by script dispatches `change` on it.
//
// Where the template gives words for it, the last option makes a new row of the typed name.

let boxes = 0;

class TypedChoice extends HTMLElement {
  connectedCallback() {
    if (this.input) return;
    this.select = this.querySelector("select");
    this.number = ++boxes;
    this.options = []; // {value, label, text}
    this.active = -1;
    this.asked = 0;
    this.draw();
    this.listen();
    this.showChosen();
  }

  draw() {
    const plain = this.querySelector(".choice-names");
    this.tokens = document.createElement("ul");
    this.tokens.className = "choice-chosen";
    this.tokens.setAttribute("aria-label", this.dataset.chosen);
    this.input = document.createElement("input");
    this.input.type = "text";
    this.input.className = "choice-input";
    this.input.id = `${this.select.id}_typed`;
    // The server takes a name that was typed and left here, if there is such a row.
    this.input.name = `${this.select.name}_left`;
    this.input.value = plain.value;
    this.input.autocomplete = "off";
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-expanded", "false");
    this.list = document.createElement("ul");
    this.list.className = "choice-list";
    this.list.id = `choice-list-${this.number}`;
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    this.input.setAttribute("aria-controls", this.list.id);
    this.status = document.createElement("span");
    this.status.className = "choice-status";
    this.status.setAttribute("role", "status");
    const label = this.closest("form")?.querySelector(`label[for="${CSS.escape(this.select.id)}"]`);
    if (label) {
      label.htmlFor = this.input.id;
      this.list.setAttribute("aria-label", label.textContent.trim());
    } else {
      const name = this.select.getAttribute("aria-label") || "";
      this.input.setAttribute("aria-label", name);
      this.list.setAttribute("aria-label", name);
    }
    for (const attribute of ["aria-describedby", "aria-invalid"]) {
      if (this.select.hasAttribute(attribute))
        this.input.setAttribute(attribute, this.select.getAttribute(attribute));
    }
    plain.remove();
    // A link to the field leads to the select, which passes the focus on.
    this.select.classList.add("choice-select");
    this.select.tabIndex = -1;
    this.select.setAttribute("aria-hidden", "true");
    this.select.addEventListener("focus", () => {
      (this.input.hidden ? this.tokens.querySelector("button") : this.input).focus();
    });
    this.append(this.tokens, this.input, this.status, this.list);
  }

  listen() {
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.asked++;
      if (this.input.value.trim()) this.timer = setTimeout(() => this.ask(), WAIT);
      else this.close();
    });
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.close());
    this.input.addEventListener("click", () => this.list.hidden && this.ask());
    // Before the field loses the focus.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose(Number(option.dataset.index));
    });
    this.tokens.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) this.remove(button.value);
    });
    this.tokens.addEventListener("keydown", (event) => {
      if (event.key !== "Backspace" && event.key !== "Delete") return;
      event.preventDefault();
      this.remove(event.target.value);
    });
    this.select.addEventListener("change", () => this.showChosen());
  }

  pressed(event) {
    const isOpen = !this.list.hidden;
    const typed = this.input.value.trim();
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (isOpen) this.move(event.key === "ArrowDown" ? 1 : -1);
      else this.ask();
    } else if (event.key === "Enter") {
      // Never sends the form.
      event.preventDefault();
      if (isOpen && this.active >= 0 && this.listed === typed) this.choose(this.active);
      else if (typed) this.chooseFirst();
    } else if (event.key === "Escape" && (isOpen || this.input.value)) {
      event.preventDefault();
      event.stopPropagation();
      if (isOpen) this.close();
      else this.write("");
    } else if (event.key === "Backspace" && !this.input.value) {
      const last = this.chosen().at(-1);
      if (last) this.remove(last.value);
    }
  }

  // --- The list --------------------------------------------------------------------------------

  // Enter was pressed before the list was there.
  async chooseFirst() {
    if (await this.find()) {
      this.open();
      if (this.active >= 0) this.choose(this.active);
      if (document.activeElement !== this.input) this.close();
    }
  }

  async ask() {
    if ((await this.find()) && document.activeElement === this.input) this.open();
  }

  // Find the options for what is typed; say whether that is still typed.
  async find() {
    clearTimeout(this.timer);
    const number = ++this.asked;
    const term = this.input.value.trim();
    const { ajaxUrl, appLabel, modelName, fieldName } = this.settings();
    const query = new URLSearchParams({
      term,
      app_label: appLabel,
      model_name: modelName,
      field_name: fieldName,
    });
    let results = [];
    try {
      const response = await fetch(`${ajaxUrl}?${query}`);
      // The session may have ended: a login page holds no rows.
      if (response.ok && !response.redirected) results = (await response.json()).results;
    } catch {
      // The server does not answer: what is typed stays, and is sent with the form.
    }
    if (number !== this.asked) return false;
    const taken = new Set(this.chosen().map((option) => option.value));
    const isThere = [...results, ...this.chosen()].some(
      (row) => fold(row.text.split(" · ")[0]) === fold(term),
    );
    this.options = results
      .filter((row) => !taken.has(row.id))
      .map((row) => ({ value: row.id, label: row.text, text: row.text }));
    if (this.dataset.make && term && !isThere) {
      const words = this.dataset.make.replace("%s", () => term);
      this.options.push({ value: `new:${term}`, label: term, text: words });
    }
    this.listed = term;
    // Where there are rows like it, a new one is made by pointing at that option only.
    this.isSure = Boolean(term) && (!results.length || !this.options[0]?.value.startsWith("new:"));
    return true;
  }

  settings() {
    const data = this.select.dataset;
    return { ...data, ajaxUrl: this.select.getAttribute("data-ajax--url") };
  }

  // The first option is the one that Enter chooses, if `isSure`.
  open() {
    this.list.replaceChildren(
      ...this.options.map((option, index) => {
        const item = document.createElement("li");
        item.id = `${this.list.id}-${index}`;
        item.dataset.index = index;
        item.setAttribute("role", "option");
        item.textContent = option.text;
        if (option.value.startsWith("new:")) item.className = "choice-new";
        return item;
      }),
    );
    const isEmpty = !this.options.length;
    this.list.hidden = isEmpty;
    this.status.textContent = isEmpty ? this.dataset.none : "";
    this.input.setAttribute("aria-expanded", !isEmpty);
    if (!isEmpty) this.list.scrollIntoView({ block: "nearest" });
    this.activate(this.isSure && !isEmpty ? 0 : -1);
  }

  close() {
    this.list.hidden = true;
    this.status.textContent = "";
    this.input.setAttribute("aria-expanded", "false");
    this.activate(-1);
  }

  move(step) {
    const count = this.options.length;
    const before = this.active < 0 && step < 0 ? 0 : this.active;
    this.activate((before + step + count) % count);
  }

  activate(index) {
    this.active = index;
    [...this.list.children].forEach((item, at) => item.setAttribute("aria-selected", at === index));
    const active = index >= 0 && this.list.children[index];
    if (active) {
      active.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", active.id);
    } else this.input.removeAttribute("aria-activedescendant");
  }

  // --- What is chosen --------------------------------------------------------------------------

  chosen() {
    return [...this.select.selectedOptions].filter((option) => option.value);
  }

  choose(index) {
    const { value, label } = this.options[index];
    const isHere = document.activeElement === this.input;
    if (!this.select.multiple) for (const option of this.chosen()) option.selected = false;
    let option = [...this.select.options].find((one) => one.value === value);
    if (!option) {
      option = new Option(label, value);
      this.select.append(option);
    }
    option.selected = true;
    this.write("");
    this.close();
    this.changed();
    if (isHere && !this.select.multiple) this.tokens.querySelector("button")?.focus();
  }

  remove(value) {
    const options = [...this.select.options];
    const option = options.find((one) => one.value === value);
    if (!option) return;
    option.selected = false;
    if (!this.select.multiple) {
      const none = options.find((one) => !one.value) || new Option("", "");
      this.select.prepend(none);
      none.selected = true;
    }
    this.changed();
    this.input.focus();
  }

  changed() {
    for (const name of ["input", "change"])
      this.select.dispatchEvent(new Event(name, { bubbles: true }));
  }

  write(text) {
    this.input.value = text;
    this.input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  showChosen() {
    const chosen = this.chosen();
    this.tokens.replaceChildren(
      ...chosen.map((option) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.value = option.value;
        button.textContent = "×";
        button.setAttribute("aria-label", this.dataset.remove.replace("%s", () => option.text));
        button.disabled = this.select.disabled;
        // The details tell namesakes apart, but the name comes first.
        const [name, ...details] = option.text.split(" · ");
        const words = document.createElement("span");
        const rest = document.createElement("small");
        rest.textContent = details.length ? ` · ${details.join(" · ")}` : "";
        words.append(name, rest);
        item.append(words, button);
        return item;
      }),
    );
    this.tokens.hidden = !chosen.length;
    this.input.disabled = this.select.disabled;
    this.input.hidden = !this.select.multiple && chosen.length > 0;
  }
}

function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/\s+/g, " ").trim();
}

customElements.define("typed-choice", TypedChoice);

// --- Moments ------------------------------------------------------------------------------------

// A field in which a moment is typed: while a person types, the server says what it understands, and
// a calendar, which is the browser's own, writes into the field. The server reads the text again
// when the form is sent, so the field needs no script.

const MOMENT_WAIT = 250; // milliseconds, as above: a moment takes more keys

function enhanceMoment(box) {
  const text = box.querySelector("input");
  const words = box.querySelector("output");
  const calendar = document.createElement("input");
  const button = document.createElement("button");
  let timer;
  let asked = 0;

  async function ask() {
    const number = ++asked;
    let answer = {};
    if (text.value.trim()) {
      try {
        const query = new URLSearchParams({ text: text.value });
        const response = await fetch(`${box.dataset.address}?${query}`);
        // The session may have ended: a login page says nothing about a moment.
        if (response.ok && !response.redirected) answer = await response.json();
      } catch {
        // The server does not answer: it says what it understood when the form is saved.
      }
    }
    if (number === asked) show(answer);
    return answer;
  }

  function show(answer) {
    words.dataset.short = answer.short || "";
    words.textContent = answer.words || answer.error || "";
    words.classList.toggle("moment-error", Boolean(answer.error));
    if (answer.error) text.setAttribute("aria-invalid", "true");
    else text.removeAttribute("aria-invalid");
    if (answer.local) calendar.value = answer.local;
    box.querySelector(".moment-choices")?.remove();
    if (answer.choices) words.after(choices(answer));
  }

  function choices(answer) {
    const group = document.createElement("fieldset");
    group.className = "moment-choices";
    const legend = document.createElement("legend");
    legend.className = "visually-hidden";
    legend.textContent = answer.error;
    group.append(legend);
    for (const choice of answer.choices) {
      const label = document.createElement("label");
      const radio = document.createElement("input");
      radio.type = "radio";
      radio.name = `${text.id}-choice`;
      radio.value = choice.text;
      label.append(radio, ` ${choice.words}`);
      group.append(label);
    }
    return group;
  }

  function write(value) {
    text.value = value;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function openCalendar(isOpen) {
    calendar.hidden = !isOpen;
    button.setAttribute("aria-expanded", isOpen);
    if (isOpen) calendar.focus();
  }

  calendar.type = "datetime-local";
  calendar.hidden = true;
  calendar.className = "moment-calendar";
  calendar.setAttribute("aria-label", box.dataset.calendar);
  button.type = "button";
  button.className = "moment-button";
  button.textContent = box.dataset.calendar;
  button.setAttribute("aria-expanded", "false");
  text.after(button, calendar);

  text.addEventListener("input", () => {
    clearTimeout(timer);
    asked++;
    timer = setTimeout(ask, MOMENT_WAIT);
  });
  button.addEventListener("click", async () => {
    if (calendar.hidden && !calendar.value) await ask();
    openCalendar(calendar.hidden);
  });
  calendar.addEventListener("input", (event) => {
    event.stopPropagation();
    if (calendar.value) write(calendar.value.replace("T", " "));
  });
  calendar.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" && event.key !== "Enter") return;
    event.preventDefault();
    openCalendar(false);
    text.focus();
  });
  box.addEventListener("change", (event) => {
    if (event.target.type === "radio" && !event.target.name.endsWith("_chosen")) {
      const chosen = event.target.value;
      text.focus();
      write(chosen);
    }
  });
}

function enhanceMoments(within) {
  for (const box of within.querySelectorAll(".moment")) enhanceMoment(box);
}

enhanceMoments(document);
// A script that has put new fields into an element sends it this event.
document.addEventListener("fields-added", (event) => enhanceMoments(event.target));

// --- Bylines ------------------------------------------------------------------------------------

// The rows of a byline: buttons and keys (Alt with an arrow) move them, add and remove them. The
// order on the screen is the order that is stored. A row that is emptied counts as none, so no row is
// ever numbered anew; a stored row that is removed can be kept after all until the form is saved.

function fieldOf(row, name) {
  return row.querySelector(`[name$="-${name}"]`);
}

function isFilled(row) {
  return Boolean(
    fieldOf(row, "id")?.value || fieldOf(row, "author")?.value || fieldOf(row, "role")?.value,
  );
}

function bylineButton(words, sign, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "byline-button";
  made.textContent = sign || words;
  if (sign) {
    made.setAttribute("aria-label", words);
    made.title = words;
  }
  made.addEventListener("click", act);
  return made;
}

function enhanceBylines(group) {
  const list = group.querySelector("ol");
  const template = group.querySelector("template");
  const total = group.querySelector("[name$=-TOTAL_FORMS]");
  const words = group.dataset;

  const rows = () => [...list.querySelectorAll(":scope > li:not([hidden])")];

  // An empty row keeps the number that it was sent with, so that the server still finds it empty.
  function number() {
    let position = 0;
    for (const row of rows()) {
      const field = fieldOf(row, "position");
      const value = isFilled(row) ? String(position++) : field.defaultValue;
      if (field.value !== value) field.value = value;
    }
    list.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function move(row, step) {
    const others = rows();
    const other = others[others.indexOf(row) + step];
    if (!other) return;
    const focused = document.activeElement;
    if (step < 0) other.before(row);
    else other.after(row);
    focused.focus();
    number();
  }

  function remove(row, removeButton) {
    const box = fieldOf(row, "DELETE");
    if (box) {
      box.checked = !box.checked;
      row.classList.toggle("byline-removed", box.checked);
      removeButton.textContent = box.checked ? words.keep : words.remove;
    } else {
      const next = row.nextElementSibling?.matches("li:not([hidden])") ? row.nextElementSibling : null;
      const author = fieldOf(row, "author");
      for (const option of author.options) option.selected = false;
      author.value = "";
      author.dispatchEvent(new Event("change", { bubbles: true }));
      for (const field of row.querySelectorAll("input[type=text], input:not([type])")) field.value = "";
      fieldOf(row, "position").value = fieldOf(row, "position").defaultValue;
      row.hidden = true;
      (next?.querySelector("input, button") || adding).focus();
    }
    number();
  }

  function add() {
    let row = [...list.querySelectorAll(":scope > li[hidden]")][0];
    if (!row) {
      const html = template.innerHTML.replaceAll("__prefix__", total.value);
      list.insertAdjacentHTML("beforeend", html);
      row = list.lastElementChild;
      total.value = Number(total.value) + 1;
      tools(row);
    }
    row.hidden = false;
    list.append(row);
    row.querySelector("[role=combobox], select").focus();
  }

  function tools(row) {
    const box = document.createElement("span");
    box.className = "byline-tools";
    const removeButton = bylineButton(words.remove, "", () => remove(row, removeButton));
    box.append(
      bylineButton(words.up, "↑", () => move(row, -1)),
      bylineButton(words.down, "↓", () => move(row, 1)),
      removeButton,
    );
    row.append(box);
  }

  const adding = bylineButton(words.add, "", add);
  adding.classList.add("byline-add");
  if (!template) return;
  group.classList.add("byline-scripted");
  for (const row of rows()) {
    tools(row);
    if (fieldOf(row, "DELETE")?.checked) row.classList.add("byline-removed");
  }
  // Of the empty rows, one is enough, and none where there is a byline.
  const empty = rows().filter((row) => !isFilled(row) && !row.matches(".errors"));
  const isUnsigned = empty.length === rows().length;
  for (const row of empty.slice(isUnsigned ? 1 : 0)) row.hidden = true;
  list.after(adding);

  list.addEventListener("change", number);
  list.addEventListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const row = event.target.closest("li.byline");
    if (!event.altKey || !step || !row) return;
    event.preventDefault();
    event.stopPropagation();
    move(row, step);
  }, true);
}

for (const group of document.querySelectorAll(".bylines")) enhanceBylines(group);

// --- Slugs --------------------------------------------------------------------------------------

// Fills a slug in while a person types the words that it is made from. The server makes it, so that
// the rule is written once. A slug that somebody typed, or that was stored, stays.

function prefillSlug(field, source) {
  let isOwn = !field.value;
  let asked = source.value; // the words that the field's slug is made from
  let timer;

  async function ask() {
    const words = source.value;
    let slug = "";
    if (words.trim()) {
      const token = field.form.elements.csrfmiddlewaretoken.value;
      const body = new URLSearchParams({ words, csrfmiddlewaretoken: token });
      try {
        const response = await fetch(field.dataset.slugAddress, { method: "POST", body });
        // A login page is no slug: the session may have ended.
        if (response.ok && !response.redirected) slug = await response.text();
      } catch {
        // The server does not answer: it makes the slug when the form is saved.
      }
    }
    if (!isOwn || source.value !== words) return;
    asked = words;
    field.value = slug.slice(0, field.maxLength > 0 ? field.maxLength : undefined).replace(/-+$/, "");
  }

  field.addEventListener("input", () => {
    isOwn = !field.value;
  });
  source.addEventListener("input", () => {
    clearTimeout(timer);
    if (isOwn) timer = setTimeout(ask, WAIT);
  });
  // A form that is sent before the answer has come must not store the slug of half the words.
  field.form.addEventListener("submit", () => {
    if (isOwn && source.value !== asked) field.value = "";
  });
}

for (const field of document.querySelectorAll("input[data-slug-of]")) {
  const source = field.form.elements[field.dataset.slugOf];
  if (source) prefillSlug(field, source);
}
