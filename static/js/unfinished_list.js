// The list of what is still to be filled in or looked at again before a reply can be sent.

import { blanksOf, unfinishedIn } from "./blanks.js";
import { editorOf, goTo } from "./editor.js";
import { offersFor } from "./offers.js";
import { pageData } from "./portal.js";

export class UnfinishedList {
  #box;
  #body;

  constructor(box, body) {
    this.#box = box;
    this.#body = body;
  }

  /**
   * List the places as the text is now; return how many blanks of ours keep it from being sent. The marks
   * are drawn anew where something other than the text changed.
   */
  show({ anew = false } = {}) {
    const { view } = editorOf(this.#body);
    if (anew) view.dispatch(view.state.tr);
    const { doc } = view.state;
    const { fill_in: fillIn, look_again: lookAgain } = pageData.words;
    const blanks = blanksOf(doc);
    const lines = [
      ...blanks.map(({ isOwn, name, words }) => (isOwn ? fillIn : lookAgain).replace("{name}", () => isOwn ? name : words)),
      ...unfinishedIn(doc).map(({ words }) => lookAgain.replace("{name}", () => words)),
    ];
    this.#box.hidden = lines.length === 0;
    if (this.#box.dataset.names !== lines.join("\n")) this.#draw(lines);
    return blanks.filter(({ isOwn }) => isOwn).length;
  }

  /** Lead to the first blank that keeps the reply from being sent. */
  leadToFirst() {
    this.#lookAt(blanksOf(editorOf(this.#body).state.doc).findIndex(({ isOwn }) => isOwn));
    this.#box.closest("[data-before-sending]").scrollIntoView({ block: "nearest" });
  }

  #draw(lines) {
    this.#box.dataset.names = lines.join("\n");
    this.#box.replaceChildren(...lines.map((line, index) => {
      const item = document.createElement("li");
      const link = document.createElement("button");
      link.type = "button";
      link.className = "link-button";
      link.textContent = line;
      link.addEventListener("click", () => this.#lookAt(index));
      item.append(link, ...this.#offers(index));
      return item;
    }));
  }

  /** What the conversation has for the blank that line *index* names: one press puts it in. */
  #offers(index) {
    const blank = blanksOf(editorOf(this.#body).state.doc)[index];
    return offersFor(blank?.name ?? "").flatMap((words) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "link-button", textContent: pageData.words.insert });
      button.setAttribute("aria-label", `${pageData.words.insert} ${words}`);
      button.addEventListener("click", () => this.#put(index, words));
      return [` · ${pageData.words.mentioned.replace("{words}", () => words)} – `, button];
    });
  }

  #put(index, words) {
    const editor = editorOf(this.#body);
    const blank = blanksOf(editor.state.doc)[index];
    if (!blank) return;
    const { from, to } = blank;
    editor.chain().focus().setTextSelection({ from, to }).insertContent({ type: "text", text: words }).run();
  }

  /** Go to the place that line *index* of the list names, as the text is now. */
  #lookAt(index) {
    const { doc } = editorOf(this.#body).state;
    const place = [...blanksOf(doc), ...unfinishedIn(doc)][index];
    if (place) goTo(this.#body, place);
  }
}
