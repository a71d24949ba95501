// What is pasted into the editor, made plain: our own markup, and words of what it cannot hold.

import { pm } from "../django_prose_editor/editor.js";
import { structured } from "./clipping.js";
import { shownSpaces } from "./elements.js";
import { headerWords, lostWords } from "./markup.js";
import { contentOf } from "./schema.js";

function escaped(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** Turn typed plain text into paragraphs: an empty line parts them, a single one breaks the line. */
export function plainToHtml(text) {
  return text.trim() && text.replace(/\r\n?/g, "\n").trimEnd().split(/\n{2,}/)
    .map((part) => {
      const lines = part.split("\n").map((line) => shownSpaces(line.replaceAll("\t", "    "), null));
      return `<p>${lines.map(escaped).join("<br>")}</p>`;
    }).join("");
}

/** Say what a text that came in could not keep, or nothing where all was kept. */
export function lostIn(lost) {
  return [...lost].toSorted().map((kind) => lostWords[kind]).filter(Boolean).join(" ");
}

/**
 * Return what the editor does with what is pasted; *tell* is given what could not be kept.
 *
 * Clippings of an editor name in data-pm-slice how much of them is whole; that is handed on.
 */
export function pasting(tell) {
  return {
    transformPastedHTML(pasted) {
      const slice = /\sdata-pm-slice\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(pasted);
      const { html, lost } = contentOf(pasted);
      if (!slice) {
        const put = structured(html);
        tell([lostIn(lost), put.isNameless ? headerWords : ""].filter(Boolean).join(" "));
        return put.html;
      }
      tell(lostIn(lost));
      const { body } = new DOMParser().parseFromString(html, "text/html");
      body.firstElementChild?.setAttribute(
        "data-pm-slice", new DOMParser().parseFromString(slice[1] ?? slice[2], "text/html").body.textContent,
      );
      return body.innerHTML;
    },
    clipboardTextParser(text, context) {
      tell("");
      const { schema } = context.doc.type;
      if (text && !/[\r\n]/.test(text)) {
        const words = schema.text(text, context.marks());
        return new pm.model.Slice(pm.model.Fragment.from(words), 0, 0);
      }
      const body = document.createElement("div");
      body.innerHTML = contentOf(plainToHtml(text)).html;
      return pm.model.DOMParser.fromSchema(schema)
        .parseSlice(body, { preserveWhitespace: true, context });
    },
  };
}
