// What the form keeps besides the words, kept for each insertion, so that Undo and Redo take that
// along: what the text started from, the versions in it, answers, files and the status.

const FIELDS = ["canned_response", "canned_version", "answers", "status_after"];

function read(form) {
  const files = [...form.querySelector("[data-canned-files]")?.children ?? []];
  return {
    values: FIELDS.map((name) => form.elements.namedItem(name)?.value),
    inserted: [...form.querySelector("[data-inserted]")?.childNodes ?? []],
    files: files.map((file) => [file, file.querySelector("input")?.checked]),
  };
}

function write(form, { values, inserted, files }) {
  for (const [index, name] of FIELDS.entries()) {
    const field = form.elements.namedItem(name);
    if (field) field.value = values[index];
  }
  form.querySelector("[data-inserted]")?.replaceChildren(...inserted);
  form.querySelector("[data-canned-files]")?.replaceChildren(...files.map(([file, isTicked]) => {
    const box = file.querySelector("input");
    if (box) box.checked = isTicked;
    return file;
  }));
  form.elements.namedItem("status_after")?.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Remembers the form's state for each insertion that the document of an editor counts. */
export class FormState {
  #form;
  #states = new Map();
  #newest = 0;
  #shown = 0;
  #before;

  constructor(form) {
    this.#form = form;
    this.#before = read(form);
    // What scripts change belongs to the insertion that is under way.
    for (const kind of ["input", "change"]) {
      form.addEventListener(kind, (event) => {
        if (event.isTrusted && !event.target.closest(".editor-text")) this.#before = read(form);
      });
    }
  }

  /** Take in that something is inserted now, and return the number that stands for it. */
  begin() {
    this.#states.set(this.#shown, this.#before);
    this.#newest += 1;
    this.#shown = this.#newest;
    this.#before = read(this.#form);
    return this.#newest;
  }

  /** Let the form be as it was at *insertion*, where Undo or Redo led there. */
  follow(insertion) {
    if (insertion === this.#shown) return;
    this.#states.set(this.#shown, read(this.#form));
    this.#shown = insertion;
    const state = this.#states.get(insertion);
    if (state) write(this.#form, state);
    this.#before = read(this.#form);
  }
}
