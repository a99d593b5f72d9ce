// The rich text editor of the admin: what we add to the library's, by the names of its extensions.
// Its words come from `articles/admin/editor.py`, in the language of the admin.

import {
  Extension,
  Figure as LibraryFigure,
  Image as LibraryImage,
  Link as LibraryLink,
  Plugin,
  Strike as LibraryStrike,
  crel,
  gettext,
  isMacOS,
  pm,
} from "django-prose-editor/editor";
import { make } from "newsroom/elements";
import { NoteInText } from "newsroom/footnotes";
import { Gallery as GalleryOfFigures, galleryButtons } from "newsroom/galleries";
import { cleaned, paragraphs, withoutTracking } from "newsroom/paste";

const textareaOf = (editor) => editor.options.element.querySelector("textarea");

/** Return the part above the text that stays in view. */
function headOf(editor) {
  const { element } = editor.options;
  const head = element.querySelector(".prose-head") ?? make("div", { class: "prose-head" });
  if (!head.parentElement) editor.view.dom.before(head);
  return head;
}

/** Return the text as the library writes it into the field: one empty block is no text. */
const valueOf = (editor) => editor.getHTML().replace(/^<(\w+)(\s[^>]*)?><\/\1>$/, "");

// --- The surface --------------------------------------------------------------------------------

/** The field for the text: its name and language, and the spelling that the browser checks. */
export const Surface = Extension.create({
  name: "surface",

  onCreate() {
    const { editor } = this;
    const textarea = textareaOf(editor);
    // Its label, and a link to it in a list of errors, lead to the text.
    textarea.tabIndex = -1;
    textarea.setAttribute("aria-hidden", "true");
    textarea.addEventListener("focus", () => editor.commands.focus());
    // A script of the page has put another text into the field: a draft, say.
    textarea.addEventListener("input", () => {
      const { value } = textarea;
      if (value !== valueOf(editor)) editor.commands.setContent(value, { emitUpdate: false });
    });
  },

  addProseMirrorPlugins() {
    const { label, language } = this.options;
    const form = textareaOf(this.editor).form;
    const choice = form?.elements.language;
    const attributes = () => ({
      role: "textbox",
      "aria-multiline": "true",
      "aria-label": label,
      lang: choice?.value || language,
      spellcheck: "true",
    });
    // An empty transaction, so that the attributes are read again.
    choice?.addEventListener("change", () => this.editor.view.dispatch(this.editor.state.tr));
    // The line with the cursor is neither below the toolbar nor, on a phone, below the buttons.
    const around = { top: 140, right: 0, bottom: 110, left: 0 };
    return [new Plugin({ props: { attributes, scrollMargin: around, scrollThreshold: around } })];
  },
});

// --- Pasting ------------------------------------------------------------------------------------

/** Return the picture that an address of the kind `data:` holds as a file, or null. */
function fileIn(address, number) {
  const [, type, data] = /^data:(image\/[\w.+-]+);base64,([^]*)$/i.exec(address) ?? [];
  if (!type) return null;
  try {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    return new File([bytes], `${number}.${type.split(/[/+]/)[1]}`, { type });
  } catch {
    return null;
  }
}

