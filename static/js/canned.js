// The author's desk of canned responses: placeholders put in by a click.

import { editorOf } from "./editor.js";

/** Put *source* into a plain textarea at the cursor. */
function insertPlain(textarea, source) {
  textarea.focus();
  textarea.setRangeText(source, textarea.selectionEnd, textarea.selectionEnd, "end");
  const end = textarea.selectionEnd;
  const { from, to } = wordsToReplace(source);
  textarea.setSelectionRange(end - source.length + from, end - source.length + to);
  textarea.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Put *source* into the rich editor at the cursor, never over a selection. */
function insertRich(editor, source) {
  const at = editor.state.selection.to;
  const { from, to } = wordsToReplace(source);
  editor.chain().focus().setTextSelection(at).insertContent({ type: "text", text: source })
    .setTextSelection({ from: at + from, to: at + to }).run();
}

/** The part of a placeholder that the author is most likely to word anew: question, fallback or number. */
function wordsToReplace(source) {
  const found = /\w+:\s*([^|]+?)\s*(?:\||\}\})/.exec(source)
    ?? /\|\s*(.+?)\s*\}\}$/.exec(source) ?? /(\d+)/.exec(source);
  if (!found) return { from: source.length, to: source.length };
  const from = found.index + found[0].indexOf(found[1]);
  return { from, to: from + found[1].length };
}

const form = document.querySelector("[data-author]");

if (form) {
  const list = form.querySelector("[data-choices]");
  const textarea = document.getElementById(list.dataset.choices);
  for (const button of list.querySelectorAll("[data-insert]")) {
    button.hidden = false;
    // Keeps the cursor where it is in the text.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      const editor = editorOf(textarea);
      if (editor) insertRich(editor, button.dataset.insert);
      else insertPlain(textarea, button.dataset.insert);
    });
  }
  for (const element of form.querySelectorAll("[data-without-scripts]")) element.hidden = true;
}
