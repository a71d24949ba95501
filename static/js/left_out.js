// The quiet line that tells what of an inserted text was left out, and puts it in after all.

import { editorOf } from "./editor.js";
import { onAltKey } from "./offer_key.js";
import { pageData } from "./portal.js";

const box = document.querySelector("[data-left-out]");
let last = null;

/** Tell what was left out of the text just inserted, or that nothing was. */
export function showLeftOut(form, inserted) {
  if (!box) return;
  const parts = Object.keys(inserted.left_out ?? {});
  last = parts.length ? { ...inserted, form } : null;
  box.hidden = !last;
  const what = parts.length > 1 ? "both" : parts[0];
  if (last) box.querySelector("[data-left-out-words]").textContent = pageData.words[`${what}_left_out`];
}

/** Put the whole text where the part is; where more was typed since, only what is missing, at the cursor. */
function putIn() {
  const { form, whole, left_out: parts, from, to, doc } = last;
  const editor = editorOf(form.querySelector("textarea[data-editor]"));
  const isAsItWas = editor.state.doc.eq(doc);
  const chain = editor.chain().focus();
  if (isAsItWas) chain.deleteRange({ from, to }).setTextSelection(from);
  chain.insertContent(isAsItWas ? whole : Object.values(parts).join("")).run();
  last = null;
  box.hidden = true;
}

if (box) {
  box.querySelector("[data-put-in]").addEventListener("click", (event) => {
    if (!last) return;
    event.preventDefault();
    putIn();
  });
  onAltKey("KeyI", () => {
    if (!last || document.querySelector("dialog[open]")) return false;
    putIn();
    return true;
  });
}
