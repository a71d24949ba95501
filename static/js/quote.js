// Quotes what the customer wrote: the words selected in a message, or all of it. The frames of
// mails stay as they are, without scripts: the page only reads what is selected in them.

import { editorOf } from "./editor.js";
import { pageData } from "./portal.js";
import { combosOf, isTyping, singleKeysOn } from "./keys.js";

const MOST = 20000;
const QUOTABLE = "[data-quotable]";

const form = document.querySelector("[data-compose]");
const bubble = document.querySelector("[data-quote-selection]");

function frameOf(message) {
  return message?.querySelector("iframe[data-mail-frame]");
}

/** What is selected in the frame of *message*, or null. */
function selectedIn(message) {
  const selection = frameOf(message)?.contentDocument?.getSelection();
  return selection?.rangeCount && selection.toString().trim() ? selection.getRangeAt(0) : null;
}

/** The message in which words are selected; of two the one that was selected in last. */
let selectedMessage = null;

function chosen() {
  return selectedMessage?.isConnected && selectedIn(selectedMessage) ? selectedMessage : null;
}

/** Return a part of a mail as markup, taken out of its page so that nothing of it is loaded. */
function markupOf(fragment) {
  const inert = document.implementation.createHTMLDocument();
  const holder = inert.createElement("div");
  holder.append(inert.importNode(fragment, true));
  for (const part of holder.querySelectorAll("details, style, script")) part.remove();
  if (holder.textContent.length <= MOST) return holder.innerHTML;
  holder.textContent = holder.textContent.slice(0, MOST);
  return holder.innerHTML;
}

function wholeOf(message) {
  const range = frameOf(message).contentDocument.createRange();
  range.selectNodeContents(frameOf(message).contentDocument.body);
  return range;
}

/** Who wrote it and when, in the language of the reply. */
function attribution(message, language) {
  const words = pageData.quoted[language] ?? pageData.quoted[document.documentElement.lang];
  const at = message.dataset.at ? new Date(`${message.dataset.at}T12:00`) : null;
  const year = at && at.getFullYear() !== new Date().getFullYear() ? { year: "numeric" } : {};
  const date = at?.toLocaleDateString(language, { day: "numeric", month: "long", ...year }) ?? "";
  const line = document.createElement("p");
  const { author } = message.dataset;
  line.textContent = (at ? words.dated : words.undated)
    .replace(/\{(author|date)\}/g, (_all, name) => ({ author, date })[name]);
  return line.outerHTML;
}

/** Put what is selected in *message*, else all of it, at the cursor; the cursor stands below. */
function quote(message) {
  const textarea = form.elements.namedItem("body");
  const editor = editorOf(textarea);
  const range = selectedIn(message) ?? wholeOf(message);
  const inside = markupOf(range.cloneContents());
  frameOf(message).contentDocument.getSelection()?.removeAllRanges();
  bubble.hidden = true;
  document.dispatchEvent(new CustomEvent("composer:open"));
  // Nobody has put the cursor anywhere yet: the quotation goes below what is there.
  if (!editor.isFocused && editor.state.selection.to <= 1) editor.commands.setTextSelection(editor.state.doc.content.size);
  const html = `${attribution(message, editor.view.dom.lang)}<blockquote>${inside}</blockquote><p><br></p>`;
  textarea.dispatchEvent(new CustomEvent("editor:insert", { detail: { html, apart: true } }));
}

/** Let the button stand below what is selected, inside the window. */
function place(message) {
  const range = selectedIn(message);
  bubble.hidden = !range;
  if (!range) return;
  const outer = frameOf(message).getBoundingClientRect();
  const inner = range.getBoundingClientRect();
  const top = Math.min(outer.top + inner.bottom + 6, innerHeight - bubble.offsetHeight - 8);
  const left = Math.min(outer.left + inner.left, innerWidth - bubble.offsetWidth - 8);
  bubble.style.setProperty("--top", `${Math.max(8, top)}px`);
  bubble.style.setProperty("--left", `${Math.max(8, left)}px`);
}

function isQuoteKey(event) {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
  return combosOf("quote").includes(event.key) && isPlain && !event.defaultPrevented && singleKeysOn();
}

const heard = new WeakSet();

/** Notice what is selected in a frame, and the key pressed there. */
function listen(frame) {
  const page = frame.contentDocument;
  const message = frame.closest(QUOTABLE);
  if (!page || !message || heard.has(page)) return;
  heard.add(page);
  page.addEventListener("selectionchange", () => {
    if (selectedIn(message)) selectedMessage = message;
    place(selectedMessage ?? message);
  });
  page.addEventListener("keydown", (event) => {
    if (!isQuoteKey(event)) return;
    event.preventDefault();
    quote(message);
  });
}

function offer(root) {
  for (const button of root.querySelectorAll("[data-quote-message]")) button.hidden = false;
  for (const frame of root.querySelectorAll(`${QUOTABLE} iframe[data-mail-frame]`)) listen(frame);
}

function start(list) {
  offer(list);
  list.addEventListener("load", ({ target }) => {
    if (target.matches?.("iframe[data-mail-frame]")) listen(target);
  }, true);
  new MutationObserver(() => offer(list)).observe(list, { childList: true, subtree: true });
  list.addEventListener("click", (event) => {
    const button = event.target.closest("[data-quote-message]");
    if (!button) return;
    event.preventDefault(); // a click beside the sheet of a phone would close it
    quote(button.closest(QUOTABLE));
  });
  bubble.addEventListener("mousedown", (event) => event.preventDefault());
  bubble.addEventListener("click", (event) => {
    event.preventDefault();
    if (chosen()) quote(chosen());
  });
  for (const kind of ["scroll", "resize"]) {
    addEventListener(kind, () => { bubble.hidden ||= !chosen(); if (chosen()) place(chosen()); }, true);
  }
  document.addEventListener("keydown", (event) => {
    if (!isQuoteKey(event) || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const message = chosen() ?? event.target.closest?.(QUOTABLE);
    if (!message) return;
    event.preventDefault();
    quote(message);
  });
}

const list = document.querySelector("[data-conversation]");
if (form && bubble && list) start(list);
