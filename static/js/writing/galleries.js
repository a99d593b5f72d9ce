// Galleries in the editor: figures in one block. Each of them stays a figure, with its own words.

import { Node, Plugin, pm } from "django-prose-editor/editor";
import { make } from "newsroom/elements";

const { NodeSelection } = pm.state;
const isFigure = (node) => node?.type.name === "figure";
const isGallery = (node) => node?.type.name === "gallery";

/** Return the position of the figure that is selected or has the cursor, or null. */
function figureAt({ $from, node, from }) {
  if (isFigure(node)) return from;
  for (let depth = $from.depth; depth > 0; depth -= 1)
    if (isFigure($from.node(depth))) return $from.before(depth);
  return null;
}

/**
 * Return the figures and galleries that stand beside one another, as {from, to, figures}: those that
 * are selected, or those around the one with the cursor. Null if that is less than two blocks.
 */
function neighbours({ doc, selection }) {
  const { $from, $to } = selection;
  let level = $from.sharedDepth($to.pos);
  while (level && !/^(doc|blockquote|listItem|tableCell)$/.test($from.node(level).type.name))
    level -= 1;
  const parent = $from.node(level);
  const blocks = [];
  let position = $from.start(level);
  parent.forEach((node) => {
    blocks.push({ node, from: position, to: (position += node.nodeSize) });
  });
  const fits = ({ node }) => isFigure(node) || isGallery(node);
  let first = blocks.findIndex(({ to }) => to > $from.pos);
  let last = blocks.findLastIndex(({ from }) => from < $to.pos);
  if (first < 0) return null;
  last = Math.max(first, last);
  if (!blocks.slice(first, last + 1).every(fits)) return null;
  if (first === last) {
    while (first > 0 && fits(blocks[first - 1])) first -= 1;
    while (last + 1 < blocks.length && fits(blocks[last + 1])) last += 1;
  }
  if (first === last) return null;
  const run = blocks.slice(first, last + 1);
  const figures = run.flatMap(({ node }) => (isGallery(node) ? [...node.children] : [node]));
  return { from: run[0].from, to: run.at(-1).to, figures };
}

/** Return the place for another picture of the gallery with the cursor, or null. */
function placeInGallery({ doc, selection }) {
  if (isGallery(selection.node)) return selection.to - 1;
  const own = figureAt(selection);
  const $own = own === null ? null : doc.resolve(own);
  return isGallery($own?.parent) ? own + $own.nodeAfter.nodeSize : null;
}

/** Return the buttons below a picture that has others beside it; they are shown in a gallery. */
export function galleryButtons(editor, getPos, words) {
  const button = (name, command) => {
    const made = make("button", { type: "button", class: "figure-button" }, words[name]);
    made.addEventListener("click", () => {
      editor.chain().setNodeSelection(getPos() - 1)[command]().run();
      // The picture has moved with its buttons.
      const view = editor.view.nodeDOM(editor.state.selection.from);
      const buttons = [name, "earlier", "later"].map((each) =>
        view?.querySelector?.(`[data-gallery=${each}]`),
      );
      (buttons.find((each) => each?.offsetParent) ?? editor.view).focus();
    });
    made.dataset.gallery = name;
    made.disabled = !editor.isEditable;
    return made;
  };
  return make(
    "span",
    { class: "gallery-buttons" },
    button("earlier", "moveFigureEarlier"),
    button("later", "moveFigureLater"),
    button("takeOut", "takeOutOfGallery"),
  );
}

const move =
  (step) =>
  () =>
  ({ state, tr, dispatch }) => {
    const from = figureAt(state.selection);
    if (from === null) return false;
    const $from = state.doc.resolve(from);
    const other = $from.index() + step;
    if (!isGallery($from.parent) || other < 0 || other >= $from.parent.childCount) return false;
    if (!dispatch) return true;
    const figure = $from.nodeAfter;
    const to = step < 0 ? from - $from.nodeBefore.nodeSize : from + $from.parent.child(other).nodeSize;
    tr.delete(from, from + figure.nodeSize).insert(to, figure);
    tr.setSelection(NodeSelection.create(tr.doc, to)).scrollIntoView();
    return true;
  };

export const Gallery = Node.create({
  name: "gallery",
  group: "block",
  content: "figure+",
  isolating: true,
  draggable: true,

  addOptions() {
    // What a picture is, and how it is chosen, is given by `editor.js`.
    return { choose: null, figureOf: null, placeAt: null };
  },

  parseHTML: () => [
    {
      tag: "figure",
      priority: 60,
      getAttrs: (figure) => (figure.querySelector(":scope > figure") ? {} : false),
    },
  ],
  renderHTML: () => ["figure", { class: "gallery" }, 0],

  addCommands() {
    const { choose, figureOf, placeAt } = this.options;
    return {
      // Pictures that stand beside one another become a gallery; else some are chosen for one.
      addGallery:
        () =>
        ({ editor, state, tr, dispatch }) => {
          const { gallery } = state.schema.nodes;
          const found = neighbours(state);
          if (found && dispatch) {
            tr.replaceWith(found.from, found.to, gallery.create(null, found.figures));
            tr.setSelection(NodeSelection.create(tr.doc, found.from)).scrollIntoView();
          } else if (dispatch) {
            const inside = placeInGallery(state);
            choose(this.options, (pictures) => {
              const figures = pictures.map(figureOf);
              const isNew = inside === null && figures.length > 1;
              const place = inside ?? placeAt(editor.state.doc, state.selection.to);
              const content = isNew ? { type: "gallery", content: figures } : figures;
              editor.chain().focus().insertContentAt(place, content).run();
            });
          }
          return true;
        },
      moveFigureEarlier: move(-1),
      moveFigureLater: move(1),
      takeOutOfGallery:
        () =>
        ({ state, tr, dispatch }) => {
          const from = figureAt(state.selection);
          const $from = from === null ? null : state.doc.resolve(from);
          if (!isGallery($from?.parent)) return false;
          if (!dispatch) return true;
          const figure = $from.nodeAfter;
          const behind = $from.after();
          tr.insert(behind, figure).delete(from, from + figure.nodeSize);
          tr.setSelection(NodeSelection.create(tr.doc, behind - figure.nodeSize)).scrollIntoView();
          return true;
        },
    };
  },

  addKeyboardShortcuts() {
    return {
      "Alt-Shift-ArrowUp": () => this.editor.commands.moveFigureEarlier(),
      "Alt-Shift-ArrowDown": () => this.editor.commands.moveFigureLater(),
    };
  },

  addProseMirrorPlugins() {
    return [
      new Plugin({
        // One picture alone is no gallery: it stays as a figure.
        appendTransaction(transactions, _before, { doc, tr }) {
          if (!transactions.some(({ docChanged }) => docChanged)) return null;
          const lone = [];
          doc.descendants((node, position) => {
            if (isGallery(node) && node.childCount < 2) lone.unshift([position, node]);
            return !node.isTextblock;
          });
          for (const [at, node] of lone) tr.replaceWith(at, at + node.nodeSize, node.content);
          return lone.length ? tr : null;
        },
      }),
    ];
  },
});
