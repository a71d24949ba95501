// The editor without formatting. The document itself knows that it is plain, so that Undo takes the
// change back as well.

import { Document, Extension, pm } from "../django_prose_editor/editor.js";
import { plainToHtml } from "./pasting.js";
import { isPlain, linesOf, paragraphs, typedText } from "./plain_text.js";
import { contentOf } from "./schema.js";

/** The root of a text: whether it is plain, and which insertion it stands after. */
export const ourDocument = Document.extend({
  addAttributes: () => ({
    plain: { default: false, rendered: false },
    insertion: { default: 0, rendered: false },
  }),
});

const FORMATTING = [
  "b", "i", "u", "k", "e", "Shift-s", "Shift-x", "Shift-b", "Shift-7", "Shift-8", "Shift-9",
  "Alt-0", "Alt-1", "Alt-2", "Alt-3", "Alt-4", "Alt-5", "Alt-6", "Alt-c",
];

function paste(view, text) {
  const { schema } = view.state;
  const lines = paragraphs(schema, text.replace(/\r\n?/g, "\n").split("\n"));
  const slice = new pm.model.Slice(pm.model.Fragment.from(lines), 1, 1);
  view.dispatch(view.state.tr.replaceSelection(slice).scrollIntoView().setMeta("paste", true));
}

function plugin() {
  const isOn = (view) => view.state.doc.attrs.plain;
  return new pm.state.Plugin({
    props: {
      // Nothing that is typed is taken for a sign of formatting.
      handleTextInput(view, from, to, text) {
        if (!isOn(view)) return false;
        view.dispatch(view.state.tr.insertText(text, from, to).scrollIntoView());
        return true;
      },
      handlePaste(view, event) {
        if (!isOn(view)) return false;
        const text = event.clipboardData?.getData("text/plain");
        if (text) paste(view, text);
        return true;
      },
    },
    // Whatever else brings formatting in, by dragging for one: it becomes lines.
    appendTransaction(_transactions, _before, { doc, schema, tr }) {
      if (!doc.attrs.plain || isPlain(doc)) return null;
      return tr.replaceWith(0, doc.content.size, paragraphs(schema, linesOf(doc)));
    },
  });
}

export const plainMode = Extension.create({
  name: "plainMode",
  priority: 2000,
  addProseMirrorPlugins: () => [plugin()],
  addKeyboardShortcuts() {
    const swallow = () => this.editor.state.doc.attrs.plain;
    return Object.fromEntries(FORMATTING.map((key) => [`Mod-${key}`, swallow]));
  },
});

/** Turn the text plain or back, in one step that Undo takes back; tell whether formatting went. */
export function turn(editor, toPlain) {
  const { doc, schema, tr } = editor.state;
  const isLost = toPlain && !isPlain(doc);
  let nodes = [];
  if (toPlain) {
    nodes = paragraphs(schema, editor.isEmpty ? [""] : linesOf(doc));
  } else {
    const { body } = new DOMParser().parseFromString(
      contentOf(plainToHtml(typedText(doc)) || "<p></p>").html, "text/html",
    );
    nodes = pm.model.DOMParser.fromSchema(schema).parse(body).content;
  }
  pm.history.closeHistory(tr);
  tr.setDocAttribute("plain", toPlain).replaceWith(0, doc.content.size, nodes);
  tr.setSelection(pm.state.Selection.atEnd(tr.doc));
  editor.view.dispatch(tr.scrollIntoView());
  editor.view.dispatch(pm.history.closeHistory(editor.state.tr));
  return isLost;
}

/** Let the switch in the toolbar turn the text plain and back; *tell* says what that costs. */
export function wirePlainSwitch(editor, button, tell) {
  if (!button) return;
  button.hidden = false;
  const show = () => button.setAttribute("aria-pressed", String(editor.state.doc.attrs.plain));
  button.addEventListener("click", () => {
    const isLost = turn(editor, !editor.state.doc.attrs.plain);
    tell(isLost ? button.dataset.lost : "");
    editor.commands.focus();
  });
  editor.on("transaction", show);
  show();
}
