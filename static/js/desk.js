// The desk: refreshes its list without moving what the reader looks at; j and k go through the rows.

import { clock, say, signedOut } from "./portal.js";
import { onShortcut } from "./keys.js";

const EVERY = 15_000;
const desk = document.querySelector("[data-desk]");
const links = () => [...document.querySelectorAll("[data-ticket] > a")];
let lastHeard = new Date();
let asking = false;
let timer;

async function refresh() {
  if (asking || document.hidden) return;
  asking = true;
  try {
    const address = new URL(desk.dataset.desk, location.href);
    address.search = location.search;
    address.searchParams.set("seen", desk.dataset.seen);
    const answer = await fetch(address, { headers: { Accept: "text/html" }, redirect: "error" });
    if (signedOut(answer.status)) clearInterval(timer);
    if (!answer.ok) throw new Error(String(answer.status));
    if (answer.status !== 204) show(await answer.text());
    lastHeard = new Date();
    tellAge(
      decodeURIComponent(answer.headers.get("X-Desk-Age") ?? ""),
      Boolean(answer.headers.get("X-Desk-Worrying")),
    );
  } catch {
    if (Date.now() - lastHeard > 2 * EVERY) {
      tellAge(desk.dataset.lost.replace("{time}", clock(lastHeard)), true);
    }
  } finally {
    asking = false;
  }
}

/** Say how old the list is: at its foot, or over its rows where that is bad news. */
function tellAge(words, isWorrying) {
  const age = desk.querySelector("[data-age]");
  const worry = desk.querySelector("[data-worry]");
  say(age, isWorrying ? "" : words);
  say(worry.querySelector("span"), isWorrying ? words : "");
  age.hidden = isWorrying;
  worry.hidden = !isWorrying;
}

/** Say how many tickets are chosen, where they can be. */
function tellChosen() {
  const line = desk.querySelector("[data-chosen]");
  if (!line) return;
  const number = desk.querySelectorAll("[data-ticket] input:checked").length;
  say(line, line.dataset.chosen.replace("{n}", number));
}

function show(html) {
  const board = new DOMParser().parseFromString(html, "text/html").querySelector("[data-seen]");
  if (!board) return;
  const before = numbers();
  const place = anchor();
  for (const fresh of board.querySelectorAll("[data-part]")) {
    const part = document.querySelector(`[data-part="${fresh.dataset.part}"]`);
    if (part && !part.querySelector("details[open]")) renew(part, fresh);
  }
  place.restore();
  tellChosen();
  desk.dataset.seen = board.dataset.seen;
  const fresh = [...numbers()].filter((number) => !before.has(number)).length;
  if (fresh) say(desk.querySelector("[data-announce]"), desk.dataset.new.replace("{n}", fresh));
}

const numbers = () => new Set([...desk.querySelectorAll("[data-ticket]")].map((row) => row.dataset.ticket));

/** Remember where on the screen the row in use is, and put it back there. */
function anchor() {
  const rows = [...desk.querySelectorAll("[data-ticket]")];
  const row = document.activeElement?.closest("[data-ticket]")
    ?? rows.find((each) => each.getBoundingClientRect().bottom > 0);
  const top = row?.getBoundingClientRect().top;
  return {
    restore() {
      const same = row && desk.querySelector(`[data-ticket="${row.dataset.ticket}"]`);
      const used = window.scrollY > 0 || document.activeElement?.closest("[data-ticket]");
      if (same && used) window.scrollBy(0, same.getBoundingClientRect().top - top);
    },
  };
}

function renew(part, fresh) {
  if (part.innerHTML === fresh.innerHTML) return;
  if (!fresh.querySelector(":scope > [data-key]") && !part.querySelector(":scope > [data-key]")) {
    keepingFocus(part, () => part.replaceChildren(...fresh.childNodes));
    return;
  }
  const old = new Map([...part.children].map((child) => [child.dataset.key, child]));
  const next = [...fresh.children].map((child) => merged(old.get(child.dataset.key), child));
  for (const child of [...part.children]) if (!next.includes(child)) child.remove();
  // What is in its place already is not touched: moving an element takes the focus from it.
  next.forEach((child, at) => {
    if (part.children[at] !== child) part.insertBefore(child, part.children[at] ?? null);
  });
}

/** Return the old element with what is new in it, so that its focus and its tick stay. */
function merged(old, fresh) {
  if (!old) return document.importNode(fresh, true);
  if (old.innerHTML !== fresh.innerHTML) {
    const ticked = old.querySelector("input[type=checkbox]")?.checked;
    keepingFocus(old, () => old.replaceChildren(...fresh.childNodes));
    const box = old.querySelector("input[type=checkbox]");
    if (box && ticked) box.checked = true;
  }
  return old;
}

function keepingFocus(element, change) {
  const inside = () => [...element.querySelectorAll("a, button, input, summary")];
  const at = inside().indexOf(document.activeElement);
  change();
  if (at >= 0) inside()[at]?.focus({ preventScroll: true });
}

function step(by) {
  const all = links();
  const here = document.activeElement?.closest("[data-ticket]");
  const at = all.findIndex((link) => link.parentElement === here);
  const next = all[at < 0 ? 0 : at + by];
  if (next) next.focus();
  else desk.querySelector(`.pagination a[rel="${by > 0 ? "next" : "prev"}"]`)?.focus();
}

if (desk) {
  timer = setInterval(refresh, EVERY);
  document.addEventListener("visibilitychange", refresh);
  desk.addEventListener("change", tellChosen);
  desk.addEventListener("reset", () => setTimeout(tellChosen));
  window.addEventListener("pageshow", tellChosen);
  const tabs = desk.querySelector(".desk-tabs");
  tabs.scrollLeft = (tabs.querySelector("[aria-current]")?.parentElement.offsetLeft ?? 0) - tabs.offsetLeft;
  onShortcut("next_row", () => step(1));
  onShortcut("previous_row", () => step(-1));
}
