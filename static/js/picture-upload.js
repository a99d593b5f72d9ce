// Says that a picture is being prepared, from the moment its form is sent until the answer comes.
// Without JavaScript, the browser's own signs of loading say so.
const field = document.querySelector("input[type=file][data-preparing]");

field?.form.addEventListener("submit", () => {
  if (!field.files.length) return;
  const status = document.createElement("p");
  status.className = "help picture-status";
  status.setAttribute("role", "status");
  status.textContent = field.dataset.preparing;
  document.querySelector(".submit-row")?.append(status);
  // After the browser has collected the values, with that of the button that was pressed.
  setTimeout(() => {
    for (const button of field.form.querySelectorAll("[type=submit]")) button.disabled = true;
  });
});

// A page that the browser shows again from its memory can be sent again.
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  document.querySelector(".picture-status")?.remove();
  for (const button of document.querySelectorAll("[type=submit]")) button.disabled = false;
});
