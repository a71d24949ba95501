// Where one goes on writing: at the end of the text, above the line that closes it.

import { pm } from "../django_prose_editor/editor.js";

function stand(editor, place) {
  const { tr, doc } = editor.state;
  const selection = pm.state.Selection.near(doc.resolve(place), -1);
  editor.view.dispatch(tr.setSelection(selection).setMeta("addToHistory", false));
}

/** Where the cursor stands in or below the closing line *above*, move it up to the text before. */
export function goAbove(editor, above) {
  const { doc, selection } = editor.state;
  let place = null;
  doc.forEach((node, at) => {
    if (above && node.textBetween(0, node.content.size, "\n", "\n").split("\n")[0].trim() === above) place = at;
  });
  if (place && selection.to > place) stand(editor, place);
}

/** Put the cursor where the text of the page is gone on with, whose closing line is *closing*. */
export function goToEnd(editor, closing) {
  stand(editor, editor.state.doc.content.size);
  goAbove(editor, closing);
}
