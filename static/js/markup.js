// The one list of markup, as the page brings it from lib/html/markup.py, and the editor's words.

const data = JSON.parse(document.getElementById("editor-data")?.textContent ?? "{}");

/** Tags, attributes and names of what a text may be made of. */
export const markup = data.markup ?? {};
/** What to say of things that a text cannot hold, by their kind. */
export const lostWords = data.lost ?? {};
/** What to say of a pasted table whose rows and columns have no names. */
export const headerWords = data.header ?? "";

const TEXT_BLOCKS = new Set(markup.text_blocks);
const LINES = new Set(markup.lines);
const DROPPED = new Set(markup.dropped);
const READ = new Set([
  ...markup.tags ?? [], ...markup.lines ?? [], ...markup.unwrapped ?? [],
]);

export const isTextBlock = (tag) => TEXT_BLOCKS.has(tag);
export const isLine = (tag) => LINES.has(tag);
/** Tell whether an element says something of its words; those of other names only hold them. */
export const isRead = (tag) => READ.has(tag);
export const isDropped = (tag) => DROPPED.has(tag);

/** Return the name that our list has for a tag. */
export const nameOf = (tag) => markup.same_as[tag] ?? tag;

const IN_ADDRESS = {
  '"': "%22", "<": "%3C", ">": "%3E", " ": "%20", "`": "%60", "\xa0": "%C2%A0",
};

/** Return the address that a link leads to from anywhere; "" for one that leads nowhere. */
export function addressOf(written) {
  let address = written.replace(/[\t\r\n]/g, "").replace(/^[\0-\x20\xa0]+|[\0-\x20\xa0]+$/g, "");
  if (/^www\./i.test(address)) address = `https://${address}`;
  else if (address.startsWith("//")) address = `https:${address}`;
  const colon = address.indexOf(":");
  const scheme = address.slice(0, Math.max(0, colon)).toLowerCase();
  if (colon === address.length - 1 || !markup.schemes.includes(scheme)) return "";
  return address.replace(/["<> `\xa0]/g, (sign) => IN_ADDRESS[sign]);
}
