// The structure of what is pasted from elsewhere, so that who hears a letter can follow it.

const hasWords = (node) => node.textContent.trim() !== "" || node.querySelector("img") !== null;

/** Give *node* another tag; its attributes and what it holds stay. */
function renamed(node, tag) {
  const made = node.ownerDocument.createElement(tag);
  for (const { name, value } of node.attributes) made.setAttribute(name, value);
  made.append(...node.childNodes);
  node.replaceWith(made);
}

/** No heading is more than one level below the one before it; one without words is none. */
function levelHeadings(body) {
  let above = null;
  for (const heading of [...body.querySelectorAll("h1, h2, h3, h4, h5, h6")]) {
    if (!hasWords(heading)) {
      renamed(heading, "p");
    } else {
      const level = Number(heading.localName[1]);
      const wanted = above === null ? level : Math.min(level, above + 1);
      if (wanted !== level) renamed(heading, `h${wanted}`);
      above = wanted;
    }
  }
}

/** Tell whether *table* has rows and columns, and none of them has a name. */
function isNameless(table) {
  return table.rows.length > 1 && table.rows[0].cells.length > 1 && !table.querySelector("th");
}

/**
 * Put the structure of *html* right where that is safe, and tell whether a table in it has no header.
 *
 * Whether its first row is one nobody but the person knows, so that is only said.
 */
export function structured(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  levelHeadings(body);
  for (const cell of [...body.querySelectorAll("th")]) {
    if (!hasWords(cell)) renamed(cell, "td");
  }
  return { html: body.innerHTML, isNameless: [...body.querySelectorAll("table")].some(isNameless) };
}
