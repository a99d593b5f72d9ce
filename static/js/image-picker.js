// Passes the chosen picture to the rich text editor that opened this window. The editor offers the
// callback interface of CKEditor's file browsers, so the picture is passed through that.
const list = document.querySelector(".picker");

list.addEventListener("click", (event) => {
  const chosen = event.target.closest("button");
  if (!chosen || !window.opener) return;
  const { id, url, alt, caption } = chosen.dataset;
  window.opener.CKEDITOR.tools.callFunction(list.dataset.callback, url, {
    id,
    alternative_text: alt,
    caption,
  });
  window.close();
});
