// Link cards in the editor: an address alone on a line may become a card with the title, the site
// and the picture of its page. A card is a quotation of the class “card”, so its words are typed as
// all others are; a worker fetches them (`articles/cards`), and nothing else asks the other site.

import { make } from "newsroom/elements";

const ADDRESS = /^https?:\/\/\S+$/i;
const PAUSE = 1000; // milliseconds between two questions whether the page has been fetched
const TRIES = 60; // the worker looks for what is due every 30 seconds, even if its task was lost

const isCard = (node) => node.type.name === "blockquote" && node.attrs.class === "card";

/** Return the address of the first link of a card. */
function addressOf(card) {
  let address = "";
  card.descendants((node) => {
    address ||= node.marks.find(({ type }) => type.name === "link")?.attrs.href ?? "";
  });
  return address;
}

const stateOf = (card) => JSON.stringify(card);

/** Return the card that is still as it was, and its place in the text; undefined if there is none. */
function unchanged(doc, before) {
  let found;
  doc.descendants((node, position) => {
    if (!found && isCard(node) && stateOf(node) === before) found = { node, position };
    return !found;
  });
  return found;
}

const paragraphOf = (text, marks = []) => ({
  type: "paragraph",
  content: [{ type: "text", text, marks }],
});

/** Return a card as the editor's document has it. */
function contentOf(address, { title, source, description, picture }) {
  const image = picture && {
    type: "figure",
    content: [
      {
        type: "image",
        attrs: {
          src: picture.url,
          alt: "",
          file: picture.id,
          width: picture.width,
          height: picture.height,
        },
      },
    ],
  };
  return {
    type: "blockquote",
    attrs: { class: "card" },
    content: [
      ...(image ? [image] : []),
      paragraphOf(title, [{ type: "link", attrs: { href: address } }]),
      ...(description ? [paragraphOf(description)] : []),
      paragraphOf(source),
    ],
  };
}

const hostOf = (address) => new URL(address).host.replace(/^www\./, "");
const bare = (address) => address.replace(/^https?:\/\/(www\.)?/i, "");

/** Return the paragraph that is nothing but an address, at the cursor or just before it. */
function loneAddress({ doc, selection }) {
  const { $from, empty } = selection;
  if (!empty || $from.depth !== 1) return null;
  const index = $from.index(0);
  const isNew = !$from.parent.content.size && index > 0;
  const node = isNew ? doc.child(index - 1) : $from.parent;
  const address = node.textContent.trim();
  if (node.type.name !== "paragraph" || !ADDRESS.test(address)) return null;
  // One with a password is nobody's business, and no server is asked.
  if (!URL.canParse(address) || new URL(address).username) return null;
  const from = isNew ? $from.before(1) - node.nodeSize : $from.before(1);
  return { address, from, to: from + node.nodeSize };
}

/** Return the card with the cursor, or null. */
function cardAt({ selection: { $from } }) {
  for (let depth = $from.depth; depth > 0; depth -= 1)
    if (isCard($from.node(depth))) return $from.node(depth);
  return null;
}

/** The line above the text that offers a card, tells its state, and fetches it again. */
export function offerCards(editor, { words, address: view }, { head, form, closeHistory }) {
  const line = make("p", { role: "status" });
  const act = make("button", { type: "button" });
  const buttons = make("p", { class: "prose-pictures" }, act);
  const close = make("button", { type: "button", "aria-label": words.close }, "×");
  const box = make("div", { class: "prose-left-out prose-card", hidden: "" }, line, buttons, close);
  const asking = new Set(); // the addresses that are being asked for
  const said = new Map(); // what became of each address
  const dismissed = new Set();
  let now = null; // what the line is about: { address, place } of a line, or { address } of a card

  head.append(box);

  function show() {
    const place = loneAddress(editor.state);
    const card = place ? null : cardAt(editor.state);
    const address = place?.address ?? (card && addressOf(card));
    now = address && URL.canParse(address) && !dismissed.has(address) ? { address, place } : null;
    box.hidden = !now;
    if (!now) return;
    const isAsking = asking.has(address);
    const text = place ? words.offer : said.get(address) ?? words.card;
    const tells = isAsking && !place ? words.waiting.replace("%s", hostOf(address)) : text;
    if (line.textContent !== tells) line.textContent = tells;
    act.textContent = place ? words.make : words.again;
    buttons.hidden = isAsking && !place;
  }

  /** Ask until there is an answer; return it, or null if there is none. */
  async function answerOf(address, again) {
    const token = form.elements.csrfmiddlewaretoken.value;
    const body = new URLSearchParams({ address, csrfmiddlewaretoken: token });
    if (again) body.set("again", "on");
    for (let tries = 0; tries < TRIES; tries += 1) {
      const response = await fetch(view, { method: "POST", body });
      if (response.redirected || response.status === 403)
        document.dispatchEvent(new Event("signed-out"));
      if (!response.ok || response.redirected) throw new Error(`${response.status}`);
      const answer = await response.json();
      if (answer.state !== "waiting") return answer;
      body.delete("again");
      await new Promise((later) => setTimeout(later, PAUSE));
    }
    return null;
  }

  /** Fill in a card of the address, if nobody has typed in it until there is an answer. */
  async function fill(address, card, again = false) {
    if (asking.has(address)) return;
    asking.add(address);
    const host = hostOf(address);
    const before = stateOf(card);
    show();
    try {
      const answer = await answerOf(address, again);
      const card = unchanged(editor.state.doc, before);
      if (!answer) said.set(address, words.slow.replace("%s", host));
      else if (answer.state !== "fetched") said.set(address, answer.why);
      else if (!card) said.set(address, words.kept);
      else {
        put({ from: card.position, to: card.position + card.node.nodeSize }, address, answer);
        said.set(address, words.made.replace("%s", host));
      }
    } catch {
      said.set(address, words.unanswered);
    }
    asking.delete(address);
    if (!editor.isDestroyed) show();
  }

  /** Put a card in the place of a part of the text, as one step that can be undone. */
  function put({ from, to }, address, facts) {
    const { state, view } = editor;
    const isHere = state.selection.from >= from && state.selection.from <= to;
    const isLast = to === state.doc.content.size;
    const card = state.schema.nodeFromJSON(contentOf(address, facts));
    // Behind a card at the end, there is a line to go on.
    const rest = isLast ? [state.schema.nodes.paragraph.create()] : [];
    view.dispatch(closeHistory(state.tr));
    view.dispatch(editor.state.tr.replaceWith(from, to, [card, ...rest]));
    view.dispatch(closeHistory(editor.state.tr));
    // The cursor stays in the card, at its title.
    const picture = card.firstChild.isTextblock ? 0 : card.firstChild.nodeSize;
    if (isHere) editor.commands.setTextSelection(from + 2 + picture);
  }

  act.addEventListener("mousedown", (event) => event.preventDefault());
  act.addEventListener("click", () => {
    const { address, place } = now;
    if (!place) return fill(address, cardAt(editor.state), true);
    put(place, address, { title: bare(address), source: hostOf(address) });
    // The title can be typed at once, even where the cursor stood on the line behind the address.
    editor.chain().focus().setTextSelection(place.from + 2).run();
    fill(address, cardAt(editor.state));
  });
  close.addEventListener("click", () => {
    dismissed.add(now.address);
    show();
    editor.commands.focus();
  });
  editor.on("transaction", show);
  show();
}