/** Cleans what is pasted, says in one line what was left out, and offers its pictures. */
export const Paste = Extension.create({
  name: "cleanPaste",

  onCreate() {
    const line = make("p", { role: "status" });
    const pictures = make("p", { class: "prose-pictures" });
    const close = make("button", { type: "button", "aria-label": this.options.words.close }, "×");
    close.addEventListener("click", () => {
      this.storage.clear();
      this.editor.commands.focus();
    });
    Object.assign(this.storage, { line, pictures });
    headOf(this.editor).append(make("div", { class: "prose-left-out" }, line, pictures, close));
  },

  onTransaction({ transaction }) {
    // What is undone has left nothing out.
    if (pm.history.isHistoryTransaction(transaction) && this.storage.before?.eq(transaction.doc))
      this.storage.clear();
  },

  transformPastedHTML(html) {
    const { html: clean, leftOut, pictures } = cleaned(html, this.options);
    const { line, event } = this.storage;
    const { words } = this.options;
    // A picture that was copied alone comes as a file, too: the page takes that.
    if (event?.files && !event.hasText) leftOut.pictures = pictures.length = 0;
    const language = document.documentElement.lang || undefined;
    const rules = new Intl.PluralRules(language);
    const parts = Object.entries(leftOut).flatMap(([kind, count]) => {
      const [one, several] = words[kind];
      return count ? [rules.select(count) === "one" ? one : several.replace("%s", count)] : [];
    });
    const list = new Intl.ListFormat(language).format(parts);
    line.textContent = parts.length ? words.all.replace("%s", list) : "";
    this.storage.offer(pictures);
    return clean;
  },

  addStorage() {
    return {
      line: null,
      pictures: null,
      event: null,
      /** The text before something came in. */
      before: null,
      offer() {},
      clear() {
        this.line.textContent = "";
        this.pictures.replaceChildren();
      },
    };
  },

  onBeforeCreate() {
    const { editor, storage, options } = this;
    // Pictures that came along can be added to the library; those of other sites can be looked at.
    storage.offer = (pictures) => {
      const files = pictures.flatMap(({ src }, i) => fileIn(src, i + 1) ?? []);
      const offers = pictures
        .filter(({ src }) => /^https?:/i.test(src))
        .map(({ src, alt, caption }, i) =>
          make(
            "a",
            { href: src, target: "_blank", rel: "noopener noreferrer" },
            alt || caption || options.words.picture.replace("%s", i + 1),
          ),
        );
      if (files.length) {
        const add = make("button", { type: "button" }, options.words.add);
        // They are pasted as files, which the page takes up as it does all pictures.
        add.addEventListener("click", () => {
          const clipboardData = new DataTransfer();
          for (const file of files) clipboardData.items.add(file);
          const paste = { clipboardData, bubbles: true, cancelable: true };
          editor.view.dom.dispatchEvent(new ClipboardEvent("paste", paste));
        });
        offers.unshift(add);
      }
      storage.pictures.replaceChildren(...offers);
    };
  },

  addProseMirrorPlugins() {
    const { editor } = this;
    const endStep = () => editor.view.dispatch(pm.history.closeHistory(editor.state.tr));
    // One step back takes all that came in, and nothing that was typed around it.
    const begin = (transfer) => {
      const { storage } = this;
      storage.clear();
      storage.before = editor.state.doc;
      storage.event = transfer && {
        files: transfer.files.length,
        hasText: transfer.types.includes("text/plain"),
      };
      endStep();
      queueMicrotask(() => {
        storage.event = null;
        endStep();
      });
      return false;
    };
    return [
      new Plugin({
        props: {
          clipboardTextParser: (text, context, isPlain) =>
            pm.model.DOMParser.fromSchema(editor.schema).parseSlice(paragraphs(text, isPlain), {
              preserveWhitespace: true,
              context,
            }),
          handleDOMEvents: {
            paste: (_view, { clipboardData }) => begin(clipboardData),
            drop: (_view, { dataTransfer }) => begin(dataTransfer),
          },
        },
      }),
    ];
  },
});

// --- Links --------------------------------------------------------------------------------------

