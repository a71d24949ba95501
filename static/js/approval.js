// Approving by keyboard: j and k through the list, A to the button, Ctrl+Enter from anywhere.

import { onShortcut } from "./keys.js";

const rows = [...document.querySelectorAll("[data-approvals] a[href]")];
const form = document.querySelector("[data-approve]");

function step(by) {
  const at = rows.indexOf(document.activeElement);
  rows[at < 0 ? 0 : at + by]?.focus();
}

if (rows.length) {
  onShortcut("next_row", () => step(1));
  onShortcut("previous_row", () => step(-1));
}

let isSent = false;
form?.addEventListener("submit", (event) => {
  // A second press while the first is on its way would only be told that it came too late.
  if (isSent) event.preventDefault();
  isSent = true;
});
if (form) {
  // One key leads to the button, which then takes Enter: nothing is sent by a single key.
  onShortcut("to_approval", () => form.querySelector("[data-approve-button]").focus());
  window.addEventListener("pageshow", () => { isSent = false; });
  document.addEventListener("keydown", (event) => {
    const isChord = event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing;
    if (!isChord || document.querySelector("dialog[open]")) return;
    // The note to the author is another form: there the chord belongs to sending back.
    if (event.target.closest("form") && event.target.closest("form") !== form) return;
    event.preventDefault();
    event.stopPropagation();
    form.requestSubmit();
  }, { capture: true });
}
