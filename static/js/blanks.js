// What is left to do in a text: blanks to fill in, and what looks unfinished.

import { pm } from "../django_prose_editor/editor.js";
import { pageData } from "./portal.js";

const BLANK = /\{\{\s*([^{}]*?)\s*\}\}/g;
// The server's own pattern; where a page has none, nothing looks unfinished.
const UNFINISHED = new RegExp(pageData.unfinished ?? "(?!)", "gimu");

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

/** Return what looks unfinished in a document, in order, as the portal will find it on sending. */
export function unfinishedIn(doc) {
  const places = [];
  eachText(doc, (text, start) => {
    for (const found of text.matchAll(UNFINISHED)) {
      const from = start + found.index;
      if (found[1]) places.push({ from, to: from + found[0].length, words: found[1] });
    }
  }, "\n");
  return places;
}

/** Call *look* with each paragraph's text, in which *leaf* stands for a break, and its place. */
function eachText(doc, look, leaf = "\ufffc") {
  doc.descendants((node, at) => {
    if (!node.isTextblock) return true;
    look(node.textBetween(0, node.content.size, undefined, leaf), at + 1);
    return false;
  });
}

/** Select a place of the text and bring it into sight. */
export function select(view, { from, to }) {
  const selection = pm.state.TextSelection.create(view.state.doc, from, to);
  view.dispatch(view.state.tr.setSelection(selection).scrollIntoView());
}