/** Return the address that somebody typed or pasted, or null if it is none. */
function typedAddress(text) {
  const typed = text.trim();
  if (!typed || /\s/.test(typed)) return null;
  if (/^(https?:\/\/.|mailto:.|tel:.|\/(?!\/))/i.test(typed)) {
    const own = `${location.origin}/`;
    return typed.startsWith(own) ? typed.slice(own.length - 1) : withoutTracking(typed);
  }
  if (/^[^@/]+@[^@/]+\.[^@/.]+$/.test(typed)) return `mailto:${typed}`;
  if (/^[\w-]+(\.[\w-]+)+([/?#]|$)/.test(typed)) return `https://${typed}`;
  return null;
}

let dialogs = 0;

/** Ask for the address of a link. The answer is null, or the address and the words for a text. */
function askForLink(editor, { words, search }, href) {
  const id = `prose-link-${++dialogs}`;
  const input = make("input", {
    id,
    name: "address",
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": `${id}-found`,
  });
  input.value = href ?? "";
  const found = make("ul", { id: `${id}-found`, role: "listbox", "aria-label": words.title });
  const status = make("p", { role: "status", class: "prose-dialog-status" });
  const apply = make("button", { type: "submit", class: "default" }, words.apply);
  const cancel = make("button", { type: "button", class: "quiet" }, words.cancel);
  const remove = make("button", { type: "button", class: "quiet" }, words.remove);
  const form = make(
    "form",
    { method: "dialog" },
    make("label", { for: id }, words.address),
    input,
    found,
    status,
    make("div", { class: "prose-dialog-buttons" }, apply, cancel, ...(href ? [remove] : [])),
  );
  const dialog = make("dialog", { class: "prose-dialog", "aria-labelledby": `${id}-title` });
  dialog.append(make("h2", { id: `${id}-title` }, words.title), form);
  // Outside the article's form, since no form may hold another.
  document.body.append(dialog);

  let options = [];
  let chosen = -1;
  let timer;
  let asked = 0;
  let isSignedOut = false;

  // `session.js` asks for the password, once.
  function askForSession() {
    if (isSignedOut) return;
    isSignedOut = true;
    document.addEventListener("session-renewed", lookUp, { once: true });
    document.dispatchEvent(new Event("signed-out"));
  }

  function show(articles) {
    chosen = -1;
    options = articles.map(({ headline, path }, i) =>
      make(
        "li",
        { id: `${id}-${i}`, role: "option", "aria-selected": "false", "data-path": path },
        make("span", {}, headline),
        make("small", {}, path),
      ),
    );
    found.replaceChildren(...options);
    input.setAttribute("aria-expanded", String(options.length > 0));
    input.removeAttribute("aria-activedescendant");
  }

  async function lookUp() {
    const text = input.value.trim();
    const turn = ++asked;
    if (text.length < 2 || typedAddress(text)) {
      show([]);
      status.textContent = "";
      return;
    }
    const token = textareaOf(editor).form.elements.csrfmiddlewaretoken.value;
    const body = new URLSearchParams({ words: text, csrfmiddlewaretoken: token });
    let articles = null;
    try {
      const response = await fetch(search, { method: "POST", body });
      if (response.redirected || response.status === 403) askForSession();
      else if (response.ok) ({ articles } = await response.json());
    } catch {
      // The server does not answer: an address can still be typed.
    }
    if (turn !== asked) return;
    show(articles ?? []);
    status.textContent = articles && !articles.length ? words.none : "";
  }

  return new Promise((resolve) => {
    let answer = null;
    const close = (result) => {
      answer = result;
      dialog.close();
    };
    const take = (option) =>
      close({ href: option.dataset.path, text: option.firstChild.textContent });

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(lookUp, 150);
    });
    input.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || !options.length) return;
      event.preventDefault();
      chosen = (chosen + step + options.length) % options.length;
      options.forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
      input.setAttribute("aria-activedescendant", options[chosen].id);
      options[chosen].scrollIntoView({ block: "nearest" });
    });
    found.addEventListener("click", (event) => {
      const option = event.target.closest("li");
      if (option) take(option);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (options[chosen]) return take(options[chosen]);
      const address = typedAddress(input.value);
      if (address) return close({ href: address, text: withoutTracking(input.value.trim()) });
      status.textContent = words.unclear;
      input.focus();
    });
    cancel.addEventListener("click", () => close(null));
    remove.addEventListener("click", () => close({ href: null }));
    dialog.addEventListener("close", () => {
      clearTimeout(timer);
      dialog.remove();
      resolve(answer);
      editor.commands.focus();
    });
    dialog.showModal();
    input.select();
  });
}

export const Link = LibraryLink.extend({
  // What is typed behind a link is no part of it.
  inclusive: false,

  addOptions() {
    return {
      ...this.parent?.(),
      // “fini.Et” is no address: words become a link by themselves only if they begin like one.
      shouldAutoLink: (address) => /^(https?:\/\/|mailto:)/i.test(address),
    };
  },

  addCommands() {
    return {
      ...this.parent?.(),
      addLink:
        () =>
        ({ editor }) => {
          askForLink(editor, this.options, editor.getAttributes("link").href).then((answer) => {
            if (!answer) return;
            const chain = editor.chain().focus().extendMarkRange("link");
            if (!answer.href) chain.unsetLink().run();
            else if (editor.state.selection.empty && !editor.isActive("link"))
              chain
                .insertContent({
                  type: "text",
                  text: answer.text,
                  marks: [{ type: "link", attrs: { href: answer.href } }],
                })
                .run();
            else chain.setLink({ href: answer.href }).run();
          });
          return true;
        },
    };
  },

  addKeyboardShortcuts() {
    return { "Mod-k": () => this.editor.commands.addLink() };
  },
});

