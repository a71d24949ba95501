// What is pasted into the editor, made plain: no styles of other programs, Word's lists as lists.

const STYLE = /\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi;

function escaped(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** Turn typed plain text into paragraphs: an empty line parts them, a single one breaks the line. */
export function plainToHtml(text) {
  return text.trim() && text.replace(/\r\n?/g, "\n").trimEnd().split(/\n{2,}/)
    .map((part) => `<p>${escaped(part).replace(/\n/g, "<br>")}</p>`).join("");
}

function keepListMarks(style) {
  if (/mso-list:\s*ignore/i.test(style)) return " data-word-mark";
  return /mso-list:/i.test(style) ? " data-word-list" : "";
}

/** Return pasted HTML without styles, which the page's policy would report, and with real lists. */
export function tidyPasted(html) {
  const plain = html
    .replace(/<!--[\s\S]*?-->|<!\[[^>]*>/g, "")
    .replace(/<style[\s\S]*?<\/style>/gi, "")
    .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(STYLE, (_, style) => keepListMarks(style)));
  if (!plain.includes("data-word-list")) return plain;
  const { body } = new DOMParser().parseFromString(plain, "text/html");
  let list = null;
  for (const item of body.querySelectorAll("[data-word-list]")) {
    const mark = item.querySelector("[data-word-mark]");
    const kind = /^\s*(\d+|[a-z])[.)]/i.test(mark?.textContent ?? "") ? "ol" : "ul";
    const goesOn = list && item.previousElementSibling === list && list.localName === kind;
    if (!goesOn) {
      list = document.createElement(kind);
      item.before(list);
    }
    mark?.remove();
    const entry = document.createElement("li");
    entry.append(...item.childNodes);
    list.append(entry);
    item.remove();
  }
  return body.innerHTML;
}
