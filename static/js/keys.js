// The keys of the page. Which they are stands in the one list that people read under "?"
// (site/keys.py); here they are only given something to do, by the list's names.

const KEYS_OFF = "portal-keys-off";
/** The second key of two that are pressed one after the other comes within this time. */
const SECOND_WITHIN = 1500;

const list = document.querySelector("[data-keys]");
const acts = new Map();
let first = "";
let forget = 0;

export function singleKeysOn() {
  return localStorage.getItem(KEYS_OFF) === null;
}

/** Switch the keys that are pressed alone on or off, on this computer. */
export function switchSingleKeys(on) {
  if (on) localStorage.removeItem(KEYS_OFF);
  else localStorage.setItem(KEYS_OFF, "1");
}

export function isTyping(target) {
  return target instanceof Element
    && (target.closest("input, textarea, select, [contenteditable]") !== null);
}

/** The ways to press the shortcut *name*, as the list has them; none where nobody is signed in. */
export function combosOf(name) {
  const ways = list?.querySelectorAll(`[data-shortcut="${name}"] [data-combo]`) ?? [];
  return [...ways].map((way) => way.dataset.combo);
}

/** Tell whether *event* is the chord *combo*; Cmd of a Mac is Ctrl, AltGr is neither Ctrl nor Alt. */
function isChord(event, combo) {
  const parts = combo.split("+");
  const key = parts.pop();
  if (event.getModifierState("AltGraph") || event.isComposing) return false;
  const isAlt = parts.includes("Alt");
  const held = event.altKey === isAlt && (event.ctrlKey || event.metaKey) === parts.includes("Ctrl")
    && event.shiftKey === parts.includes("Shift");
  // With Alt a layout may type a sign of its own, and Cyrillic has no K: the place of the key counts.
  const isOther = !/^[a-z]$/i.test(event.key);
  const isPlace = key.length === 1 && isOther && event.code === `Key${key}`;
  return held && (event.key.toLowerCase() === key.toLowerCase() || isPlace);
}

/** Tell whether *event* presses the shortcut *name*, one with Ctrl or Alt. */
export function isShortcut(event, name) {
  return combosOf(name).some((combo) => isChord(event, combo));
}

/** Call *act* on the shortcut *name*, one of keys alone, outside of fields and windows. */
export function onShortcut(name, act) {
  for (const combo of combosOf(name)) acts.set(combo, act);
}

function remember(key) {
  clearTimeout(forget);
  first = key;
  if (key) forget = setTimeout(() => { first = ""; }, SECOND_WITHIN);
}

document.addEventListener("keydown", (event) => {
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing
    && !event.getModifierState("AltGraph");
  const isApart = !isTyping(event.target) && !document.querySelector("dialog[open]");
  if (!isPlain || !isApart || event.defaultPrevented || !singleKeysOn()) return;
  if (event.key === "Shift") return;
  const act = acts.get(first ? `${first} ${event.key}` : event.key);
  const begins = !first && [...acts.keys()].some((combo) => combo.startsWith(`${event.key} `));
  remember(begins ? event.key : "");
  if (!act) return;
  event.preventDefault();
  act();
});
