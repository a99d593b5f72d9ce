// A field in which rows are chosen by typing: the combobox with a list of the WAI-ARIA Authoring
// Practices, over a select that Django's admin fills from the server. What is chosen stands before
// it as tokens, each with a button. The select holds the values and is sent with the form; whoever
// changes it by script dispatches `change` on it.
//
// Where the template gives words for it, the last option makes a new row of the typed name.

const WAIT = 150; // milliseconds without a key press before the server is asked

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
    this.select.addEventListener("focus", () => this.input.focus());
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
    const isThere = results.some((row) => fold(row.text.split(" · ")[0]) === fold(term));
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
