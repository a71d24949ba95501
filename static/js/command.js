// The command box over every page: what the portal finds, and the acts of the page itself. An act
// presses the page's own control, so that whatever holds for that holds here.

import { actsFor, isSending, press } from "./command_acts.js";
import { askAsPerson } from "./sign_in_again.js";

const WAIT = 120;

const box = document.querySelector("[data-command-box]");

/** Where the keyboard was before the box opened; an editor gets its own cursor back. */
function placeOf(element) {
  const textarea = element?.closest?.(".editor-text")
    && element.closest(".editor").querySelector("textarea[data-editor]");
  if (!textarea) return () => element?.focus?.({ preventScroll: true });
  const selection = getSelection();
  // The browser's own: whoever types fast is ahead of what the editor has noted.
  const range = selection.rangeCount ? selection.getRangeAt(0).cloneRange() : null;
  return () => {
    textarea.dispatchEvent(new CustomEvent("editor:insert", { detail: { html: "" } }));
    if (!range || !element.contains(range.startContainer)) return;
    selection.removeAllRanges();
    selection.addRange(range);
  };
}

function wordsOf(html) {
  return new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
}

class CommandBox {
  #input = box.querySelector("[data-command-query]");
  #list = box.querySelector("[data-command-list]");
  #note = box.querySelector("[data-command-note]");
  #asking = new AbortController();
  #timer = 0;
  #active = 0;
  #answered = null; // the words that the list answers
  #isHasty = false; // Enter was pressed before the list answered what was typed
  #goBack = () => {};

  constructor() {
    this.#input.addEventListener("input", () => {
      this.#isHasty = false;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#ask(), WAIT);
    });
    this.#input.addEventListener("keydown", (event) => this.#pressed(event));
    this.#list.addEventListener("mousedown", (event) => event.preventDefault());
    this.#list.addEventListener("mousemove", (event) => {
      const at = this.#options.indexOf(event.target.closest("[role=option]"));
      if (at >= 0 && at !== this.#active) this.#activate(at);
    });
    this.#list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#take(option, event);
    });
    box.addEventListener("click", (event) => {
      if (event.target === box) this.#leave(); // the backdrop
    });
    // Told a moment later: by then it may be open again.
    box.addEventListener("close", () => {
      if (!box.open) this.#leave();
    });
  }

  get #options() {
    return [...this.#list.querySelectorAll("[role=option]")];
  }

  open() {
    if (box.open || document.querySelector("dialog[open]")) return;
    this.#goBack = placeOf(document.activeElement);
    this.#input.value = "";
    this.#fill("");
    box.showModal();
    this.#input.focus();
    this.#ask();
  }

  /** Close, with the keyboard back where it was, before anything else takes it. */
  #leave() {
    clearTimeout(this.#timer);
    this.#asking.abort();
    this.#answered = null;
    box.close();
    this.#goBack();
    this.#goBack = () => {};
  }

  async #ask() {
    clearTimeout(this.#timer);
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    const query = this.#input.value;
    const ticket = document.querySelector("[data-compose]")?.dataset.ticket ?? "";
    const insert = document.querySelector("[data-picker]") ? "1" : "";
    const asked = new URLSearchParams({ q: query, ticket, insert });
    let found = "";
    let note = "";
    try {
      const answer = await askAsPerson(() => fetch(`${box.dataset.url}?${asked}`, {
        signal, redirect: "manual", headers: { "HX-Request": "true" },
      }));
      if (![200, 429].includes(answer.status)) throw new Error(answer.status);
      found = await answer.text();
      if (answer.status === 429) [found, note] = ["", wordsOf(found)];
    } catch {
      note = box.dataset.failed;
    }
    if (signal.aborted) return;
    this.#fill(found, query, note);
  }

  /** Show what was *found*, and the acts of the page that fit. */
  #fill(found, query = "", note = "") {
    const page = new DOMParser().parseFromString(found, "text/html");
    const acts = actsFor(box, query);
    const place = page.querySelector("[data-acts-here]");
    if (place) place.replaceWith(acts);
    else if (!found) page.body.append(acts);
    this.#list.replaceChildren(...page.body.childNodes);
    for (const [at, option] of this.#options.entries()) option.id = `command-option-${at}`;
    this.#list.scrollTop = 0;
    this.#activate(0);
    const number = this.#options.length;
    const count = number ? box.dataset.found.replace("{n}", number) : box.dataset.nothing;
    if (found || note) this.#note.textContent = note || count;
    if (!found && !note) return;
    this.#answered = query;
    if (!this.#isHasty || query !== this.#input.value) return;
    this.#isHasty = false;
    this.#takeActive();
  }

  #activate(at) {
    this.#active = at;
    const options = this.#options;
    for (const [index, option] of options.entries()) option.ariaSelected = String(index === at);
    const option = options[at];
    if (option) this.#input.setAttribute("aria-activedescendant", option.id);
    else this.#input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  #pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const count = this.#options.length;
    if (step && count) this.#activate((this.#active + step + count) % count);
    else if (event.key === "Enter" && !event.isComposing) this.#enter(event);
    // At once: the browser tells of its own closing later, when the next key may have led elsewhere.
    else if (event.key === "Escape" && !event.isComposing) this.#leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #enter(event) {
    if (event.repeat) return;
    if (this.#answered === this.#input.value) this.#takeActive(event);
    else this.#isHasty = true;
  }

  /** Do what is chosen. Enter alone sends nothing, here as anywhere. */
  #takeActive(event) {
    const option = this.#options[this.#active];
    if (!option) return;
    const isMeant = event && (event.ctrlKey || event.metaKey);
    if (isSending(option) && !isMeant) this.#note.textContent = box.dataset.notYet;
    else if (!isSending(option) && isMeant && option.href) window.open(option.href, "_blank", "noopener");
    else this.#take(option);
  }

  #take(option, event) {
    if (event && (event.ctrlKey || event.metaKey || event.shiftKey)) return;
    event?.preventDefault();
    const { canned } = option.dataset;
    const isInserted = canned && document.querySelector("[data-picker]");
    if (isInserted || !option.href) {
      this.#leave();
      press(option);
    } else {
      location.assign(option.href);
    }
  }
}

const command = box && new CommandBox();

/** Open the command box, unless another window is open. */
export function openCommand() {
  command?.open();
}
