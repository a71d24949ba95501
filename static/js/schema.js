// The editor's schema, put together from the one list of markup, and texts on their way in and out.

import {
  Blockquote, Bold, BulletList, Code, CodeBlock, HardBreak, Heading, HorizontalRule,
  Italic, Link, ListItem, OrderedList, Paragraph, Strike, Subscript, Superscript, Table, TableCell,
  TableHeader, TableRow, Text, Underline, pm
} from "../django_prose_editor/editor.js";
import { canonical } from "./canonical.js";
import { element, linkMark, shownSpaces, withoutLooseEnds, written } from "./elements.js";
import { addressOf, markup } from "./markup.js";

const holds = (tag) => markup.tags.includes(tag);
const given = (tag) => markup.attributes[tag] ?? [];

/** Marks and breaks that typing signs does not bring about. */
const untyped = { addInputRules: () => [], addPasteRules: () => [] };

/** Attributes of *tag* that our list has, as the editor keeps them; without a value they go. */
function attributesOf(tag, defaults = {}) {
  return Object.fromEntries(given(tag).map((name) => {
    const start = defaults[name] ?? null;
    const isNumber = name !== "type" && name !== "href";
    return [name, {
      default: start,
      parseHTML: (node) => {
        const value = node.getAttribute(name);
        return value !== null && isNumber ? Number(value) : value ?? start;
      },
      renderHTML: (attributes) => (
        attributes[name] === start || attributes[name] === null ? {} : { [name]: attributes[name] }
      ),
    }];
  }));
}

// A paragraph knows whether it had a tag of its own: items and cells may hold bare words.
const ourParagraph = Paragraph.extend({
  addAttributes: () => ({
    bare: {
      default: null,
      parseHTML: (node) => (node.localName === "p" ? node.hasAttribute("data-bare") : null),
      renderHTML: ({ bare }) => (bare ? { "data-bare": "" } : {}),
    },
  }),
});

const ourPre = CodeBlock.extend({
  ...untyped,
  content: "inline*",
  marks: "_",
  addAttributes: () => ({}),
  parseHTML: () => [{ tag: "pre", preserveWhitespace: "full" }],
  renderHTML: () => ["pre", 0],
});

// Tab leaves a table after its last cell, and the editor after that: nobody is caught in it.
const move = (editor, way) => pm.tables.goToNextCell(way)(editor.state, editor.view.dispatch);
const tableParts = [
  Table.extend({
    addNodeView: () => null,
    renderHTML: () => ["table", ["tbody", 0]],
    addKeyboardShortcuts() {
      return {
        ...this.parent?.(),
        Tab: () => move(this.editor, 1),
        "Shift-Tab": () => move(this.editor, -1),
      };
    },
  }).configure({ resizable: false }),
  TableRow.extend({
    addAttributes: () => ({
      section: {
        default: "tbody",
        parseHTML: (node) => node.parentElement?.localName.match(/^t(head|foot)$/)?.[0] ?? "tbody",
        renderHTML: () => ({}),
      },
    }),
  }),
  ...[[TableCell, "td"], [TableHeader, "th"]].map(([cell, tag]) => cell.extend({
    addAttributes: () => attributesOf(tag, { colspan: 1, rowspan: 1 }),
  })),
];

/** Everything of the list that the editor has an extension for, by the tags it stands for. */
const BY_TAG = {
  p: [ourParagraph],
  h1: [Heading.extend({ ...untyped, addKeyboardShortcuts: () => ({}) })
    .configure({ levels: [1, 2, 3, 4, 5, 6].filter((level) => holds(`h${level}`)) })],
  pre: [ourPre],
  blockquote: [Blockquote],
  ul: [BulletList],
  ol: [OrderedList.extend({
    addAttributes: () => attributesOf("ol", { start: 1 }),
    addNodeView: () => null,
    renderHTML: ({ HTMLAttributes }) => ["ol", HTMLAttributes, 0],
  })],
  li: [ListItem.extend({
    content: "block+",
    addAttributes: () => attributesOf("li"),
    addKeyboardShortcuts() {
      return { Enter: () => this.editor.commands.splitListItem(this.name) };
    },
  })],
  table: tableParts,
  hr: [HorizontalRule.extend(untyped)],
  br: [HardBreak.extend({
    addKeyboardShortcuts() {
      return { "Shift-Enter": () => this.editor.commands.setHardBreak() };
    },
  })],
  strong: [Bold],
  em: [Italic],
  u: [Underline.extend(untyped)],
  s: [Strike.extend(untyped)],
  sub: [Subscript.extend(untyped)],
  sup: [Superscript.extend(untyped)],
  code: [Code.extend({ ...untyped, excludes: "", addKeyboardShortcuts: () => ({}) })],
};

