// The list under the picker's field: which text is chosen, and a look at it.

/** Make chips of the blanks in the preview, as the editor will show them. */
function markBlanks(pane) {
  const texts = document.createTreeWalker(pane, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (texts.nextNode()) nodes.push(texts.currentNode);
  for (const node of nodes) {
    const parts = node.data.split(/\{\{\s*([^{}]*?)\s*\}\}/);
    if (parts.length === 1) continue;
    node.replaceWith(...parts.map((part, index) => {
      if (index % 2 === 0) return part;
      const chip = document.createElement("span");
      chip.className = "chip chip-empty";
      chip.textContent = part;
      return chip;
    }));
  }
}

export class PickerList {
  #input;
  #results;
  #active = -1;

  constructor(input, results) {
    this.#input = input;
    this.#results = results;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", results.id);
    results.hidden = true;
  }

  get #options() {
    return [...this.#results.querySelectorAll("[data-option]")];
  }

  get isOpen() {
    return !this.#results.hidden && this.#options.length > 0;
  }

  /** The option that Enter takes, or undefined. */
  get chosen() {
    return this.isOpen ? this.#options[this.#active] : undefined;
  }

  /** The filled HTML of an option, as a fragment of its own. */
  filled(option) {
    return this.#kept("for", option).cloneNode(true);
  }

  /** The files that an option's text brings along, or undefined. */
  filesOf(option) {
    return this.#kept("files-for", option);
  }

  /** The question for the status that an option's text sets, or undefined. */
  statusOf(option) {
    return this.#kept("status-for", option);
  }

  show() {
    const options = this.#options;
    this.#results.querySelector("[data-picker-list]")?.setAttribute("role", "listbox");
    for (const option of options) {
      option.setAttribute("role", "option");
      option.tabIndex = -1;
    }
    this.#results.hidden = false;
    this.#input.setAttribute("aria-expanded", String(options.length > 0));
    this.#activate(options.length ? 0 : -1);
  }

  close() {
    this.#results.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
    this.#active = -1;
  }

  /** Choose the next option, or the one before, round and round. */
  step(by) {
    const count = this.#options.length;
    this.#activate((this.#active + by + count) % count);
  }

  /** Choose the option that the mouse is over. */
  point(option) {
    const index = this.#options.indexOf(option);
    if (index >= 0 && index !== this.#active) this.#activate(index);
  }

  #activate(index) {
    this.#active = index;
    const options = this.#options;
    for (const [at, option] of options.entries()) {
      option.setAttribute("aria-selected", String(at === index));
    }
    const option = options[index];
    if (option) this.#input.setAttribute("aria-activedescendant", option.id);
    else this.#input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
    this.#preview(option);
  }

  #preview(option) {
    const pane = this.#results.querySelector("[data-picker-preview]");
    if (!pane || !option) return;
    pane.replaceChildren(this.filled(option));
    markBlanks(pane);
  }

  #kept(what, option) {
    return this.#results.querySelector(`template[data-${what}="${option.value}"]`)?.content;
  }
}
