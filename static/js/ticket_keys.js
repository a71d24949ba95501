// Keys of the ticket's page: Escape leaves the text for the conversation, R comes back to it, and
// a slash where nothing is written yet looks for a canned response.

import { editorOf } from "./editor.js";
import { combosOf, onShortcut, singleKeysOn } from "./keys.js";

/** Leave the text: on a phone its sheet closes, else the conversation can be read by keyboard. */
function leave(event, sheet) {
  if (event.key !== "Escape" || event.isComposing || document.querySelector("dialog[open]")) return;
  // The editor takes Escape for its own in any case.
  const isInText = event.target.closest(".editor-text") !== null;
  if ((event.defaultPrevented && !isInText) || event.target.closest("[role=toolbar]")) return;
  if (sheet.isOpen) sheet.close();
  else if (isInText) document.querySelector("[data-conversation]")?.focus();
}

export function ticketKeys(form, sheet) {
  const editor = editorOf(form.elements.namedItem("body"));
  document.addEventListener("keydown", (event) => leave(event, sheet));
  onShortcut("write", () => sheet.open());
  editor.view.dom.addEventListener("keydown", (event) => {
    const isAlone = combosOf("picker").includes(event.key) && !event.isComposing && editor.isEmpty && singleKeysOn();
    if (!isAlone) return;
    event.preventDefault();
    form.dispatchEvent(new CustomEvent("picker:open"));
  });
  // Whoever comes by "next" goes on writing; on a phone the conversation comes first.
  const isToWrite = new URLSearchParams(location.search).has("write");
  if (isToWrite && !matchMedia("(width < 40rem), (pointer: coarse)").matches) sheet.open();
}
