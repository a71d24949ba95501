// Formatted text as the lines a person would type, and lines as the editor's paragraphs.

import { pm } from "../django_prose_editor/editor.js";
import { contentOf } from "./schema.js";

/** The words of a text block, with addresses of links and signs for what is struck through. */
function words(block) {
  let line = "";
  block.forEach((node, _at, index) => {
    if (!node.isText) {
      line += "\n";
      return;
    }
    const link = node.marks.find(({ type }) => type.name === "link")?.attrs.href;
    const next = block.maybeChild(index + 1);
    const goesOn = next?.marks.some(({ type, attrs }) => type.name === "link" && attrs.href === link);
    const isStruck = node.marks.some(({ type }) => type.name === "strike");
    line += isStruck ? `~~${node.text}~~` : node.text;
    const shown = link?.replace(/^(mailto|tel):/i, "");
    if (link && !goesOn && !line.endsWith(shown)) line += ` (${shown})`;
  });
  return line.split("\n");
}

function ofList(list) {
  const lines = [];
  const isNumbered = list.type.name === "orderedList";
  let number = list.attrs.start ?? 1;
  list.forEach((item) => {
    if (isNumbered) number = item.attrs.value ?? number;
    const sign = isNumbered ? `${number}. ` : "- ";
    const inside = linesOf(item, true);
    lines.push(...inside.map((line, index) => (index ? " ".repeat(sign.length) : sign) + line));
    number += 1;
  });
  return lines;
}

function ofTable(table) {
  const lines = [];
  table.forEach((row) => {
    const cells = [];
    row.forEach((cell) => cells.push(linesOf(cell, true).join(" ")));
    lines.push(cells.join(" | "));
  });
  return lines;
}

function ofBlock(node) {
  const { name } = node.type;
  if (node.isTextblock) return words(node);
  if (name === "bulletList" || name === "orderedList") return ofList(node);
  if (name === "table") return ofTable(node);
  if (name === "horizontalRule") return ["---"];
  const inside = linesOf(node);
  return name === "blockquote" ? inside.map((line) => (line ? `> ${line}` : ">")) : inside;
}

/** Return what stands in *parent* as lines; its blocks are parted by an empty one unless *close*. */
export function linesOf(parent, close = false) {
  const lines = [];
  parent.forEach((node, _at, index) => {
    if (index && !close) lines.push("");
    lines.push(...ofBlock(node));
  });
  return lines;
}

/** Return the lines of any HTML. */
export function linesOfHtml(schema, html) {
  const { body } = new DOMParser().parseFromString(contentOf(html).html, "text/html");
  return linesOf(pm.model.DOMParser.fromSchema(schema).parse(body));
}

/** Return a paragraph for each of *lines*. */
export function paragraphs(schema, lines) {
  return lines.map((line) => (
    schema.nodes.paragraph.create(null, line ? schema.text(line) : null)
  ));
}

/** Return a document of plain text exactly as it was typed: a paragraph is a line. */
export function typedText(doc) {
  const lines = [];
  doc.forEach((node) => lines.push(node.textBetween(0, node.content.size, undefined, "\n")));
  return lines.join("\n");
}

/** Tell whether a document is made of nothing but lines. */
export function isPlain(doc) {
  let found = true;
  doc.descendants((node) => {
    const isLine = ["paragraph", "text", "hardBreak"].includes(node.type.name);
    found &&= isLine && node.marks.length === 0;
    return found;
  });
  return found;
}
