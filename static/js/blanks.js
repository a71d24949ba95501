// What is left to do in a text: blanks to fill in, and what looks unfinished.

import { pm } from "../django_prose_editor/editor.js";
import { pageData } from "./portal.js";

const BLANK = /\{\{\s*([^{}]*?)\s*\}\}/g;
// The server's own pattern; where a page has none, nothing looks unfinished.
const UNFINISHED = new RegExp(pageData.unfinished ?? "(?!)", "gu");

/** Return the blanks of a document, in order: where they stand and what they ask for. */
export function blanksOf(doc) {
  const blanks = [];
  eachText(doc, (text, start) => {
    for (const found of text.matchAll(BLANK)) {
      const from = start + found.index;
      const head = found[0].indexOf(found[1]);
      blanks.push({
        from, to: from + found[0].length, name: found[1],
        nameFrom: from + head, nameTo: from + head + found[1].length,
      });
    }
  });
  return blanks;
}

/** The wordings that whoever wrote the canned texts, or this person, said belong there. */
function meant() {
  const ticked = document.querySelector("[name=confirm][value=leftover]:checked");
  const asked = ticked?.parentElement.querySelector("[name=asked]").value.split("\n");
  return new Set([...(pageData.meant ?? []), ...(asked ?? [])]);
}

/** Return what looks unfinished in a document, in order, as the portal will find it on sending. */
export function unfinishedIn(doc) {
  const places = [];
  const passed = meant();
  eachText(doc, (text, start, isQuoted) => {
    for (const found of isQuoted ? [] : text.matchAll(UNFINISHED)) {
      const from = start + found.index;
      const words = found[1]?.replaceAll("\u00a0", " ");
      if (words && !passed.has(words)) places.push({ from, to: from + found[0].length, words });
    }
  }, "\n");
  return places;
}

/** Call *look* with each paragraph's text, in which *leaf* stands for a break, its place, and
 * whether somebody else's words are quoted there. */
function eachText(doc, look, leaf = "\ufffc", isQuoted = false, offset = 0) {
  doc.forEach((node, at) => {
    const start = offset + at + 1;
    if (node.isTextblock) {
      look(node.textBetween(0, node.content.size, undefined, leaf), start, isQuoted);
    } else {
      eachText(node, look, leaf, isQuoted || node.type.name === "blockquote", start);
    }
  });
}

/** Select a place of the text and bring it into sight. */
export function select(view, { from, to }) {
  const selection = pm.state.TextSelection.create(view.state.doc, from, to);
  view.dispatch(view.state.tr.setSelection(selection).scrollIntoView());
}
