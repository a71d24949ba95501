// “Before you send”: each doubt leads to its place; the last that is let pass leads back to Send.

import { select } from "./blanks.js";
import { editorOf } from "./editor.js";

/** Return where *words* stand in a document, whatever their case; undefined where they do not. */
function placeOf(doc, words) {
  const wanted = words.toLowerCase();
  let place;
  doc.descendants((node, at) => {
    if (place || !node.isTextblock) return !place;
    const text = node.textBetween(0, node.content.size, undefined, "\ufffc");
    const from = text.replaceAll("\u00a0", " ").toLowerCase().indexOf(wanted);
    if (from >= 0) place = { from: at + 1 + from, to: at + 1 + from + words.length };
    return false;
  });
  return place;
}

/** Return the first line of a document that says something. */
function firstLine(doc) {
  let place;
  doc.descendants((node, at) => {
    if (!place && node.isTextblock && node.textContent.trim()) {
      place = { from: at + 1, to: at + node.nodeSize - 1 };
    }
    return !place;
  });
  return place;
}

function leadToText(textarea, words) {
  const editor = editorOf(textarea);
  if (!editor) return textarea.focus();
  const { doc } = editor.state;
  const place = (words && placeOf(doc, words)) ?? firstLine(doc);
  editor.commands.focus();
  if (place) select(editor.view, place);
  return true;
}

function lookAt(message) {
  message.tabIndex = -1;
  message.focus({ preventScroll: true });
  message.scrollIntoView({ block: "nearest" });
}

function leadToMessage(id) {
  const message = document.getElementById(id);
  const show = document.querySelector("[data-live-show]:not([hidden])");
  if (!message) return show?.click();
  if (!message.closest("[inert]")) return lookAt(message);
  // On a phone the composer's sheet covers the conversation: it is closed, the text stays in it.
  window.addEventListener("hashchange", () => lookAt(message), { once: true });
  return document.querySelector("[data-close-composer]")?.click();
}

/** Follow the action beside a doubt; false where the browser follows it by itself. */
function follow(form, link) {
  const { lead, words } = link.dataset;
  if (lead === "files") form.querySelector("[data-files] input[type=file]").click();
  else if (lead === "text") leadToText(form.elements.namedItem("body"), words);
  else if (lead === "message") leadToMessage(link.hash.slice(1));
  else return false;
  return true;
}

/** Once nothing is left to be asked, Send is what comes next: one key sends. */
function goOn(form) {
  const asked = [...form.querySelectorAll("[data-doubts] li")];
  const isDone = asked.every((line) => line.querySelector("[data-let-pass]")?.checked);
  if (isDone) form.querySelector("[data-send]")?.focus();
}

/** Make the doubts of *form* lead to their places. */
export function leadFromDoubts(form) {
  form.addEventListener("click", (event) => {
    const link = event.target.closest("[data-doubts] [data-lead]");
    if (!link || !follow(form, link)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-let-pass]") && event.target.checked) goOn(form);
  });
}
