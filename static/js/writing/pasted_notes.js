// The footnotes of a pasted text: programs write a link at the place of each, and the note behind
// the text, with a link back. Word names them `_ftn1`, LibreOffice `sdfootnote1sym`, Google Docs
// `ftnt1`, MediaWiki `cite_note-1`, others `fn1`; where only one of the two came along, all stays.

/** Outlook on the web begins the classes of others with `x_`. */
const NOTE_CLASS = /^(x_)*(Mso(Foot|End)noteReference|sd(foot|end)note(anc|sym))$/;
const NOTE_TARGET =
  /^_*(ftn|edn|sdfootnote|sdendnote|fn|footnote|endnote|note|cite[_-](note|ref)|user-content-fn)/i;
const BACK_TO_TEXT = /^[\s↩↑^⤴←\ufe0e\ufe0f]*$/u;
/** The most characters of a number of a note, such as “note 12”, without spaces. */
const LONGEST_NUMBER = 8;
/** An element that holds one note and nothing else. */
const NOTE = "li, dd, aside, div[id^=ftn], div[id^=edn], div[id^=sdfootnote], div[id^=sdendnote]";

/** Return the name inside the page to which a link leads, or undefined. */
function targetOf(link) {
  const [, name] = (link.getAttribute("href") ?? "").split("#");
  try {
    return name && decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** Say whether an element stands for a note in the text, or leads from a note back to it. */
export function isOfNote(element, styleOf) {
  return (
    [...element.classList].some((name) => NOTE_CLASS.test(name)) ||
    /mso-(foot|end)note-id/.test(styleOf(element)) ||
    /^doc-(noteref|backlink)$/.test(element.getAttribute("role") ?? "") ||
    // Other links lead to a part that has such a name by chance.
    (NOTE_TARGET.test(targetOf(element) ?? "") && numberOfNote(element).length <= LONGEST_NUMBER)
  );
}

/** Return the number that an element shows for a note; "" if it only leads back to the text. */
export function numberOfNote(element) {
  const figure = element.textContent.replace(/[[\]()\s]/g, "");
  return BACK_TO_TEXT.test(figure) ? "" : figure;
}

/**
 * Take the notes out of a parsed document. Return the element of each note by the link that stands
 * for it in the text.
 */
export function takeNotes(parsed, styleOf) {
  const named = new Map();
  for (const element of parsed.body.querySelectorAll("[id], a[name]"))
    for (const name of [element.id, element.localName === "a" && element.getAttribute("name")])
      if (name && !named.has(name)) named.set(name, element);
  const notes = new Map();
  for (const link of parsed.body.querySelectorAll("a[href*='#']")) {
    const target = named.get(targetOf(link));
    if (!target || !isOfNote(link, styleOf) || link.getAttribute("role") === "doc-backlink") continue;
    // A link back leads to what stands before it.
    if (!(link.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING)) continue;
    const note = target.closest(NOTE) ?? target.closest("p, div, td");
    if (note && !note.contains(link)) notes.set(link, note);
  }
  // A list of works may have many links to one note, and a note may quote another.
  const links = new Set(notes.keys());
  for (const note of new Set(notes.values())) {
    for (const back of note.querySelectorAll("a[href*='#']"))
      if (!links.has(back) && isOfNote(back, styleOf)) back.remove();
    for (const back of note.querySelectorAll(".mw-cite-backlink")) back.remove();
    dropLineAbove(note);
    const section = note.closest("[role=doc-endnotes]");
    note.remove();
    // A heading of the notes, without them.
    if (section && !section.querySelector("li, p, aside")) section.remove();
  }
  return notes;
}

/** Remove the line that divides the notes of a text from the text. */
function dropLineAbove(note) {
  const before = note.previousElementSibling ?? note.parentElement?.previousElementSibling;
  const line = before?.localName === "br" ? before.previousElementSibling : before;
  if (line?.localName === "hr") line.remove();
}

/** Return the pattern of the number that a note begins with, in brackets or with a sign behind. */
export function ownNumber(figure) {
  const number = figure.replace(/[^\p{L}\p{N}]/gu, "");
  return new RegExp(`^\\s*(?:[[(]?${number}(?!\\p{L}|\\p{N})[\\]).:]*)?\\s*`, "u");
}
