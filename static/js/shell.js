// The page's frame: the list of keys, single-key shortcuts, the phone's menu, signing out.

import { openCommand } from "./command.js";
import { isShortcut, onShortcut, singleKeysOn, switchSingleKeys } from "./keys.js";
import { csrfToken } from "./portal.js";

const keys = document.querySelector("[data-keys]");

function undo() {
  document.querySelector("[data-undo]:not([hidden])")?.click();
}

/** Go to the page of the main menu with this name, where the person has it. */
function go(view) {
  const link = document.querySelector(`[data-go="${view}"]`);
  if (link) location.assign(link.href);
}

/** Undo wherever the cursor is. */
function onUndoChord(event) {
  if (!isShortcut(event, "undo_anywhere")) return;
  if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  if (!event.repeat) undo();
}

if (keys) {
  const toggle = keys.querySelector("[data-keys-switch]");
  toggle.checked = singleKeysOn();
  toggle.addEventListener("change", () => switchSingleKeys(toggle.checked));
  onShortcut("keys", () => keys.showModal());
  onShortcut("next", () => {
    if (!document.querySelector('[data-go="desk:index"]')) return;
    location.assign(document.querySelector("[data-next]")?.href ?? keys.dataset.nextUrl);
  });
  onShortcut("undo", undo);
  onShortcut("go_desk", () => go("desk:index"));
  onShortcut("go_replies", () => go("replies:index"));
  onShortcut("go_canned", () => go("canned:index"));
  document.addEventListener("keydown", onUndoChord);
  document.addEventListener("keydown", (event) => {
    if (!isShortcut(event, "command") || event.defaultPrevented) return;
    event.preventDefault();
    if (!event.repeat) openCommand();
  });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-open-keys]")) keys?.showModal();
  if (event.target.closest("[data-open-command]")) openCommand();
  event.target.closest("[data-close]")?.closest("dialog")?.close();
  // A click on the backdrop lands on the dialog itself.
  if (event.target instanceof HTMLDialogElement && event.target.matches(".sheet")) {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right
      && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
  const menu = document.querySelector("[data-menu][open]");
  if (menu && !menu.contains(event.target)) menu.open = false;
});

// What opens to be filled in is ready to be typed into.
document.addEventListener("toggle", (event) => {
  const { target } = event;
  // By a press: what the page itself opens takes the focus from nobody.
  const isMeant = target.open && target.contains(document.activeElement);
  if (!isMeant || !target.matches("[data-menu], .ask-approval")) return;
  const field = target.querySelector("form :is(input:not([type=hidden]), textarea)");
  field?.focus();
  field?.form.scrollIntoView({ block: "nearest" });
}, { capture: true });

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("[data-menu][open]");
  if (event.key !== "Escape" || !menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// Texts kept on this computer belong to the person who signs out.
for (const form of document.querySelectorAll("[data-sign-out]")) {
  form.addEventListener("submit", () => {
    const { person } = document.body.dataset;
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(`portal-draft:${person}:`)) localStorage.removeItem(name);
    }
    localStorage.removeItem(`portal-seen:${person}`);
  });
}

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = csrfToken();
});