// A link in a footnote is asked for as one in the text is.
export const Footnote = NoteInText.extend({
  addOptions() {
    return { ...this.parent?.(), askForLink };
  },
});

// --- Words struck out ----------------------------------------------------------------------------

/** Those that a text has are always shown; whether somebody may strike out more is a setting. */
export const Strike = LibraryStrike.extend({
  addOptions() {
    return { ...this.parent?.(), isOffered: false };
  },
  addKeyboardShortcuts() {
    return this.options.isOffered ? this.parent?.() : {};
  },
  addInputRules: () => [],
  addPasteRules: () => [],
});

// --- Figures ------------------------------------------------------------------------------------

// They are chosen in the picker (`pictures.js`), dropped or pasted into the
// text, and described under the picture. They take the place of the editor's own extensions.

const choosePictures = (options, detail) => {
  const { pickerUrl: picker, failed, close, gather } = options;
  document.dispatchEvent(
    new CustomEvent("pictures:choose", { detail: { picker, failed, close, gather, ...detail } }),
  );
};

// The place of the picture that is selected, or in whose figure the cursor stands.
function pictureAt({ selection }) {
  if (selection.node?.type.name === "image") return selection.from;
  const { $from } = selection;
  const figures = selection.node?.type.name === "figure" ? [selection.from] : [];
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if ($from.node(depth).type.name === "figure") figures.push($from.before(depth));
  }
  return figures.length ? figures[0] + 1 : null;
}

// The place for a figure near `position`: behind the block there, or instead of an empty paragraph.
function placeAt(doc, position) {
  const $position = doc.resolve(Math.min(position, doc.content.size));
  if (!$position.depth) return { from: $position.pos, to: $position.pos };
  const isEmpty = $position.depth === 1 && !$position.parent.content.size;
  return { from: isEmpty ? $position.before(1) : $position.after(1), to: $position.after(1) };
}

// With its size, the picture has its height before it is there.
const imageOf = ({ id, url, alt, width, height }) => ({ src: url, alt, file: id, width, height });

const figureOf = ({ caption, ...picture }) => ({
  type: "figure",
  content: [
    { type: "image", attrs: imageOf(picture) },
    ...(caption ? [{ type: "caption", content: [{ type: "text", text: caption }] }] : []),
  ],
});

function insertFigures(editor, position, pictures) {
  const place = placeAt(editor.state.doc, position);
  editor.chain().focus().insertContentAt(place, pictures.map(figureOf)).run();
}

export const Gallery = GalleryOfFigures.extend({
  addOptions() {
    const choose = (options, chosen) => choosePictures(options, { several: true, chosen });
    return { ...this.parent?.(), choose, figureOf, placeAt };
  },
});

