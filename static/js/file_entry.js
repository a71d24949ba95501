// How one file of a reply looks in the list: its name, how far it is, what is wrong with it.

import { offerSignIn, pageData, say } from "./portal.js";

function sizeInWords(bytes) {
  const lang = document.documentElement.lang;
  if (bytes < 1024) return `${bytes} B`;
  const [amount, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
  const digits = unit === "MB" && amount < 10 ? 1 : 0;
  return `${amount.toLocaleString(lang, { maximumFractionDigits: digits })} ${unit}`;
}

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

export class FileEntry {
  #upload;
  #bar = make("progress", "file-progress");
  #note = make("span", "file-note");
  #fields = make("span", "");
  #name = make("span", "file-name");
  #size = make("span", "file-size");
  #remove = make("button", "file-remove", "×");

  element = make("li", "file");

  constructor(upload, { remove }) {
    this.#upload = upload;
    this.#remove.type = "button";
    this.#remove.addEventListener("click", remove);
    this.#fields.hidden = true;
    this.#note.setAttribute("role", "status");
    this.element.append(
      this.#name, this.#size, this.#bar, this.#remove, this.#note, this.#fields,
    );
    this.show();
  }

  focus() {
    this.#remove.focus();
  }

  /** Draw the file as it stands now. */
  show() {
    const { name, size, state, share, note, key, isSignedOut } = this.#upload;
    this.element.setAttribute("data-file-state", state);
    say(this.#name, name);
    say(this.#size, `· ${sizeInWords(size)}`);
    const word = state === "kept" ? pageData.words.remove : pageData.words.cancel;
    this.#remove.setAttribute("aria-label", word.replace("{name}", () => name));
    this.#bar.hidden = state !== "uploading";
    this.#bar.value = share;
    this.#bar.setAttribute("aria-label", pageData.words.uploading.replace("{name}", () => name));
    if (isSignedOut) offerSignIn(this.#note, document.querySelector("[data-login-url]").dataset.loginUrl);
    else say(this.#note, note);
    const wanted = state === "kept" ? key : "";
    if (this.#fields.dataset.key !== wanted) this.#keep(wanted);
  }

  /** Let the form name the file once the draft has it. */
  #keep(key) {
    this.#fields.dataset.key = key;
    const fields = key ? ["keep_files", "seen_files"] : [];
    this.#fields.replaceChildren(...fields.map((name) => {
      const field = document.createElement("input");
      return Object.assign(field, { type: "hidden", name, value: key });
    }));
  }
}
