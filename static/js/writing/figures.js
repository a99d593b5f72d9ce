// Figures of the rich text editor: chosen in the picker (`pictures.js`), dropped or pasted into the
// text, and described under the picture. They take the place of the editor's own extensions.
import {
  Figure as BaseFigure,
  Image as BaseImage,
  crel,
  gettext,
  Plugin,
} from "django-prose-editor/editor";

const choose = (options, detail) => {
  const { pickerUrl: picker, failed } = options;
  document.dispatchEvent(
    new CustomEvent("pictures:choose", { detail: { picker, failed, ...detail } }),
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

const figureOf = ({ id, url, alt, caption }) => ({
  type: "figure",
  content: [
    { type: "image", attrs: { src: url, alt, file: id } },
    ...(caption ? [{ type: "caption", content: [{ type: "text", text: caption }] }] : []),
  ],
});

function insert(editor, position, pictures) {
  const place = placeAt(editor.state.doc, position);
  editor.chain().focus().insertContentAt(place, pictures.map(figureOf)).run();
}

export const Figure = BaseFigure.extend({
  addOptions() {
    return { ...this.parent?.(), failed: "" };
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
        choose(options, {
          several: former === null,
          chosen(pictures) {
            if (former === null) insert(editor, state.selection.to, pictures);
            else {
              const { id, url, alt } = pictures[0];
              const change = { src: url, alt, file: id };
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
      choose(options, {
        files,
        several: true,
        chosen: (pictures) => insert(editor, position, pictures),
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

export const Image = BaseImage.extend({
  addOptions() {
    return { ...this.parent?.(), altLabel: "" };
  },

  // The picture with its alternative text under it.
  addNodeView() {
    const { altLabel } = this.options;
    return ({ editor, node, getPos }) => {
      const picture = crel("img");
      const input = crel("input", { maxLength: 300, dir: "auto" });
      const label = crel("label", null, [altLabel, " ", input]);
      // The style sheet shows the words that are true of the figure.
      const caption = crel("button", { type: "button", className: "figure-caption-button" }, [
        crel("span", { className: "add", textContent: gettext("Add caption") }),
        crel("span", { className: "remove", textContent: gettext("Remove caption") }),
      ]);
      const words = crel("div", { className: "figure-words" }, [label, caption]);
      const dom = crel("div", { className: "figure-picture" }, [picture, words]);
      dom.contentEditable = "false";
      caption.addEventListener("click", () => {
        editor.chain().focus().setNodeSelection(getPos()).toggleCaption().run();
      });

      const show = ({ attrs }) => {
        for (const name of ["src", "alt"]) {
          if (picture.getAttribute(name) !== (attrs[name] ?? "")) picture[name] = attrs[name] ?? "";
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
