// What stands around the text: the signature that is put below it, and how a reply usually begins.

import { editorOf } from "./editor.js";

const BLOCKS = "p, div, li, tr, h1, h2, h3, h4, h5, h6, pre, table, ul, ol";

/** The words of each line of *html* that has any and is not quoted; as the portal reads them. */
function linesOf(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const quote of body.querySelectorAll("blockquote")) quote.replaceWith("\n");
  for (const end of body.querySelectorAll("br")) end.replaceWith("\n");
  for (const block of body.querySelectorAll(BLOCKS)) {
    block.before("\n");
    block.append("\n");
  }
  const lines = body.textContent.split("\n").filter((line) => !line.trimStart().startsWith(">"));
  return lines.map((line) => (line.toLowerCase().match(/[\p{L}\p{N}_]+/gu) ?? []).join(" ")).filter(Boolean);
}

/** Whether the lines of *signature* stand in *html*, one below the other. */
function holds(html, signature) {
  const wanted = linesOf(signature);
  return wanted.length > 0 && `\n${linesOf(html).join("\n")}\n`.includes(`\n${wanted.join("\n")}\n`);
}

/** Say where the text has the chosen signature already. */
function watchSignature(form, body) {
  const box = form.querySelector("[data-signature-box]");
  if (!box) return;
  const note = box.querySelector("[data-signature-held]");
  const show = () => {
    const key = form.elements.namedItem("signature").value;
    const chosen = box.querySelector(`[data-signature="${CSS.escape(key)}"]`);
    const isHeld = Boolean(chosen) && holds(body.value, chosen.innerHTML);
    if (note.hidden !== isHeld) return;
    note.hidden = !isHeld;
    box.querySelector("[data-signatures]").classList.toggle("is-held", isHeld);
  };
  form.addEventListener("input", show);
  show();
}

/** Put the usual first and last words into the empty text, with the cursor between them. */
function begin(body, { openingHtml, closingHtml }) {
  const html = `${openingHtml}<p></p>${closingHtml}`;
  body.dispatchEvent(new CustomEvent("editor:replace", { detail: { html } }));
  const editor = editorOf(body);
  let room = editor.state.doc.content.size;
  editor.state.doc.descendants((node, at) => {
    if (node.isTextblock && !node.content.size) room = at + 1;
  });
  editor.commands.focus(room);
}

/** Offer the usual first words as long as nothing is written. */
function offerOpening(form, body) {
  const offer = form.querySelector("[data-opening]");
  if (!offer) return;
  const show = () => { offer.hidden = linesOf(body.value).length > 0; };
  offer.querySelector("[data-begin]").addEventListener("click", (event) => {
    event.preventDefault();
    begin(body, event.currentTarget.dataset);
    show();
  });
  offer.addEventListener("keydown", (event) => {
    // It looks like a button, so the space bar presses it.
    if (event.key !== " ") return;
    event.preventDefault();
    event.target.closest("[data-begin]")?.click();
  });
  form.addEventListener("input", show);
  show();
}

/** Watch what stands around the text of *form*, whose field is *body*. */
export function around(form, body) {
  watchSignature(form, body);
  offerOpening(form, body);
}