export const Figure = LibraryFigure.extend({
  addOptions() {
    return { ...this.parent?.(), failed: "", close: "" };
  },

  addCommands() {
    const { options } = this;
    const base = this.parent?.();
    return {
      ...base,
      // The name of the editor's command, which its toolbar calls too.
      editImage: () => (context) => {
        const { editor, state, dispatch } = context;
        const possible = base.editImage()({ ...context, dispatch: undefined });
        if (!dispatch || !possible) return possible;
        const former = pictureAt(state);
        choosePictures(options, {
          several: former === null,
          chosen(pictures) {
            if (former === null) insertFigures(editor, state.selection.to, pictures);
            else {
              const change = imageOf(pictures[0]);
              editor.chain().focus().setNodeSelection(former).updateAttributes("image", change).run();
            }
          },
        });
        return true;
      },
      // A figure without its caption is still a figure.
      toggleCaption: () => (context) => {
        const { state, dispatch, tr } = context;
        const place = pictureAt(state);
        const figure = place === null ? null : state.doc.resolve(place).parent;
        if (figure?.type.name !== "figure" || figure.childCount < 2) {
          return base.toggleCaption()(context);
        }
        const from = place + figure.firstChild.nodeSize;
        if (dispatch) tr.delete(from, from + figure.child(1).nodeSize);
        return true;
      },
    };
  },

  // Its floating menu lay on the words below the picture: their line has its button.
  addExtensions: () => [],

  addProseMirrorPlugins() {
    const { editor, options } = this;
    const take = (files, position) =>
      choosePictures(options, {
        files,
        several: true,
        chosen: (pictures) => insertFigures(editor, position, pictures),
      });
    return [
      ...(this.parent?.() ?? []),
      new Plugin({
        props: {
          handleDrop(view, event, _slice, moved) {
            const files = [...(event.dataTransfer?.files ?? [])];
            if (moved || !files.length) return false;
            const place = view.posAtCoords({ left: event.clientX, top: event.clientY });
            take(files, place?.pos ?? view.state.doc.content.size);
            return true;
          },
          handlePaste(view, event) {
            const files = [...(event.clipboardData?.files ?? [])];
            // Word sends a picture of the text with the text.
            if (!files.length || event.clipboardData.types.includes("text/plain")) return false;
            take(files, view.state.selection.to);
            return true;
          },
        },
      }),
    ];
  },
});

export const Image = LibraryImage.extend({
  addOptions() {
    return { ...this.parent?.(), altLabel: "", words: {} };
  },

  // The picture with its alternative text under it.
  addNodeView() {
    const { altLabel, words: galleryWords } = this.options;
    return ({ editor, node, getPos }) => {
      // A long text may have many, in full size: each comes as it is scrolled to.
      const picture = crel("img", { loading: "lazy" });
      const input = crel("input", { maxLength: 300, dir: "auto" });
      const label = crel("label", null, [altLabel, " ", input]);
      // The style sheet shows the words that are true of the figure.
      const caption = crel("button", { type: "button", className: "figure-button" }, [
        crel("span", { className: "add", textContent: gettext("Add caption") }),
        crel("span", { className: "remove", textContent: gettext("Remove caption") }),
      ]);
      const others = galleryButtons(editor, getPos, galleryWords);
      const words = crel("div", { className: "figure-words" }, [label, caption, others]);
      const dom = crel("div", { className: "figure-picture" }, [picture, words]);
      dom.contentEditable = "false";
      caption.addEventListener("click", () => {
        editor.chain().focus().setNodeSelection(getPos()).toggleCaption().run();
      });

      const show = ({ attrs }) => {
        for (const name of ["alt", "width", "height", "src"]) {
          const value = String(attrs[name] ?? "");
          if (picture.getAttribute(name) !== value) picture.setAttribute(name, value);
        }
        if (input.value !== (attrs.alt ?? "")) input.value = attrs.alt ?? "";
      };
      show(node);
      input.disabled = caption.disabled = !editor.isEditable;
      input.addEventListener("input", (event) => {
        event.stopPropagation();
        const { state, view } = editor;
        const attrs = { ...state.doc.nodeAt(getPos()).attrs, alt: input.value };
        view.dispatch(state.tr.setNodeMarkup(getPos(), null, attrs));
      });
      return {
        dom,
        update(changed) {
          if (changed.type !== node.type) return false;
          show(changed);
          return true;
        },
        stopEvent: ({ target }) => words.contains(target),
        ignoreMutation: () => true,
      };
    };
  },
});

// --- Link cards ---------------------------------------------------------------------------------

export const LinkCard = Extension.create({
  name: "linkCard",

  /** The module comes when a person goes to the text; without it, an address stays an address. */
  async onFocus() {
    const { editor, options, storage } = this;
    if (storage.isOffered) return;
    storage.isOffered = true;
    const { closeHistory } = pm.history;
    const { form } = textareaOf(editor);
    const { offerCards } = await import("newsroom/cards");
    if (!editor.isDestroyed)
      offerCards(editor, options, { head: headOf(editor), form, closeHistory });
  },
});

// --- Attachments --------------------------------------------------------------------------------

