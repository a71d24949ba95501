// The picker of canned responses: a combobox whose list comes from the server already filled.

import { insertByNumber } from "./insert_by_number.js";
import { insertOption, returnToText } from "./insertion.js";
import { PickerList } from "./picker_list.js";
import { onShortcut } from "./keys.js";

const box = document.querySelector("[data-picker]");

/** On a small screen the picker moves into a sheet of its own while it is used. */
function sheetFor(input, onClose) {
  const sheet = input.form.querySelector("[data-picker-sheet]");
  const home = document.createComment("picker");
  const narrow = matchMedia("(width < 60rem)");
  const open = () => {
    if (narrow.matches && !sheet.open) {
      box.before(home);
      sheet.append(box);
      sheet.showModal();
    }
    input.focus();
  };
  sheet.addEventListener("close", () => {
    if (home.isConnected) home.replaceWith(box);
    onClose();
  });
  input.form.querySelector("[data-open-picker]").addEventListener("click", open);
  input.form.addEventListener("picker:open", open);
  onShortcut("picker", open);
  return sheet;
}

class Picker {
  #input = box.querySelector("[data-picker-query]");
  #form = this.#input.form;
  #results = box.querySelector("[data-picker-results]");
  #list = new PickerList(this.#input, this.#results);
  #sheet = sheetFor(this.#input, () => this.#close());
  #answered = null; // the words that the list answers
  #isHasty = false; // Enter was pressed before the list answered what was typed

  start() {
    const [input, results] = [this.#input, this.#results];
    box.addEventListener("htmx:afterSwap", (event) => this.#arrived(event));
    input.addEventListener("input", () => { this.#isHasty = false; });
    input.addEventListener("focus", () => this.#ask());
    input.addEventListener("blur", (event) => {
      if (!box.contains(event.relatedTarget) && !this.#sheet.open) this.#close();
    });
    input.addEventListener("keydown", (event) => this.#pressed(event));
    results.addEventListener("mousedown", (event) => event.preventDefault());
    results.addEventListener("mousemove", (event) => {
      this.#list.point(event.target.closest("[data-option]"));
    });
    results.addEventListener("click", (event) => {
      const option = event.target.closest("[data-option]");
      if (!option) return;
      event.preventDefault();
      this.#take(option);
    });
  }

  get #isFresh() {
    return this.#answered === this.#input.value;
  }

  #ask() {
    htmx.trigger(this.#input, "picker:ask");
  }

  #close() {
    this.#list.close();
    this.#isHasty = false;
  }

  /** Show the list; Enter that came before it takes its first text, never one of the list before. */
  #arrived({ detail }) {
    this.#answered = detail.requestConfig.parameters.q;
    // An answer that comes after Escape or after moving on opens nothing.
    if (document.activeElement === this.#input) this.#list.show();
    if (!this.#isHasty || !this.#isFresh) return;
    this.#isHasty = false;
    this.#takeChosen();
  }

  #pressed(event) {
    if (event.key === "Escape") {
      event.stopPropagation();
      this.#leave();
    } else if (event.key === "Enter") {
      if (this.#isFresh) this.#takeChosen();
      else this.#isHasty = true;
    } else if (["ArrowDown", "ArrowUp"].includes(event.key)) {
      if (this.#list.isOpen) this.#list.step(event.key === "ArrowDown" ? 1 : -1);
      else this.#ask();
    } else {
      return;
    }
    event.preventDefault();
  }

  #leave() {
    if (this.#sheet.open) this.#sheet.close();
    this.#close();
    returnToText(this.#form);
  }

  #takeChosen() {
    const option = this.#list.chosen;
    if (option) this.#take(option);
  }

  #take(option) {
    if (option.ariaDisabled === "true") return;
    this.#input.value = "";
    this.#close();
    if (this.#sheet.open) this.#sheet.close();
    insertOption(this.#form, this.#list, option);
  }
}

if (box) {
  new Picker().start();
  insertByNumber(box);
}
