// Footnotes in the editor: each is a number in the text, and opens as a small field below its line.
//
// A footnote is one element of the text, so it is selected, cut, dragged and pasted as one letter
// is. Its field is an editor of its own, whose steps are steps of the whole text: undo knows them
// (the pattern is that of ProseMirror's guide, prosemirror.net/examples/footnote).

import { Node, Plugin, pm } from "django-prose-editor/editor";
import { make } from "newsroom/elements";
import { cleaned } from "newsroom/paste";

const NAME = "footnote";
const { Fragment, Slice } = pm.model;
const { EditorState, NodeSelection, TextSelection } = pm.state;

const isEmpty = (node) => !/[^\s\u00a0]/.test(node.textContent);

/** Return what is pasted into a note: its words in one line, with their emphasis and links. */
function inOneLine({ content }, schema) {
  const parts = [];
  content.descendants((node) => {
    if (node.isTextblock && parts.length) parts.push(schema.text(" "));
    if (node.isText || node.type.name === "hardBreak") parts.push(node);
  });
  return new Slice(Fragment.fromArray(parts), 0, 0);
}

/** The number of a note in the text and, while it is selected, the field with its words. */
class NoteView {
  constructor({ editor, node, getPos }, { options, storage }) {
    Object.assign(this, { editor, node, getPos, options, storage });
    this.field = this.inner = null;
    this.dom = make("span", { class: "footnote", title: options.words.name });
    this.dom.addEventListener("click", ({ target }) => {
      if (target === this.dom) this.focus();
    });
  }

  selectNode() {
    this.dom.classList.add("ProseMirror-selectednode");
    if (!this.field) this.open();
  }

  deselectNode() {
    this.dom.classList.remove("ProseMirror-selectednode");
    this.close();
  }

  focus() {
    this.inner?.focus();
  }

  open() {
    const { words } = this.options;
    const { view } = this.editor;
    const text = make("div", { class: "footnote-text" });
    const button = (name, act) => {
      const made = make("button", { type: "button" }, words[name]);
      made.addEventListener("click", act);
      return made;
    };
    const tools = this.editor.isEditable
      ? [button("done", () => this.leave()), button("remove", () => this.remove())]
      : [];
    this.field = make(
      "span",
      { class: "footnote-field", role: "group", "aria-label": words.name },
      text,
      make("span", { class: "footnote-tools" }, ...tools),
    );
    this.field.addEventListener("focusout", ({ relatedTarget }) => {
      const stays = this.field?.contains(relatedTarget) || document.querySelector("dialog[open]");
      // After the click that takes the focus away has found its place in the text.
      if (!stays && document.hasFocus()) setTimeout(() => this.leave({ focus: false }));
    });
    this.dom.append(this.field);
    this.storage.open = this;
    this.inner = new pm.view.EditorView(text, {
      state: EditorState.create({ doc: this.node, plugins: [this.keys()] }),
      editable: () => this.editor.isEditable,
      attributes: () => ({
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": words.text,
        lang: view.dom.lang,
        spellcheck: "true",
      }),
      transformPastedHTML: (html) => cleaned(html, this.options).html,
      transformPasted: (slice) => inOneLine(slice, view.state.schema),
      dispatchTransaction: (transaction) => this.dispatch(transaction),
    });
    this.field.scrollIntoView({ block: "nearest" });
  }

  keys() {
    const leave = () => this.leave();
    const step = (name) => () => {
      this.editor.commands[name]();
      // The note itself may have come or gone with that step.
      if (!this.field) this.editor.view.focus();
      return true;
    };
    const ifEmpty = () => isEmpty(this.node) && this.remove();
    const lineBreak = (state, dispatch) => {
      dispatch(state.tr.replaceSelectionWith(state.schema.nodes.hardBreak.create()));
      return true;
    };
    const own = {
      Enter: leave,
      Escape: leave,
      "Shift-Enter": lineBreak,
      Backspace: ifEmpty,
      Delete: ifEmpty,
      "Mod-b": () => this.use("bold"),
      "Mod-i": () => this.use("italic"),
      "Mod-.": () => this.use("superscript"),
      "Mod-,": () => this.use("subscript"),
      "Mod-k": () => this.use("link"),
      "Mod-z": step("undo"),
      "Mod-y": step("redo"),
      "Shift-Mod-z": step("redo"),
    };
    return pm.keymap.keymap({ ...pm.commands.baseKeymap, ...own });
  }

  /** Write a step of the field into the whole text. */
  dispatch(transaction) {
    const { state, transactions } = this.inner.state.applyTransaction(transaction);
    this.inner.updateState(state);
    if (transaction.getMeta("fromText")) return;
    const outer = this.editor.state.tr;
    const offset = pm.transform.StepMap.offset(this.getPos() + 1);
    for (const { steps } of transactions) for (const step of steps) outer.step(step.map(offset));
    if (outer.docChanged) this.editor.view.dispatch(outer);
  }