export const Attachment = Extension.create({
  name: "attachment",

  addCommands() {
    return {
      addAttachment:
        () =>
        ({ editor }) => {
          attach(editor, this.options);
          return true;
        },
    };
  },
});

/** Ask for a file, and put it behind the selection. The module of the dialog comes with it. */
async function attach(editor, options) {
  const { askForFile, attachmentOf } = await import("newsroom/attachments");
  const { form } = textareaOf(editor);
  const file = await askForFile(options, form.elements.csrfmiddlewaretoken.value);
  if (!file) return editor.commands.focus();
  const place = placeAt(editor.state.doc, editor.state.selection.to);
  // Behind it, there is a line to go on.
  const isLast = place.to >= editor.state.doc.content.size;
  const content = [attachmentOf(file), ...(isLast ? [{ type: "paragraph" }] : [])];
  return editor.chain().focus().insertContentAt(place, content).run();
}

// --- The toolbar --------------------------------------------------------------------------------

const STROKE = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"';
const icon = (paths) =>
  `<svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" ${STROKE}>${paths}</svg>`;

/** The icons of the buttons; letters where letters say it. */
const ICONS = {
  bold: "<b>B</b>",
  italic: "<i>I</i>",
  strike: "<s>S</s>",
  footnote: "<span>†</span>",
  superscript: "<span>x<sup>2</sup></span>",
  subscript: "<span>x<sub>2</sub></span>",
  link: icon(
    '<path d="M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.2 1.2"/><path d="M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2"/>',
  ),
  bulletList: icon(
    '<path d="M9 6h11M9 12h11M9 18h11"/><path stroke-width="3" d="M4.5 6h.01M4.5 12h.01M4.5 18h.01"/>',
  ),
  orderedList: icon(
    '<path d="M10 6h10M10 12h10M10 18h10M4 5l1.5-1v5M3.5 15.5c.5-1.5 3-1.300 2.5.3L3.5 19H6.200"/>',
  ),
  picture: icon(
    '<rect x="3.5" y="5" width="17" height="14" rx="1"/><circle cx="9" cy="10" r="1.5"/><path d="m4 17 5-4 3.5 3 3.5-4 4 4"/>',
  ),
  gallery: icon(
    '<rect x="3.5" y="6" width="7.5" height="12" rx="1"/><rect x="13" y="6" width="7.5" height="12" rx="1"/>',
  ),
  attachment: icon(
    '<path d="m19 11-7.500 7.500a4.500 4.500 0 0 1-6.400-6.400l8-8a3 3 0 0 1 4.300 4.300l-7.800 7.700a1.500 1.500 0 0 1-2.100-2.100l7-7"/>',
  ),
  table: icon('<rect x="3.5" y="5" width="17" height="14" rx="1"/><path d="M3.5 10h17M9.5 10v9M15 10v9"/>'),
  rule: icon('<path d="M4 12h16"/>'),
  undo: icon('<path d="M8 5 4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11h-3"/>'),
  redo: icon('<path d="m16 5 4 4-4 4M20 9H10a5.5 5.5 0 0 0 0 11h3"/>'),
  shortcuts: "<span>?</span>",
};

/** The styles that are a quotation, with the class of each. */
const QUOTATIONS = { pull: "pull", card: "card", attachment: "file", blockquote: null };
const STYLES = ["paragraph", "heading2", "heading3", "blockquote", "pull", "card", "attachment"];
/** The style that a paragraph has with a file only, and that nobody gives it by hand. */
const GIVEN = "attachment";

/** Return the style of the paragraph with the cursor, one of STYLES. */
function styleNow(editor) {
  if (editor.isActive("blockquote")) {
    const { class: now } = editor.getAttributes("blockquote");
    const isNow = (style) => QUOTATIONS[style] === (now || null);
    return Object.keys(QUOTATIONS).find(isNow) ?? "blockquote";
  }
  const isNow = (style) => editor.isActive("heading", { level: Number(style.at(-1)) });
  return STYLES.find(isNow) ?? "paragraph";
}

function setStyle(editor, style) {
  const chain = editor.chain().focus();
  const isQuoted = editor.isActive("blockquote");
  if (style in QUOTATIONS) {
    if (!isQuoted) chain.setParagraph().setBlockquote();
    chain.updateAttributes("blockquote", { class: QUOTATIONS[style] }).run();
    return;
  }
  if (isQuoted) chain.unsetBlockquote();
  if (style === "paragraph") chain.setParagraph().run();
  else chain.setHeading({ level: Number(style.at(-1)) }).run();
}

