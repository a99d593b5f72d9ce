// Fills a slug in while a person types the words that it is made from. The server makes it, so that
// the rule is written once. A slug that somebody typed, or that was stored, stays.

const WAIT = 150; // milliseconds without a key press before the server is asked

function prefill(field, source) {
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
  if (source) prefill(field, source);
}
