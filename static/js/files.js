// Files of a reply: chosen, dropped or pasted, uploaded at once into the draft, taken out again.

import { FileEntry } from "./file_entry.js";
import { csrfToken, pageData } from "./portal.js";
import { Retry } from "./retry.js";
import { Upload } from "./upload.js";

/** Stands for the file in the address by which one is removed. */
const ANY_FILE = "00000000-0000-4000-8000-000000000000";

function inWords(template, values) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function endingOf(name) {
  const at = name.lastIndexOf(".");
  return at > 0 ? name.slice(at + 1).trim().toLowerCase() : "";
}

/** What keeps a file from being added, in words; "" where nothing does. */
function complaint({ name, size }) {
  const { words, files } = pageData;
  if (size === 0) return inWords(words.empty, { name });
  if (size > files.max_mb * 1024 * 1024) return inWords(words.too_large, { name });
  const ending = endingOf(name);
  if (!ending) return inWords(words.no_ending, { name });
  return files.types.includes(ending) ? "" : inWords(words.not_allowed, { name, ending });
}

export class Files {
  #form;
  #drafts;
  #area;
  #input;
  #entries = new Map();
  #isWorking = false;
  #waiting = [];
  #retry = new Retry(() => this.#work());
  #toRemove = new Set();
  #removing = new Retry(() => this.#removeAll());

  constructor(form, drafts) {
    this.#form = form;
    this.#drafts = drafts;
    this.#area = form.querySelector("[data-files]");
    this.#input = this.#area.querySelector("input[type=file]");
    this.#input.addEventListener("change", () => {
      this.add(this.#input.files);
      this.#input.value = "";
    });
    this.#takeOver(this.#area);
    form.addEventListener("draft:saved", ({ detail }) => this.#follow(detail));
    document.addEventListener("page:refused", ({ detail }) => this.#takeOver(detail.page));
    window.addEventListener("beforeunload", (event) => {
      if (this.isUnderWay) event.preventDefault();
    });
  }

  get #uploads() {
    return [...this.#entries.keys()];
  }

  get isUnderWay() {
    return this.#uploads.some((upload) => upload.isUnderWay);
  }

  /** Take in *files*: each begins its way into the draft, or says why it cannot be sent. */
  add(files) {
    for (const file of files) {
      if (this.#uploads.some((upload) => isSame(upload.file, file))) continue;
      const upload = new Upload(this.#form, file, () => this.#show(upload));
      this.#list(upload);
      const words = complaint(file);
      if (words) upload.refuse(words);
    }
    this.#work();
  }

  /** Wait until no file is under way any more. */
  settled() {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#tellWaiting();
    });
  }

  /** Tell whether a file in the list is not one of the draft's, and lead to the first of them. */
  leadToFault() {
    const fault = this.#uploads.find(({ state }) => state === "refused" || state === "gone");
    if (!fault) return false;
    this.#entries.get(fault).focus();
    return true;
  }

  #list(upload) {
    const entry = new FileEntry(upload, { remove: () => this.#remove(upload) });
    this.#entries.set(upload, entry);
    this.#area.querySelector("[data-file-list]").append(entry.element);
  }

  #show(upload) {
    this.#entries.get(upload)?.show();
    this.#tellWaiting();
  }

  #tellWaiting() {
    if (this.isUnderWay) return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Send one file after the other; what did not arrive is tried again later. */
  async #work() {
    if (this.#isWorking) return;
    this.#isWorking = true;
    await this.#sendNext(new Set());
    this.#isWorking = false;
    if (this.#uploads.some(({ state }) => state === "waiting")) this.#retry.later();
    else this.#retry.done();
  }

  async #sendNext(tried) {
    const upload = this.#uploads.find((one) => one.state === "waiting" && !tried.has(one));
    if (!upload) return;
    tried.add(upload);
    await this.#drafts.whenIdle();
    const told = await upload.send();
    if (told) this.#take(upload, told);
    await this.#sendNext(tried);
  }

  #take(upload, told) {
    this.#drafts.adopt(told);
    const twin = this.#uploads.find((other) => other !== upload && other.key === upload.key);
    if (twin) this.#drop(upload);
    this.#show(twin ?? upload);
  }

  #remove(upload) {
    const index = this.#uploads.indexOf(upload);
    const { key } = upload;
    const wasSent = upload.state !== "refused";
    upload.stop();
    this.#drop(upload);
    this.#tellWaiting();
    const rest = this.#uploads;
    (this.#entries.get(rest[Math.min(index, rest.length - 1)]) ?? this.#input).focus();
    if (!wasSent) return;
    this.#seen(key);
    this.#toRemove.add(key);
    this.#removeAll();
  }

  #drop(upload) {
    this.#entries.get(upload).element.remove();
    this.#entries.delete(upload);
  }

  /** Let the form say that this file was seen and is not to go, wherever its removal is. */
  #seen(key) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: "seen_files", value: key });
    this.#area.append(field);
  }

  async #removeAll() {
    await Promise.all([...this.#toRemove].map(async (key) => {
      const address = this.#form.dataset.removeUrl.replace(ANY_FILE, key);
      const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true" };
      try {
        const answer = await fetch(address, { method: "POST", headers, redirect: "error" });
        if (answer.ok) this.#toRemove.delete(key);
      } catch {
        // Tried again below.
      }
    }));
    if (this.#toRemove.size) {
      this.#removing.later();
      return;
    }
    this.#removing.done();
    this.#drafts.changed();
  }

  /** Take in what became of the files when the draft was saved. */
  #follow({ moved_files: moved = {}, gone_files: gone = [] }) {
    for (const upload of this.#uploads) {
      upload.key = moved[upload.key] ?? upload.key;
      if (gone.includes(upload.key)) upload.refuse(pageData.words.file_gone, "gone");
      this.#show(upload);
    }
  }

  /** Make the files that *page* lists this list's own; what is known stays. */
  #takeOver(page) {
    for (const item of page.querySelectorAll("[data-kept-file]")) {
      const { keptFile: key, name, size } = item.dataset;
      item.remove();
      if (this.#uploads.some((upload) => upload.key === key)) continue;
      const upload = Upload.kept(this.#form, { key, name, size }, () => this.#show(upload));
      this.#list(upload);
    }
  }
}

function isSame(file, other) {
  return other.name === file.name && other.size === file.size
    && other.lastModified === file.lastModified;
}

/** Let files that are pasted or dropped anywhere in *form* join the others. */
export function takeFiles(form, add) {
  form.addEventListener("paste", (event) => {
    // Word and Excel put a picture beside the text; then the text is meant.
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes("text/html") || types.includes("text/plain")) return;
    event.preventDefault();
    event.stopPropagation();
    add(files);
  }, { capture: true });
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
