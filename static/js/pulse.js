// The ticket page while it is open: who else is there, and what is new, until “Show” shows it.

import { fitFrames, showMessage } from "./frames.js";
import { csrfToken, say, signedOut } from "./portal.js";
import { signInAgain } from "./sign_in_again.js";

const EVERY = 7000;
const JITTER = 1000;
/** A page that nobody looks at asks so seldom, and one whose portal does not answer at most. */
const SELDOM = 60000;

const people = document.querySelector("[data-people]");
const live = () => document.querySelector("[data-live]");
const form = document.querySelector("[data-compose]");
const said = document.querySelector("[data-people-said]");

/** What the page shows of the ticket: its newest message, its status, and when they were read. */
const shown = { seen: "", status: "", read: 0 };

function take({ seen, status, read }) {
  Object.assign(shown, { seen, status, read: Date.parse(read) });
}

/** What has come since the portal was asked before; a screen reader hears it once. */
let heard = [];

function announce(...words) {
  heard.push(...words);
}

function sayHeard() {
  if (heard.length) said.textContent = heard.join(" ");
  heard = [];
}

function itemOf(kind, words, name) {
  const { content } = document.querySelector(`[data-person-${kind}]`);
  const item = content.firstElementChild.cloneNode(true);
  const span = item.querySelector("span");
  if (name === undefined) span.textContent = words;
  else {
    span.querySelector("bdi").textContent = name;
    span.append(`: ${words}`);
  }
  return item;
}

const wordsOf = (item) => item.textContent.trim();

/** Show who is there now and whose reply is on its way; who begins either is said aloud. */
function showPeople(present, replies = []) {
  const before = [...people.children].map(wordsOf);
  const looking = present.filter((one) => !one.writing).map((one) => itemOf("looking", one.words));
  const writing = present.filter((one) => one.writing).map((one) => itemOf("writing", one.words));
  const sending = replies.map((one) => itemOf("sending", one.words, one.name));
  const now = [...writing, ...looking, ...sending];
  if (now.map(wordsOf).join("\n") === before.join("\n")) return;
  people.replaceChildren(...now);
  people.hidden = !now.length;
  const told = [...writing, ...sending].map(wordsOf).filter((words) => !before.includes(words));
  announce(...told.map((words) => `${words}.`));
}

/** Put *words* into *part* of the strip; tell whether it said nothing before. */
function put(part, words) {
  const isNew = part.hidden && words !== "";
  say(part, words);
  part.hidden = !words;
  return isNew;
}

/** Show in the strip what is new; each thing is said aloud when it comes, not while it stays. */
function showNews({ newest_message: newest, news, reply_open: open, replies = [] }) {
  const strip = live();
  if (!strip) return;
  const isNew = news && String(newest) !== strip.dataset.told;
  put(strip.querySelector("[data-live-news]"), news);
  // Of a colleague's reply the people say more; this is left for an own one from another window.
  const isOwn = open && !replies.length && people.dataset.replyOpen === undefined;
  const sending = isOwn ? strip.dataset.openWords : "";
  if (put(strip.querySelector("[data-live-open]"), sending)) announce(`${sending}.`);
  strip.querySelector("[data-live-show]").hidden = !news;
  if (isNew) {
    strip.dataset.told = newest;
    announce(`${news}.`);
  }
  strip.hidden = ![...strip.querySelectorAll("p")].some((part) => part.textContent && !part.hidden);
}

/** Show the status the ticket has now, where that was read later than what the page shows. */
function showStatus({ status, read_at: read }) {
  if (!status || status === shown.status || !(Date.parse(read) > shown.read)) return;
  shown.status = status;
  for (const pill of document.querySelectorAll("[data-ticket-status]")) {
    say(pill.querySelector("bdi") ?? pill, status);
    pill.hidden = false;
  }
  const strip = live();
  if (!strip) return;
  const words = strip.dataset.statusWords.replace("{name}", status);
  put(strip.querySelector("[data-live-status]"), words);
  announce(`${words}.`);
}

class Pulse {
  #timer = 0;
  #wait = EVERY;
  #asking = new AbortController();
  #hasWritten = false;

  start() {
    take(people.dataset);
    form?.addEventListener("input", (event) => {
      if (event.target.name === "body") this.#hasWritten = true;
    });
    document.addEventListener("visibilitychange", () => this.ask());
    document.addEventListener("portal:signed-in", () => this.ask());
    window.addEventListener("pagehide", () => this.#leave());
    window.addEventListener("pageshow", (event) => {
      if (event.persisted) this.ask();
    });
    this.#plan(EVERY / 2);
  }

  #plan(wait) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.ask(), wait + Math.random() * JITTER);
  }