/** The buttons: a command, whether it is on, and whether it can be used now. */
const mark = (name, toggle) => ({
  run: (chain) => chain[toggle](),
  isOn: (editor) => editor.isActive(name),
});
const BUTTONS = {
  bold: mark("bold", "toggleBold"),
  italic: mark("italic", "toggleItalic"),
  strike: {
    ...mark("strike", "toggleStrike"),
    // Where the setting is off, a text that has struck words can still lose the line.
    isOffered: (editor) =>
      editor.extensionManager.extensions.find(({ name }) => name === "strike").options.isOffered ||
      editor.isActive("strike"),
  },
  superscript: mark("superscript", "toggleSuperscript"),
  subscript: mark("subscript", "toggleSubscript"),
  link: { run: (chain) => chain.addLink(), isOn: (editor) => editor.isActive("link") },
  footnote: {
    run: (chain) => chain.addFootnote(),
    can: (editor) => editor.can().addFootnote(),
  },
  bulletList: mark("bulletList", "toggleBulletList"),
  orderedList: mark("orderedList", "toggleOrderedList"),
  picture: { run: (chain) => chain.insertFigure() },
  gallery: { run: (chain) => chain.addGallery(), isOn: (editor) => editor.isActive("gallery") },
  attachment: { run: (chain) => chain.addAttachment() },
  table: {
    run: (chain) => chain.insertTable({ rows: 3, cols: 3, withHeaderRow: true }),
    can: (editor) => !editor.isActive("table"),
  },
  rule: { run: (chain) => chain.setHorizontalRule() },
  undo: { run: (chain) => chain.undo(), can: (editor) => editor.can().undo() },
  redo: { run: (chain) => chain.redo(), can: (editor) => editor.can().redo() },
  shortcuts: { act: showShortcuts },
};
const IN_TABLE = {
  addRow: "addRowAfter",
  addColumn: "addColumnAfter",
  deleteRow: "deleteRow",
  deleteColumn: "deleteColumn",
  headerRow: "toggleHeaderRow",
  mergeCells: "mergeCells",
  splitCell: "splitCell",
  deleteTable: "deleteTable",
};

/** The tools that work on the words of a footnote too, while its field has the focus. */
const IN_NOTE = new Set(["bold", "italic", "strike", "superscript", "subscript", "link"]);

/** Each line of the list of shortcuts: a word, and the keys of it. */
const SHORTCUTS = [
  ["bold", "Mod B"],
  ["italic", "Mod I"],
  ["superscript", "Mod ."],
  ["subscript", "Mod ,"],
  ["link", "Mod K"],
  ["footnote", "Mod Alt F"],
  ["paragraph", "Mod Alt 0"],
  ["heading2", "Mod Alt 2", "##"],
  ["heading3", "Mod Alt 3", "###"],
  ["blockquote", "Mod Shift B", ">"],
  ["bulletList", "Mod Shift 8", "-"],
  ["orderedList", "Mod Shift 7"],
  ["rule", "", "---"],
  ["deeper", "Tab"],
  ["higher", "Shift Tab"],
  ["earlier", "Alt Shift ↑"],
  ["later", "Alt Shift ↓"],
  ["lineBreak", "Shift Enter"],
  ["asText", "Mod Shift V"],
  ["undo", "Mod Z"],
  ["redo", "Mod Shift Z"],
  ["save", "Mod S"],
  ["toToolbar", "Alt F10"],
  ["toText", "Escape"],
  ["shortcuts", "Mod /"],
];

