// What is left to do in a text: blanks to fill in, and what looks unfinished.

import { pm } from "../django_prose_editor/editor.js";
import { pageData } from "./portal.js";

const BLANK = /\{\{\s*([^{}]*?)\s*\}\}/g;
// The server's own pattern; where a page has none, nothing looks unfinished.
const UNFINISHED = new RegExp(pageData.unfinished ?? "(?!)", "gu");

// What the blanks of the canned texts in a reply are called; where all blanks are ours there is none.
const own = pageData.own_blanks && new Set(pageData.own_blanks);

/** Take note that the blanks of *doc* from one place to another came with a canned text. */
export function noteOwnBlanks(doc, from, to) {
  const inserted = blanksOf(doc, { isInserted: true }).filter((blank) => blank.from >= from && blank.to <= to);
  for (const { name } of inserted) own?.add(name);
  return inserted;
}

/**
 * Return the blanks of a document, in order: where they stand and what they ask for.
 *
 * Those that are not *isOwn* the portal may ask about on sending; quoted or let pass they are none.
 */
export function blanksOf(doc, { isInserted = false } = {}) {
  const blanks = [];
  const passed = meant();
  eachText(doc, (text, start, { isQuoted }) => {
    for (const found of text.matchAll(BLANK)) {
      const [words, name] = found;
      const isOwn = isInserted || !own || own.has(name);
      if (!isOwn && (isQuoted || passed.has(words.replaceAll("\u00a0", " ")))) continue;
      const from = start + found.index;
      const nameFrom = from + words.indexOf(name);
      blanks.push({
        from, to: from + words.length, words, name, nameFrom, nameTo: nameFrom + name.length, isOwn,
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
