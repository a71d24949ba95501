// The acts of the command box: each presses a control that the page has, and is offered only there.

import { combosOf } from "./keys.js";

const STROKES = { "ł": "l", "đ": "d", "ø": "o", "ß": "ss" };

/** Return the words of *text* without accents and capitals; lib/folding.py does the same. */
function wordsOf(text) {
  const plain = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return plain.replace(/[łđøß]/g, (sign) => STROKES[sign]).match(/[\p{L}\p{N}]+/gu) ?? [];
}

function fits(act, query) {
  const own = wordsOf(`${act.textContent} ${act.dataset.words ?? ""}`);
  return wordsOf(query).every((word) => own.some((each) => each.startsWith(word)));
}

/** The control that *act* presses, where the page has it and it can be used. */
function controlOf(act) {
  const found = [...document.querySelectorAll(act.dataset.press)];
  return found.find((one) => !one.disabled && one.ariaDisabled !== "true" && !one.closest("[hidden]"));
}

function keysOf(act) {
  const [combo] = act.dataset.shortcut ? combosOf(act.dataset.shortcut) : [];
  const keys = document.createElement("span");
  keys.className = "command-keys";
  keys.ariaHidden = "true";
  for (const key of combo?.split(/[+ ]/) ?? []) {
    const cap = document.createElement("kbd");
    cap.textContent = key;
    keys.append(cap, " ");
  }
  return keys;
}

/** Return *act* once for each option of the page that it names, else by itself. */
function spread(act) {
  if (!act.dataset.each) return [act];
  const options = [...document.querySelectorAll(act.dataset.each)].filter(({ value }) => value);
  return options.map((option) => {
    const one = act.cloneNode(true);
    one.dataset.value = option.value;
    one.textContent = act.textContent.trim().replace("{status}", () => option.text.trim());
    return one;
  });
}

function optionOf(act) {
  const words = document.createElement("span");
  words.className = "command-words";
  words.append(...act.childNodes);
  act.replaceChildren(words, keysOf(act));
  act.setAttribute("role", "option");
  return act;
}

/** Return the group of acts that fit *query* on this page; empty where none does. */
export function actsFor(box, query) {
  const { content } = box.querySelector("template[data-acts]");
  const group = content.querySelector("[data-acts-group]").cloneNode(true);
  for (const act of group.querySelectorAll("[data-press]")) {
    const all = controlOf(act) ? spread(act).filter((one) => fits(one, query)) : [];
    act.replaceWith(...all.map(optionOf));
  }
  return group.querySelector("[role=option]") ? group : "";
}

/** Tell whether *option* sends something to a customer. */
export function isSending(option) {
  return "sends" in option.dataset;
}

/** Open the reply's sheet on a phone where *control* is in it. */
function uncover(control) {
  const pane = control.closest("[data-composer-pane]");
  if (pane && !control.checkVisibility({ visibilityProperty: true })) document.querySelector("[data-open-composer]")?.click();
}

/** Do what *option* is for: insert a canned response, or press the page's own control. */
export function press(option) {
  const { canned, query, value, each } = option.dataset;
  if (canned) {
    const detail = { number: canned, query };
    document.querySelector("[data-picker]").dispatchEvent(new CustomEvent("picker:insert", { detail }));
    return;
  }
  const control = controlOf(option);
  if (!control) return;
  uncover(control);
  if (value) {
    const choice = document.querySelector(each).closest("select");
    choice.value = value;
    choice.dispatchEvent(new Event("input", { bubbles: true }));
  }
  control.click();
  const opened = control.matches("summary") && control.parentElement.querySelector("input, button, a");
  if (opened && control.parentElement.open) opened.focus();
}