function showShortcuts(editor, words) {
  const isMac = isMacOS();
  const names = { ...words.keys, Mod: isMac ? "⌘" : "Ctrl", ...(isMac && { Alt: "⌥" }) };
  const caps = (keys) =>
    keys.split(" ").flatMap((key, i) => [i ? " + " : "", make("kbd", {}, names[key] ?? key)]);
  const rows = SHORTCUTS.map(([name, keys, typed]) =>
    make(
      "div",
      {},
      make("dt", {}, words[name]),
      make(
        "dd",
        {},
        ...(keys ? caps(keys) : []),
        ...(typed
          ? [
              make(
                "small",
                {},
                `${words.typed} `,
                make("kbd", {}, typed),
                ...(typed === "---" ? [] : [" + ", make("kbd", {}, words.space)]),
              ),
            ]
          : []),
      ),
    ),
  );
  const close = make("button", { type: "submit", class: "quiet", autofocus: "" }, words.close);
  const dialog = make("dialog", { class: "prose-dialog", "aria-label": words.shortcuts });
  const buttons = make("form", { method: "dialog", class: "prose-dialog-buttons" }, close);
  dialog.append(make("h2", {}, words.shortcuts), make("dl", {}, ...rows), buttons);
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    editor.commands.focus();
  });
  dialog.showModal();
  // The focus is on the button at the end.
  dialog.scrollTop = 0;
}

export const Toolbar = Extension.create({
  name: "toolbar",

  onCreate() {
    const { editor } = this;
    const { words } = this.options;
    const styles = make("select", { "aria-label": words.style, title: words.style });
    const option = (style) =>
      make("option", { value: style, disabled: style === GIVEN && "" }, words[style]);
    styles.append(...STYLES.map(option));
    styles.addEventListener("change", () => setStyle(editor, styles.value));

    const buttons = Object.entries(BUTTONS).map(([name, { isOn }]) => {
      const button = make("button", {
        type: "button",
        "data-tool": name,
        "aria-label": words[name],
        "aria-pressed": isOn && "false",
        title: words[name],
        tabindex: "-1",
      });
      button.innerHTML = ICONS[name];
      return button;
    });
    const inTable = Object.keys(IN_TABLE).map((name) =>
      make("button", { type: "button", "data-tool": name, tabindex: "-1" }, words[name]),
    );
    const row = make("div", { class: "prose-tools-table", hidden: "" }, ...inTable);
    const bar = make("div", { class: "prose-tools", role: "toolbar", "aria-label": words.toolbar });
    bar.append(make("div", { class: "prose-tools-row" }, styles, ...buttons), row);
    for (const group of [buttons, inTable]) group[0].tabIndex = 0;

    const use = (name) => {
      const note = editor.storage.footnote.open;
      if (note?.field.contains(document.activeElement) && IN_NOTE.has(name)) return note.use(name);
      if (IN_TABLE[name]) return editor.chain().focus()[IN_TABLE[name]]().run();
      const { act, run } = BUTTONS[name];
      return act ? act(editor, words) : run(editor.chain().focus()).run();
    };
    // The button takes no focus from the text, so that the text keeps its selection.
    bar.addEventListener("mousedown", (event) => {
      if (event.target.closest("button")) event.preventDefault();
    });
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button && button.getAttribute("aria-disabled") !== "true") use(button.dataset.tool);
    });
    bar.addEventListener("keydown", (event) => {
      if (event.key === "Escape") editor.commands.focus();
      if (event.key === "?") use("shortcuts");
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const group = [buttons, inTable].find((each) => each.includes(event.target));
      if (!step || !group) return;
      event.preventDefault();
      const next = group.at((group.indexOf(event.target) + step) % group.length);
      for (const button of group) button.tabIndex = button === next ? 0 : -1;
      next.focus();
    });

    function update() {
      styles.value = styleNow(editor);
      for (const button of buttons) {
        const { isOn, can, isOffered } = BUTTONS[button.dataset.tool];
        if (isOffered) button.hidden = !isOffered(editor);
        if (isOn) button.setAttribute("aria-pressed", String(isOn(editor)));
        if (can) button.setAttribute("aria-disabled", String(!can(editor)));
      }
      row.hidden = !editor.isActive("table");
    }
    editor.on("transaction", update);
    this.storage.buttons = buttons;
    headOf(editor).prepend(bar);
    update();
  },

  addKeyboardShortcuts() {
    return {
      "Alt-F10": () => {
        this.storage.buttons.find((button) => button.tabIndex === 0)?.focus();
        return true;
      },
      "Mod-/": () => {
        showShortcuts(this.editor, this.options.words);
        return true;
      },
    };
  },
});
