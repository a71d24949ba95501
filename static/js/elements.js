// The elements of a text, put together and written as HTML; lib/html/elements.py does the same.

/** An element; "" as tag is a run of words without a block. A run's text is null for a break. */
export function element(tag, attributes = {}, line = []) {
  return { tag, attributes, line, children: [], made: "" };
}

function escaped(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;")
    .replace(/\xa0/g, "&nbsp;");
}

function escapedValue(value) {
  return escaped(value).replace(/"/g, "&quot;");
}

/** Return a line without the spaces that nobody sees at the ends of its lines. */
export function withoutLooseEnds(line) {
  const kept = [];
  for (const run of [...line, { text: null }]) {
    while (run.text === null && kept.at(-1)?.text?.endsWith(" ")) {
      const last = kept.pop();
      const text = last.text.replace(/ +$/, "");
      if (text) kept.push({ ...last, text });
    }
    kept.push(run);
  }
  return kept.slice(0, -1);
}

/** Let each break look as the words around it do. */
function withBreaksAsAround(line) {
  const after = [];
  let marks = [];
  for (const run of line.toReversed()) {
    if (run.text !== null) ({ marks } = run);
    after.push(marks);
  }
  after.reverse();
  marks = [];
  return line.map((run, index) => {
    if (run.text !== null) ({ marks } = run);
    const shared = marks.filter((mark) => after[index].includes(mark));
    return run.text === null ? { text: null, marks: shared } : run;
  });
}

/** Return a line without spaces at the ends of its lines, and without a break that ends it. */
export function trimmed(line) {
  const kept = withoutLooseEnds(line);
  const isEnded = kept.length > 1 && kept.at(-1).text === null && kept.at(-2).text !== null;
  return isEnded ? kept.slice(0, -1) : kept;
}

/** Write a line with the marks that neighbours share opened once. */
function writtenLine(line) {
  const open = [];
  let html = "";
  for (const { text, marks } of [...withBreaksAsAround(line), { text: "", marks: [] }]) {
    let shared = 0;
    while (shared < open.length && open[shared] === marks[shared]) shared += 1;
    while (open.length > shared) html += `</${open.pop().split(" ")[0]}>`;
    for (const mark of marks.slice(shared)) {
      open.push(mark);
      html += `<${mark}>`;
    }
    html += text === null ? "<br>" : escaped(text);
  }
  return html;
}

/** Return an element of the tree as HTML; *wrap* is given each run of words without a block. */
export function written({ tag, attributes, line, children }, wrap = (words) => words) {
  const inside = writtenLine(line) + children.map((child) => {
    const html = written(child, wrap);
    return child.tag ? html : wrap(html, tag);
  }).join("");
  if (!tag) return inside;
  const names = Object.keys(attributes).toSorted();
  const given = names.map((name) => ` ${name}="${escapedValue(attributes[name])}"`).join("");
  return tag === "hr" ? "<hr>" : `<${tag}${given}>${inside}</${tag}>`;
}

/** The mark of a link to *address*. */
export function linkMark(address) {
  return `a href="${escapedValue(address)}"`;
}

/** Return *text*, which follows the sign *before*, so that each of its spaces shows. */
export function shownSpaces(text, before) {
  let last = before;
  return Array.from(text, (sign) => {
    last = sign === " " && (last === null || last === " ") ? "\xa0" : sign;
    return last;
  }).join("");
}
