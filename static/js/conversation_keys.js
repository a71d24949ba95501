// The conversation by keyboard: one stop for Tab, however many letters and links it holds. Enter
// goes into its newest message, the arrows from one to the next, Enter into what the customer
// wrote, where Tab leads from link to link, and Escape comes back out.

import { showMessage } from "./frames.js";

const REACHABLE = "a[href], button, summary, iframe[data-mail-frame]";

const list = document.querySelector("[data-conversation]");
const messages = () => [...list.querySelectorAll(".message-list > li")];

/** Let Tab reach what *message* holds, and nothing of the others; null leaves all of them out. */
function open(message) {
  for (const part of list.querySelectorAll(REACHABLE)) {
    if (message?.contains(part)) part.removeAttribute("tabindex");
    else part.tabIndex = -1;
  }
}

function enter(message) {
  if (!message) return;
  open(message);
  message.tabIndex = -1;
  message.focus({ preventScroll: true });
  showMessage(list, message);
}

function leave() {
  open(null);
  list.focus({ preventScroll: true });
}

/** Scroll on within a *message* longer than the list; tell whether there was more of it. */
function scrolledOn(message, by) {
  const box = list.getBoundingClientRect();
  const own = message.getBoundingClientRect();
  const left = by > 0 ? own.bottom - box.bottom : box.top - own.top;
  if (left <= 1) return false;
  list.scrollBy({ top: by * Math.min(left, box.height * 0.8), behavior: "instant" });
  return true;
}

function step(message, by) {
  const all = messages();
  if (!scrolledOn(message, by)) enter(all[all.indexOf(message) + by]);
}

const heard = new WeakSet();

/** Put the keyboard into the letter of *message*, where its links are. */
function read(message) {
  const frame = message.querySelector("iframe[data-mail-frame]");
  const page = frame?.contentDocument;
  if (!page) return;
  frame.focus();
  if (heard.has(page)) return;
  heard.add(page);
  page.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    enter(message);
  });
}

function onKey(event) {
  const message = event.target.closest(".message-list > li");
  const isOnIt = event.target === message;
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.key === "Enter" && event.target === list) enter(messages().at(-1));
  else if (event.key === "Enter" && isOnIt) read(message);
  else if (event.key === "ArrowDown" && isOnIt) step(message, 1);
  else if (event.key === "ArrowUp" && isOnIt) step(message, -1);
  else if (event.key === "Escape" && message) leave();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

if (list) {
  open(null);
  list.addEventListener("keydown", onKey);
  // "Show" puts in a new list: what it holds is out of the way as well.
  new MutationObserver(() => {
    if (!list.contains(document.activeElement)) open(null);
  }).observe(list, { childList: true, subtree: true });
  list.addEventListener("focusout", (event) => {
    if (!list.contains(event.relatedTarget)) open(null);
  });
  // Whoever comes to a ticket begins at its conversation: Tab goes on from there to the reply. Only
  // where they begin, nothing is in focus yet.
  if (document.activeElement === document.body && !location.hash) {
    list.focus({ preventScroll: true });
    list.blur();
  }
}
