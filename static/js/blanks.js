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

// What was found in a paragraph; one that did not change is not looked through again.
const foundIn = new WeakMap();

function look(node, text) {
  if (!foundIn.has(node)) {
    const found = [...text.matchAll(UNFINISHED)].filter(([, words]) => words);
    foundIn.set(node, found.map(({ 0: { length }, 1: words, index }) => (
      { at: index, length, words: words.replaceAll("\u00a0", " ") }
    )));
  }
  return foundIn.get(node);
}

/** Return what looks unfinished in a document, in order, as the portal will find it on sending. */
export function unfinishedIn(doc) {
  const places = [];
  const passed = meant();
  eachText(doc, (text, start, { node, isQuoted }) => {
    for (const { at, length, words } of isQuoted ? [] : look(node, text)) {
      if (!passed.has(words)) places.push({ from: start + at, to: start + at + length, words });
    }
  }, "\n");
  return places;
}

/**
 * Call *tell* with each paragraph's text, in which *leaf* stands for a break, its place, and the
 * paragraph itself with whether it quotes somebody.
 */
function eachText(doc, tell, leaf = "\ufffc", isQuoted = false, offset = 0) {
  doc.forEach((node, at) => {
    const start = offset + at + 1;
    if (node.isTextblock) {
      const text = node.textBetween(0, node.content.size, undefined, leaf);
      tell(text, start, { node, isQuoted });
    } else {
      eachText(node, tell, leaf, isQuoted || node.type.name === "blockquote", start);
    }
  });
}

/** Select a place of the text and bring it into sight. */
export function select(view, { from, to }) {
  const selection = pm.state.TextSelection.create(view.state.doc, from, to);
  view.dispatch(view.state.tr.setSelection(selection).scrollIntoView());
}
