// Moves the form below the comment that the reader answers. Without JavaScript, the link leads to a
// page with the comment and the form.
const form = document.getElementById("comment-form");
const title = form.querySelector("h3");
const home = { title: title.textContent, action: form.action, place: document.createComment("") };
form.before(home.place);

document.getElementById("comments").addEventListener("click", (event) => {
  const link = event.target.closest(".comment-foot a[href$='/reply/']");
  const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (elsewhere) return;
  if (link) {
    event.preventDefault();
    link.closest(".comment").append(form);
    title.textContent = link.ariaLabel;
    form.action = link.href;
    form.elements.name.focus();
  } else if (event.target.closest(".thread-head a[href='#comment-form']")) {
    home.place.after(form);
    title.textContent = home.title;
    form.action = home.action;
  }
});
