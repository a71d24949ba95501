// Files of a reply: chosen, dropped or pasted, listed with their size, taken away again.

import { pageData } from "./portal.js";

const area = document.querySelector("[data-files]");

function size(bytes) {
  const lang = document.documentElement.lang;
  if (bytes < 1024) return `${bytes} B`;
  const [amount, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
  const digits = unit === "MB" && amount < 10 ? 1 : 0;
  return `${amount.toLocaleString(lang, { maximumFractionDigits: digits })} ${unit}`;
}

function inWords(template, file) {
  return template.replace("{name}", () => file.name);
}

/** What keeps a file from being added, in words; "" where nothing does. */
function complaint(file) {
  const { words } = pageData;
  if (file.size === 0) return inWords(words.empty, file);
  const most = Number(area.dataset.maxMb) * 1024 * 1024;
  return file.size > most ? inWords(words.too_large, file) : "";
}

function isSame(file, other) {
  return other.name === file.name && other.size === file.size
    && other.lastModified === file.lastModified;
}

class ChosenFiles {
  #input = area.querySelector("input[type=file]");
  #list = area.querySelector("[data-file-list]");
  #complaints = area.querySelector("[data-file-complaints]");
  #chosen = [];

  constructor() {
    this.form = this.#input.form;
    this.#input.addEventListener("change", () => this.add(this.#input.files));
  }

  /** Take in *files*, each once; say of those that cannot be sent why. */
  add(files) {
    const fresh = [...files].filter((file) => !this.#chosen.some((other) => isSame(file, other)));
    this.#chosen.push(...fresh.filter((file) => !complaint(file)));
    this.#complaints.replaceChildren(...fresh.map(complaint).filter(Boolean).map((words) => {
      const line = document.createElement("p");
      line.textContent = words;
      return line;
    }));
    this.#show();
  }

  #show() {
    const held = new DataTransfer();
    for (const file of this.#chosen) held.items.add(file);
    this.#input.files = held.files;
    this.#list.replaceChildren(...this.#chosen.map((file, index) => this.#entry(file, index)));
  }

  #entry(file, index) {
    const item = document.createElement("li");
    item.className = "file";
    const name = document.createElement("span");
    name.className = "file-name";
    name.textContent = file.name;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "file-remove";
    remove.textContent = "×";
    remove.setAttribute("aria-label", inWords(pageData.words.remove, file));
    remove.addEventListener("click", () => {
      this.#chosen = this.#chosen.filter((other) => other !== file);
      this.#show();
      const buttons = this.#list.querySelectorAll("button");
      (buttons[Math.min(index, this.#chosen.length - 1)] ?? this.#input).focus();
    });
    item.append(name, ` · ${size(file.size)} `, remove);
    return item;
  }
}

function takePasted(form, add) {
  form.addEventListener("paste", (event) => {
    // Word and Excel put a picture beside the text; then the text is meant.
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes("text/html") || types.includes("text/plain")) return;
    event.preventDefault();
    event.stopPropagation();
    add(files);
  }, { capture: true });
}

function takeDropped(form, add) {
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  form.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    form.classList.add("dropping");
  }, { capture: true });
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove("dropping");
  });
  form.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    form.classList.remove("dropping");
    add(event.dataTransfer.files);
  }, { capture: true });
}

if (area) {
  const chosen = new ChosenFiles();
  takePasted(chosen.form, (files) => chosen.add(files));
  takeDropped(chosen.form, (files) => chosen.add(files));
}
