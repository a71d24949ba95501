// HTML of any program written anew with nothing but the markup of our list: what
// lib/html/canonical.py does on the server, done to what is pasted and opened here.

import {
  cellAttributes, countedBy, itemAttributes, kindOfList, listAttributes, shownValue, styleOf, takeMark,
} from "./attributes.js";
import { element, linkMark, shownSpaces, trimmed } from "./elements.js";
import { addressOf, isDropped, isLine, isRead, isTextBlock, markup, nameOf } from "./markup.js";
import { isColoured, isHidden, keepsLines, marksOf } from "./styles.js";

const DEEPEST = 60;
const PLAIN = { marks: [], address: "", keepsLines: false, isDeadLink: false };
const SECTIONS = ["thead", "tbody", "tfoot"];
const isList = (tag) => tag === "ul" || tag === "ol";

function marksInOrder({ marks, address }) {
  const bare = markup.marks.filter((mark) => marks.includes(mark));
  return address ? [linkMark(address), ...bare] : bare;
}

/** Return how the words inside *node* look, and whether colours are lost with it. */
function lookInside(tag, node, style, outer) {
  const marks = new Set(outer.marks);
  if (markup.marks.includes(tag) && tag !== "a") marks.add(tag);
  const look = { ...outer, keepsLines: keepsLines(style, outer.keepsLines) };
  if (tag === "a") {
    const address = addressOf(node.getAttribute("href") ?? "");
    look.address = address || outer.address;
    look.isDeadLink = !address && node.hasAttribute("href");
  }
  const said = marksOf(style);
  const inLink = look.address || look.isDeadLink;
  if (inLink) delete said.u;
  for (const [mark, isSet] of Object.entries(said)) {
    if (isSet) marks.add(mark);
    else if (!["u", "s"].includes(mark) || mark === tag) marks.delete(mark);
  }
  if (look.isDeadLink) marks.delete("u");
  const colour = node.getAttribute("color") || node.getAttribute("bgcolor");
  const shown = colour ? { ...style, color: colour.toLowerCase() } : style;
  return {
    look: { ...look, marks: [...marks] },
    isColoured: node.localName === "mark" || (!inLink && isColoured(shown)),
  };
}

class Writer {
  root = element("");
  lost = new Set();
  #at = this.root;
  #block = "";
  #line = [];
  #isDue = false;
  #depth = 0;

