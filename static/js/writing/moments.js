// A field in which a moment is typed: while a person types, the server says what it understands, and
// a calendar, which is the browser's own, writes into the field. The server reads the text again
// when the form is sent, so the field needs no script.

const WAIT = 250; // milliseconds without a key press before the server is asked

function enhance(box) {
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
    timer = setTimeout(ask, WAIT);
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

for (const box of document.querySelectorAll(".moment")) enhance(box);