function ourLink(openLink) {
  return Link.extend({
    addKeyboardShortcuts() {
      const open = () => { openLink(); return true; };
      // Without words to link, the same keys open the command box, as they do everywhere.
      const isMeant = () => !this.editor.state.selection.empty || this.editor.isActive("link");
      return { "Mod-k": () => isMeant() && open(), "Mod-Shift-k": open };
    },
  }).configure({
    openOnClick: false,
    defaultProtocol: "https",
    isAllowedUri: (address) => Boolean(addressOf(address ?? "")),
    HTMLAttributes: { target: null, rel: null },
  });
}

/** Return the extensions for what our list holds, without the root; *openLink* opens the window of links. */
export function markupExtensions(openLink) {
  const held = Object.keys(BY_TAG).filter(holds).flatMap((tag) => BY_TAG[tag]);
  return [Text, ...held, ...(holds("a") ? [ourLink(openLink)] : [])];
}

// --- on the way in ------------------------------------------------------------------------------

/** Take off each line's last break, which shows where the line is empty, as editors do by themselves. */
function opened(node) {
  const isEnded = node.line.length && node.line.at(-1).text === null;
  const line = isEnded ? node.line.slice(0, -1) : node.line;
  const isEmptyCell = ["li", "td", "th"].includes(node.tag) && !node.children.length;
  return { ...node, line, children: isEmptyCell ? [element("")] : node.children.map(opened) };
}

/** Return any HTML as the editor reads it, and which kinds of things are lost. */
export function contentOf(html) {
  const { tree, lost } = canonical(html);
  const wrap = (words, tag) => (tag ? `<p data-bare>${words}</p>` : words);
  return { html: written(opened(tree), wrap), lost };
}

// --- on the way out -----------------------------------------------------------------------------

const NAMES = {
  blockquote: "blockquote", bulletList: "ul", orderedList: "ol", listItem: "li", table: "table",
  tableRow: "tr", tableCell: "td", tableHeader: "th", horizontalRule: "hr", paragraph: "p",
  codeBlock: "pre", bold: "strong", italic: "em", underline: "u", strike: "s", subscript: "sub",
  superscript: "sup", code: "code", link: "a",
};

function tagOf({ type, attrs }) {
  return type.name === "heading" ? `h${attrs.level}` : NAMES[type.name];
}

function marksOf(node) {
  const tags = node.marks.map(({ type }) => NAMES[type.name]);
  const link = node.marks.find(({ type }) => type.name === "link");
  const address = link && addressOf(link.attrs.href ?? "");
  return markup.marks.filter((tag) => tags.includes(tag) && (tag !== "a" || address))
    .map((tag) => (tag === "a" ? linkMark(address) : tag));
}

function lineOf(block, isPre) {
  const line = [];
  block.forEach((node) => {
    const before = line.at(-1)?.text?.at(-1) ?? null;
    const text = node.isText ? node.text : null;
    const shown = text === null || isPre ? text : shownSpaces(text.replace(/[\t\r\n\f]/g, " "), before);
    line.push({ text: shown, marks: marksOf(node) });
  });
  return isPre ? line : withoutLooseEnds(line);
}

function textBlock(node, parent, isAlone) {
  const tag = tagOf(node);
  const mayBeBare = ["li", "td", "th", "blockquote"].includes(parent.tag)
    && (node.content.size > 0 || (isAlone && parent.tag !== "blockquote"));
  const { bare } = node.attrs;
  const line = lineOf(node, tag === "pre");
  const isBlank = line.length > 0 && line.every(({ text }) => text === null);
  const isBare = tag === "p" && mayBeBare && !isBlank && (bare ?? /^t[dh]$/.test(parent.tag))
    && (!parent.children.length || Boolean(parent.children.at(-1).tag));
  // A break is seen only where something follows it; an empty block has no height without one.
  const isEnded = line.length && line.at(-1).text === null;
  if (isEnded || (!line.length && !isBare)) line.push({ text: null, marks: [] });
  return element(isBare ? "" : tag, {}, line);
}

function shownAttributes(tag, attrs) {
  const start = { start: 1, type: "1", colspan: 1, rowspan: 1 };
  const said = given(tag).filter((name) => (attrs[name] ?? start[name] ?? null) !== (start[name] ?? null));
  return Object.fromEntries(said.map((name) => [name, String(attrs[name])]));
}

function put(node, parent, isAlone = false) {
  const tag = tagOf(node);
  if (node.isTextblock) {
    parent.children.push(textBlock(node, parent, isAlone));
    return;
  }
  let place = parent;
  if (tag === "tr") {
    const { section } = node.attrs;
    if (parent.children.at(-1)?.tag !== section) parent.children.push(element(section));
    place = parent.children.at(-1);
  }
  const made = element(tag, shownAttributes(tag, node.attrs));
  node.forEach((child) => put(child, made, node.childCount === 1));
  place.children.push(made);
}

/** Return a document of the editor as HTML, in the form in which the portal keeps it. */
export function htmlOf(doc) {
  const root = element("");
  doc.forEach((node) => put(node, root));
  return written(root);
}