  content(node, look = PLAIN) {
    this.#depth += 1;
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) this.#text(child.data, look);
      else if (child.nodeType === Node.ELEMENT_NODE) this.#element(child, look);
    }
    this.#depth -= 1;
  }

  /** Put the line that was filled into its block. */
  endLine(keepEmpty = false) {
    const line = this.#block === "pre" ? this.#line : trimmed(this.#line);
    this.#line = [];
    this.#isDue = false;
    if (!line.length && !keepEmpty) return;
    const { children } = this.#place();
    if (!this.#block && children.length && !children.at(-1).tag) {
      children.at(-1).line.push({ text: null, marks: [] }, ...line);
      return;
    }
    const isBlank = !this.#block && line.every(({ text }) => text === null);
    const made = element(isBlank ? "p" : this.#block, {}, line);
    if (isBlank) made.made = "blank";
    children.push(made);
  }

  /** Return what takes a block here: of a list its last item. */
  #place() {
    if (!isList(this.#at.tag)) return this.#at;
    if (!this.#at.children.length) this.#at.children.push(element("li"));
    return this.#at.children.at(-1);
  }

  #text(text, look) {
    if (this.#block === "pre") {
      this.#words(this.#line.length ? text : text.replace(/^\n+/, ""), look);
    } else if (look.keepsLines) {
      for (const [index, line] of text.split(/\r\n?|\n/).entries()) {
        if (index) this.#break(look);
        const before = this.#isDue ? null : this.#line.at(-1)?.text?.at(-1) ?? null;
        this.#words(shownSpaces(line.replaceAll("\t", "    "), before), look);
      }
    } else {
      const words = text.replace(/[ \t\r\n\f]+/g, " ");
      const last = this.#line.at(-1)?.text ?? null;
      const isStart = last === null || last.endsWith(" ") || this.#isDue;
      this.#words(isStart ? words.replace(/^ +/, "") : words, look);
    }
  }

  #words(words, look) {
    if (!words) return;
    this.#breakWhereDue();
    this.#line.push({ text: words, marks: marksInOrder(look) });
  }

  #break(look) {
    this.#breakWhereDue();
    this.#line.push({ text: null, marks: marksInOrder(look) });
  }

  #breakWhereDue() {
    if (this.#isDue) this.#line.push({ text: null, marks: [] });
    this.#isDue = false;
  }

  /** Let what follows begin on a line of its own. */
  #boundary() {
    this.#isDue = this.#line.length > 0 && this.#line.at(-1).text !== null;
  }

  #element(node, outer) {
    const tag = nameOf(node.localName);
    const style = styleOf(node);
    if (isDropped(tag)) return;
    if (!isRead(tag)) {
      this.content(node, outer);
      return;
    }
    if (isHidden(style) || node.hasAttribute("hidden")) {
      this.lost.add("hidden");
      return;
    }
    const { look, isColoured: coloured } = lookInside(tag, node, style, outer);
    if (coloured) this.lost.add("colours");
    if (this.#depth >= DEEPEST) this.content(node, outer);
    else if (isTextBlock(tag)) this.#textBlock(tag, node, style, look);
    else if (isLine(tag)) this.#onItsOwnLine(node, look);
    else this.#structure(tag, node, look);
  }

  #onItsOwnLine(node, look) {
    this.#boundary();
    this.content(node, look);
    this.#boundary();
  }

  #structure(tag, node, look) {
    if (tag === "hr") {
      this.endLine();
      this.#place().children.push(element("hr"));
    } else if (isList(tag) || tag === "blockquote") this.#container(tag, node, look);
    else if (tag === "li") this.#item(node, look);
    else if (tag === "table") this.#table(node, look);
    else if (tag === "br") this.#break(look);
    else this.#inline(tag, node, look);
  }

  #inline(tag, node, look) {
    if (tag === "img") {
      this.lost.add("pictures");
      const words = (node.getAttribute("alt") ?? "").split(/\s+/).filter(Boolean).join(" ");
      this.#words(words && `[${words}]`, look);
    } else if (tag === "input") {
      const words = shownValue(node);
      if (words) this.#text(" ", look);
      if (words) this.#text(`${words} `, look);
    } else {
      const mark = tag === "q" ? '"' : "";
      this.#words(mark, look);
      this.content(node, look);
      this.#words(mark, look);
    }
  }

  #textBlock(tag, node, style, look) {
    if (this.#block || node.hasAttribute("data-bare")) {
      this.#onItsOwnLine(node, look);
      return;
    }
    this.endLine();
    const level = style["mso-list"] ?? "";
    if (tag === "p" && level && !level.includes("ignore")) {
      this.#wordItem(node, level, look);
      return;
    }
    const { children } = this.#place();
    const before = children.length;
    this.#block = tag;
    this.content(node, look);
    this.endLine(children.length === before);
    this.#block = "";
  }

  /** Fill *made* with the content of *node*. */
  #fill(made, node, look) {
    const [at, block] = [this.#at, this.#block];
    [this.#at, this.#block] = [made, ""];
    this.content(node, look);
    this.endLine();
    [this.#at, this.#block] = [at, block];
  }

  #container(tag, node, look) {
    this.endLine();
    const place = this.#place();
    const made = element(tag, listAttributes(tag, node));
    this.#fill(made, node, look);
    if (made.children.length) place.children.push(made);
  }

  /** An item of a list; outside of lists it makes one. */
  #item(node, look) {
    this.endLine();
    let list = this.#at;
    if (!isList(list.tag)) {
      const { children } = this.#place();
      if (children.at(-1)?.made !== "items") children.push({ ...element("ul"), made: "items" });
      list = children.at(-1);
    }
    const made = element("li", list.tag === "ol" ? itemAttributes(node) : {});
    list.children.push(made);
    this.#fillCell(made, node, look);
  }

  /** Fill what may stay empty; a lone break in it is what an editor puts into an empty one. */
  #fillCell(made, node, look) {
    this.#fill(made, node, look);
    const [only, ...others] = made.children;
    if (only?.made === "blank" && !others.length && only.line.length === 1) made.children.pop();
  }

  /** A paragraph that Word shows as an item: put it into a list of its level and kind. */
  #wordItem(node, level, look) {
    const mark = takeMark(node);
    const kind = kindOfList(mark);
    const deepest = Number(/\blevel([1-9])\b/.exec(level)?.[1] ?? 1);
    let place = this.#place();
    for (let deep = 1; deep <= deepest; deep += 1) {
      const last = place.children.at(-1);
      if (last?.made !== "word" || (deep === deepest && last.tag !== kind)) {
        place.children.push({ ...element(kind, countedBy(kind, mark)), made: "word" });
      }
      const list = place.children.at(-1);
      if (deep === deepest || !list.children.length) list.children.push(element("li"));
      place = list.children.at(-1);
    }
    const at = this.#at;
    [this.#at, this.#block] = [place, "p"];
    this.content(node, look);
    this.endLine(true);
    [this.#at, this.#block] = [at, ""];
  }

  /** A table with its sections, rows and cells; what stands between those goes before it. */
  #table(node, look) {
    this.endLine();
    const table = element("table");
    this.#rows(node, table, "tbody", look);
    this.endLine();
    if (table.children.length) this.#place().children.push(table);
  }

  #lookInside(node, outer) {
    const { look, isColoured: coloured } = lookInside(node.localName, node, styleOf(node), outer);
    if (coloured) this.lost.add("colours");
    return look;
  }

  #rows(node, table, section, look) {
    for (const child of node.childNodes) {
      const tag = child.localName;
      if (child.nodeType === Node.TEXT_NODE) this.#text(child.data, look);
      else if (SECTIONS.includes(tag)) {
        this.#rows(child, table, tag, this.#lookInside(child, look));
      } else if (tag === "tr") this.#row(child, table, section, this.#lookInside(child, look));
      else if (tag) this.#element(child, look);
    }
  }

  #row(node, table, section, look) {
    const row = element("tr");
    for (const child of node.childNodes) {
      const tag = child.localName;
      if (tag === "td" || tag === "th") {
        const [line, isDue] = [this.#line, this.#isDue];
        [this.#line, this.#isDue] = [[], false];
        const cell = element(tag, cellAttributes(child));
        row.children.push(cell);
        this.#fillCell(cell, child, this.#lookInside(child, look));
        [this.#line, this.#isDue] = [line, isDue];
      } else if (child.nodeType === Node.TEXT_NODE) this.#text(child.data, look);
      else if (tag) this.#element(child, look);
    }
    if (!row.children.length) return;
    if (table.children.at(-1)?.tag !== section) table.children.push(element(section));
    table.children.at(-1).children.push(row);
  }
}

const STYLE = /\sstyle\s*=/gi;
const TABLE_TAG = /<(\/?)(table|caption|colgroup|tbody|thead|tfoot|tr|td|th)(?=[\s/>])/gi;

/** Return HTML with parts of a table that stand in none as lines; parsers glue them. */
function withTablesWhole(html) {
  let depth = 0;
  return html.replace(TABLE_TAG, (tag, slash, name) => {
    if (name.toLowerCase() === "table") {
      depth = slash ? Math.max(0, depth - 1) : depth + 1;
      return tag;
    }
    return depth ? tag : `<${slash}div`;
  });
}

/** Read HTML of any program: its tree in our markup, and which kinds of things are lost. */
export function canonical(html) {
  const readable = withTablesWhole(html)
    // The page's policy would report styles of other programs.
    .replace(/<(\/?)style(?=[\s/>])/gi, "<$1noembed")
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(STYLE, " data-style="));
  const writer = new Writer();
  writer.content(new DOMParser().parseFromString(`<!doctype html><body>${readable}`, "text/html").body);
  writer.endLine();
  return { tree: writer.root, lost: writer.lost };
}
