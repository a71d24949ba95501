// The page's frame: the list of keys, single-key shortcuts, the phone's menu, signing out.

import { csrfToken } from "./portal.js";

const KEYS_OFF = "portal-keys-off";
const keys = document.querySelector("[data-keys]");

export function singleKeysOn() {
  return localStorage.getItem(KEYS_OFF) === null;
}

export function isTyping(target) {
  return target instanceof Element
    && (target.closest("input, textarea, select, [contenteditable]") !== null);
}

/** Call `act` when `key` alone is pressed outside any field, unless the person switched that off. */
export function onSingleKey(key, act) {
  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
    if (event.key !== key || !plain || event.defaultPrevented) return;
    if (!singleKeysOn() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    event.preventDefault();
    act();
  });
}

function undo() {
  document.querySelector("[data-undo]:not([hidden])")?.click();
}

/** Undo by Alt and U wherever the cursor is; AltGr and U types a sign of its own. */
function onUndoChord(event) {
  const isChord = event.code === "KeyU" && event.altKey && !event.ctrlKey && !event.metaKey
    && !event.shiftKey && !event.getModifierState("AltGraph");
  if (!isChord || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  if (!event.repeat) undo();
}

if (keys) {
  const toggle = keys.querySelector("[data-keys-switch]");
  toggle.checked = singleKeysOn();
  toggle.addEventListener("change", () => {
    if (toggle.checked) localStorage.removeItem(KEYS_OFF);
    else localStorage.setItem(KEYS_OFF, "1");
  });
  onSingleKey("?", () => keys.showModal());
  onSingleKey("n", () => {
    location.assign(document.querySelector("[data-next]")?.href ?? keys.dataset.nextUrl);
  });
  onSingleKey("u", undo);
  document.addEventListener("keydown", onUndoChord);
  onSingleKey("g", () => {
    const box = document.querySelector("[data-ticket-box]");
    box?.focus();
    box?.select();
  });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-open-keys]")) keys?.showModal();
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
