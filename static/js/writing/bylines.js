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

function button(words, sign, act) {
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

function enhance(group) {
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
    const removeButton = button(words.remove, "", () => remove(row, removeButton));
    box.append(
      button(words.up, "↑", () => move(row, -1)),
      button(words.down, "↓", () => move(row, 1)),
      removeButton,
    );
    row.append(box);
  }

  const adding = button(words.add, "", add);
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

for (const group of document.querySelectorAll(".bylines")) enhance(group);