  update(node) {
    if (!node.sameMarkup(this.node)) return false;
    this.node = node;
    if (!this.inner) return true;
    // What undo, say, has changed in the text.
    const { state } = this.inner;
    const start = node.content.findDiffStart(state.doc.content);
    if (start === null) return true;
    const end = node.content.findDiffEnd(state.doc.content);
    const overlap = Math.max(0, start - Math.min(end.a, end.b));
    const slice = node.slice(start, end.a + overlap);
    const change = state.tr.replace(start, end.b + overlap, slice).setMeta("fromText", true);
    this.inner.dispatch(change);
    return true;
  }

  /** Use a tool of the toolbar on the words of the note; tools for blocks do nothing. */
  use(tool) {
    const { state } = this.inner;
    const mark = state.schema.marks[tool];
    if (tool === "link") this.link();
    else if (mark) pm.commands.toggleMark(mark)(state, (tr) => this.inner.dispatch(tr));
    this.focus();
    return true;
  }

  link() {
    const { inner, editor, options } = this;
    const { link } = inner.state.schema.marks;
    const { from, to, empty, $from } = inner.state.selection;
    const former = $from.marks().find((mark) => mark.type === link);
    // The dialog gives the focus back to the field.
    const asker = { options: editor.options, commands: { focus: () => inner.focus() } };
    options.askForLink(asker, options.linkOptions, former?.attrs.href).then((answer) => {
      if (!answer || !this.inner) return;
      const { tr, schema } = inner.state;
      const mark = answer.href && link.create({ href: answer.href });
      if (!mark) tr.removeMark(empty ? 0 : from, empty ? inner.state.doc.content.size : to, link);
      else if (empty) tr.replaceSelectionWith(schema.text(answer.text, [mark]), false);
      else tr.addMark(from, to, mark);
      inner.dispatch(tr);
    });
    return true;
  }

  /** Delete the note; the cursor stays where it was. */
  remove() {
    const from = this.getPos();
    const { tr } = this.editor.state;
    tr.delete(from, from + this.node.nodeSize);
    this.editor.view.dispatch(tr.setSelection(TextSelection.create(tr.doc, from)));
    this.editor.view.focus();
    return true;
  }

  /** Close the field, with the cursor behind the note. A note without words vanishes. */
  leave({ focus = true } = {}) {
    if (!this.field) return true;
    const { tr, selection } = this.editor.state;
    const from = this.getPos();
    const size = this.node.nodeSize;
    const isOpen = selection instanceof NodeSelection && selection.from === from;
    if (isEmpty(this.node)) tr.delete(from, from + size);
    if (isOpen) {
      const behind = tr.mapping.map(from + size);
      tr.setSelection(TextSelection.create(tr.doc, behind));
    }
    if (isOpen || tr.docChanged) this.editor.view.dispatch(tr);
    if (focus) this.editor.view.focus();
    return true;
  }

  close() {
    this.inner?.destroy();
    this.field?.remove();
    this.field = this.inner = null;
    if (this.storage.open === this) this.storage.open = null;
  }

  destroy() {
    this.close();
  }

  stopEvent({ target }) {
    return Boolean(this.field?.contains(target));
  }

  ignoreMutation() {
    return true;
  }
}

export const NoteInText = Node.create({
  name: NAME,
  group: "inline",
  inline: true,
  content: "(text | hardBreak)*",
  atom: true,
  draggable: true,

  addOptions() {
    return { words: {}, linkOptions: {}, askForLink: null };
  },

  addStorage: () => ({ open: null }),

  parseHTML: () => [{ tag: "foot-note" }],
  renderHTML: () => ["foot-note", 0],

  addNodeView() {
    return (props) => new NoteView(props, this);
  },

  addCommands() {
    return {
      // Behind the words that are selected, as in a word processor.
      addFootnote:
        () =>
        ({ editor, state, tr, dispatch }) => {
          const { $to } = state.selection;
          const type = state.schema.nodes[NAME];
          const place = $to.index();
          if (!$to.parent.canReplaceWith(place, place, type)) return false;
          if (!dispatch) return true;
          tr.insert($to.pos, type.create());
          tr.setSelection(NodeSelection.create(tr.doc, $to.pos));
          setTimeout(() => editor.view.dom.querySelector(".footnote-text > *")?.focus());
          return true;
        },
    };
  },

  addKeyboardShortcuts() {
    return { "Mod-Alt-f": () => this.editor.commands.addFootnote() };
  },

  addProseMirrorPlugins() {
    return [
      new Plugin({
        props: {
          // The arrow keys select a note; Enter leads into its field.
          handleKeyDown: (view, event) => {
            if (event.key !== "Enter" || view.state.selection.node?.type.name !== NAME) return false;
            view.dom.querySelector(".footnote-text > *")?.focus();
            return true;
          },
        },
      }),
    ];
  },
});
