// What the conversation names and a blank asks for, by the words of its label.

import { pageData } from "./portal.js";

const MOST = 2;

function plain(text) {
  return text.toLowerCase().replaceAll("ł", "l").normalize("NFD").replace(/\p{M}/gu, "");
}

/** Return what is offered for the blank *label*, the likeliest first; nothing for none. */
export function offersFor(label) {
  if (!label) return [];
  const asked = Object.entries(pageData.blanks ?? {})
    .filter(([, words]) => new RegExp(words, "u").test(plain(label)))
    .map(([kind]) => kind);
  const found = (pageData.mentioned ?? []).filter(([kind]) => asked.includes(kind));
  return found.slice(0, MOST).map(([, words]) => words);
}
