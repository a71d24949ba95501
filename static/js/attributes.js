// Attributes as our list has them, from what other programs write; as lib/html/attributes.py.

import { markup } from "./markup.js";
import { declarations } from "./styles.js";

const MOST_SPAN = 100;
const MARK_OF_LIST = /^\s*\(?([0-9]{1,4}|[a-zA-Z]{1,4})[.)]/;

/** Return the styles of an element; pasting keeps them where the page's policy does not look. */
export function styleOf(node) {
  return declarations(node.getAttribute?.("data-style") ?? "");
}

function number(written) {
  const found = /^-?[0-9]{1,6}$/.exec((written ?? "").trim());
  return found ? String(Number(found[0])) : "";
}

function without(values, ...unsaid) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => !unsaid.includes(value)));
}

export function listAttributes(tag, node) {
  if (tag !== "ol") return {};
  const counted = styleOf(node)["list-style-type"]
    || (node.firstElementChild && styleOf(node.firstElementChild)["list-style-type"]);
  const named = Object.fromEntries(
    Object.entries(markup.list_types).map(([name, style]) => [style, name]),
  );
  Object.assign(named, { "lower-latin": "a", "upper-latin": "A" });
  const written = node.getAttribute("type") ?? "";
  const type = written in markup.list_types ? written : named[counted] ?? "";
  return without({ start: number(node.getAttribute("start")), type }, "", "1");
}

export function itemAttributes(node) {
  return without({ value: number(node.getAttribute("value")) }, "");
}

export function cellAttributes(node) {
  const spans = ["colspan", "rowspan"].map((name) => [name, number(node.getAttribute(name))]);
  return Object.fromEntries(spans.filter(([, span]) => 1 < Number(span) && Number(span) <= MOST_SPAN));
}

/** Return which list Word means by the mark before an item. */
export function kindOfList(mark) {
  return MARK_OF_LIST.test(mark) ? "ol" : "ul";
}

/** Return how Word counts a list whose first mark is *mark*. */
export function countedBy(kind, mark) {
  const first = MARK_OF_LIST.exec(mark)?.[1];
  if (kind !== "ol" || !first) return {};
  if (/^\d/.test(first)) return without({ start: number(first) }, "1");
  const letters = first.toLowerCase() === "i" ? "i" : "a";
  return { type: first === first.toUpperCase() ? letters.toUpperCase() : letters };
}

/** Return what a form field shows. */
export function shownValue(node) {
  const kind = (node.getAttribute("type") ?? "").toLowerCase();
  if (["hidden", "password", "file", "image"].includes(kind)) return "";
  if (kind === "checkbox" || kind === "radio") return node.hasAttribute("checked") ? "☑" : "☐";
  return node.getAttribute("value") || node.getAttribute("placeholder") || "";
}

/** Take the mark that Word wrote before an item out of it, and return its words. */
export function takeMark(node) {
  const marks = [...node.querySelectorAll("[data-style]")].filter((part) => (
    (styleOf(part)["mso-list"] ?? "").includes("ignore")
  ));
  const words = marks.map((mark) => mark.textContent).join("");
  for (const mark of marks) mark.remove();
  return words;
}
