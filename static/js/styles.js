// What the styles of other programs say of words; lib/html/styles.py says the same.

const NEUTRAL = new Set((
  "black white gray grey silver dimgray dimgrey darkgray darkgrey lightgray lightgrey gainsboro "
  + "whitesmoke transparent inherit initial unset auto none currentcolor windowtext window canvas "
  + "canvastext snow ghostwhite"
).split(" "));
const COLOURED_FROM = 48;
const BOLD_FROM = 600;

/** Return the properties of a style attribute, in lower case; the last one counts. */
export function declarations(style) {
  return Object.fromEntries(style.toLowerCase().split(";").map((part) => {
    const [name, ...value] = part.split(":");
    return [name.trim(), value.join(":").replaceAll("!important", "").trim()];
  }));
}

/** Return which marks a style sets (true) or takes away (false). */
export function marksOf(style) {
  const marks = {};
  const weight = style["font-weight"] ?? "";
  if (["bold", "bolder", "normal", "lighter"].includes(weight)) {
    marks.strong = weight.startsWith("bold");
  } else if (/^\d{1,9}$/.test(weight)) marks.strong = Number(weight.slice(0, 4)) >= BOLD_FROM;
  if (style["font-style"]) marks.em = /^(italic|oblique)/.test(style["font-style"]);
  const lines = `${style["text-decoration"] ?? ""} ${style["text-decoration-line"] ?? ""}`.trim();
  if (lines) {
    marks.u = lines.split(/\s+/).includes("underline");
    marks.s = lines.split(/\s+/).includes("line-through");
  }
  const raised = style["vertical-align"];
  if (raised === "super") marks.sup = true;
  if (raised === "sub") marks.sub = true;
  return marks;
}

function spread(parts) {
  return Math.max(...parts) - Math.min(...parts) >= COLOURED_FROM;
}

function isColour(value) {
  if (!value) return false;
  const hex = /^#([0-9a-f]{6}|[0-9a-f]{3})/.exec(value)?.[1];
  if (hex) {
    const digits = hex.length > 3 ? hex : [...hex].map((digit) => digit + digit).join("");
    return spread([0, 2, 4].map((at) => parseInt(digits.slice(at, at + 2), 16)));
  }
  const rgb = /^rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]{1,9}))?\s*\)/
    .exec(value);
  if (rgb) return !["0", "0.0", "0."].includes(rgb[4]) && spread(rgb.slice(1, 4).map(Number));
  const word = value.split(/\s/, 1)[0].replace(/^,+|,+$/g, "");
  return /^[a-z]+$/.test(word) && !NEUTRAL.has(word);
}

/** Tell whether a style gives words a colour or a ground that a reader takes for a sign. */
export function isColoured(style) {
  return ["color", "background-color", "background"].some((name) => (
    isColour((style[name] ?? "").split(" url(")[0])
  ));
}

export function isHidden(style) {
  return style.display === "none" || (style["mso-hide"] ?? "").startsWith("all");
}

/** Tell whether line breaks and spaces of the source are shown, given what was so outside. */
export function keepsLines(style, outer) {
  const space = style["white-space"] ?? "";
  return space ? ["pre", "pre-wrap", "break-spaces"].includes(space) : outer;
}