  async ask() {
    clearTimeout(this.#timer);
    this.#asking.abort();
    this.#asking = new AbortController();
    this.#plan(SELDOM); // where no answer comes at all
    const isHidden = document.visibilityState === "hidden";
    const { signal } = this.#asking;
    try {
      const answer = await this.#post(isHidden, signal);
      if (signedOut(answer.status) || answer.type === "opaqueredirect") {
        // Who is there is not known; on coming back, perhaps signed in again, the page asks anew.
        clearTimeout(this.#timer);
        showPeople([]);
        if (form?.elements.namedItem("body").value) signInAgain();
        return;
      }
      if (!answer.ok) throw new Error(answer.status);
      this.#show(await answer.json());
      this.#wait = EVERY;
      this.#plan(isHidden ? SELDOM : EVERY);
    } catch {
      if (signal.aborted) return;
      this.#wait = Math.min(this.#wait * 2, SELDOM);
      this.#plan(this.#wait);
    }
  }

  #show(told) {
    showPeople(told.people, told.replies);
    showStatus(told);
    showNews(told);
    sayHeard();
  }

  /** Ask; what a person does goes by POST, what the page does by itself by GET. */
  #post(isHidden, signal) {
    const asked = new URLSearchParams({ seen: shown.seen });
    const options = { signal, redirect: "manual", headers: { "HX-Request": "true" } };
    if (isHidden) asked.set("hidden", "1");
    if (!this.#hasWritten) return fetch(`${people.dataset.pulseUrl}?${asked}`, options);
    this.#hasWritten = false;
    asked.set("writing", "1");
    options.headers["X-CSRFToken"] = csrfToken();
    return fetch(people.dataset.pulseUrl, { ...options, method: "POST", body: asked });
  }

  #leave() {
    clearTimeout(this.#timer);
    this.#asking.abort();
    fetch(people.dataset.pulseUrl, {
      method: "POST",
      body: new URLSearchParams({ leaving: "1" }),
      keepalive: true,
      headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" },
    }).catch(() => {});
  }
}

/** Show what is new in the conversation; what is being written stays untouched. */
async function show(button) {
  const strip = live();
  button.setAttribute("aria-disabled", "true");
  put(strip.querySelector("[data-live-failed]"), "");
  try {
    const answer = await fetch(people.dataset.shownUrl, {
      redirect: "manual", headers: { "HX-Request": "true" },
    });
    if (answer.status !== 200) throw new Error(answer.status);
    takeIn(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    put(strip.querySelector("[data-live-failed]"), strip.dataset.failedWords);
  }
  button.removeAttribute("aria-disabled");
}

/** Put what is new of the conversation in *page* into the one that is shown; return it. */
function takeMessages(page) {
  const list = document.querySelector("[data-conversation]");
  const fresh = page.querySelector("[data-conversation] .message-list");
  if (!list || !fresh) return [];
  document.querySelector(".conversation .card-head p").textContent =
    page.querySelector(".conversation .card-head p").textContent;
  return merge(list.querySelector(".message-list"), fresh);
}

/** Show the messages that a refused reply is asked about; only who lets it pass has seen them. */
function showAskedFor(page) {
  if (!page.querySelector("[data-guard=newer_message]")) return;
  const list = document.querySelector("[data-conversation]");
  const [first] = takeMessages(page);
  if (first) fitFrames(list).then(() => showMessage(list, first));
}

function takeIn(page) {
  const fresh = page.querySelector("[data-fresh-snapshot]");
  const list = document.querySelector("[data-conversation]");
  const isByKeyboard = live().contains(document.activeElement);
  const added = takeMessages(page);
  // What was shown is what counts as seen when the reply is about to leave.
  form.elements.namedItem("snapshot").value = fresh.value;
  showStatus({ status: fresh.dataset.status, read_at: fresh.dataset.read });
  take(fresh.dataset);
  showNews({ news: "" });
  put(live().querySelector("[data-live-status]"), "");
  live().hidden = true;
  const [first] = added;
  if (!first) return;
  fitFrames(list).then(() => showMessage(list, first));
  if (!isByKeyboard) return;
  first.tabIndex = -1;
  first.focus({ preventScroll: true });
}

/** Put what is new of *fresh* into *list* and return it; a frame that is moved would load anew. */
function merge(list, fresh) {
  const known = new Set(document.querySelectorAll("[id^=message-]"));
  const ids = new Set([...fresh.children].map(({ id }) => id));
  for (const item of [...list.children]) {
    if (!item.id || !ids.has(item.id)) item.remove();
  }
  let last = null;
  for (const item of [...fresh.children]) {
    const here = item.id && document.getElementById(item.id);
    if (here) last = here;
    else {
      if (last) last.after(item);
      else list.prepend(item);
      last = item;
    }
  }
  return [...list.children].filter((item) => item.id && !known.has(item));
}

if (people) {
  new Pulse().start();
  document.addEventListener("page:refused", ({ detail }) => showAskedFor(detail.page));
  document.addEventListener("mousedown", (event) => {
    // The cursor stays where it is in the text.
    if (event.target.closest("[data-live-show]")) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-live-show]");
    if (button && button.getAttribute("aria-disabled") !== "true") show(button);
  });
}
