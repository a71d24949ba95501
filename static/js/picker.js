// The picker of canned responses: a combobox whose list comes from the server already filled.

import { fillIn } from "./fill_in.js";
import { onSingleKey } from "./shell.js";

const box = document.querySelector("[data-picker]");

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

function start() {
  const input = box.querySelector("[data-picker-query]");
  const results = box.querySelector("[data-picker-results]");
  const form = input.form;
  const textarea = form.querySelector("textarea[data-editor]");
  const sheet = form.querySelector("[data-picker-sheet]");
  const home = document.createComment("picker");
  let active = -1;
  let answered = null; // the words that the list answers
  let isHasty = false; // Enter was pressed before the list answered what was typed

  const options = () => [...results.querySelectorAll("[data-option]")];
  const isOpen = () => !results.hidden && options().length > 0;
  const isFresh = () => answered === input.value;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", results.id);
  box.querySelector("[data-picker-search]").hidden = true;
  results.hidden = true;

  const activate = (index) => {
    active = index;
    options().forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    const option = options()[index];
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
    preview(option);
  };

  const preview = (option) => {
    const pane = results.querySelector("[data-picker-preview]");
    if (!pane || !option) return;
    pane.replaceChildren(filled(option));
    markBlanks(pane);
  };

  const filled = (option) => {
    const kept = results.querySelector(`template[data-for="${option.value}"]`);
    return kept.content.cloneNode(true);
  };

  const close = () => {
    results.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    active = -1;
    isHasty = false;
  };

  const show = () => {
    // An answer that comes after Escape or after moving on opens nothing.
    if (document.activeElement !== input) return;
    results.querySelector("[data-picker-list]")?.setAttribute("role", "listbox");
    for (const option of options()) {
      option.setAttribute("role", "option");
      option.tabIndex = -1;
    }
    results.hidden = false;
    input.setAttribute("aria-expanded", String(options().length > 0));
    activate(options().length ? 0 : -1);
  };

  /** Show the list; Enter that came before it takes its first text, never one of the list before. */
  const arrived = ({ detail }) => {
    answered = detail.requestConfig.parameters.q;
    show();
    if (!isHasty || !isFresh()) return;
    isHasty = false;
    if (isOpen()) take(options()[active]);
  };

  const take = async (option) => {
    if (option.ariaDisabled === "true") return;
    const holder = document.createElement("div");
    holder.append(filled(option));
    const files = results.querySelector(`template[data-files-for="${option.value}"]`)?.content;
    const status = results.querySelector(`template[data-status-for="${option.value}"]`)?.content;
    const kept = { html: holder.innerHTML, version: option.dataset.version, files };
    input.value = "";
    close();
    if (sheet.open) sheet.close();
    const text = "asks" in option.dataset ? await fillIn(form, option.value, kept) : kept;
    put(option.value, text && { ...text, files, status });
  };

  /** Insert a text and keep whence it came; without one (the person cancelled) only the cursor returns. */
  const put = (number, text) => {
    const { canned_response: response, canned_version: version } = form.elements;
    if (text && !response.value) {
      response.value = number;
      version.value = text.version;
      if (text.status) form.querySelector("[data-status-after]").replaceChildren(text.status.cloneNode(true));
    }
    if (text) {
      addFiles(text.files);
      const kept = document.createElement("input");
      Object.assign(kept, { type: "hidden", name: "inserted", value: text.version });
      form.querySelector("[data-inserted]").append(kept);
    }
    textarea.dispatchEvent(new CustomEvent("editor:insert", { detail: { html: text?.html ?? "" } }));
  };

  /** Let the files of a text join the reply, each once. */
  const addFiles = (files) => {
    const list = form.querySelector("[data-canned-files]");
    for (const file of files?.children ?? []) {
      const known = list.querySelector(`[data-canned-file="${file.dataset.cannedFile}"]`);
      if (!known) list.append(file.cloneNode(true));
    }
  };

  box.addEventListener("htmx:afterSwap", arrived);
  input.addEventListener("input", () => { isHasty = false; });
  input.addEventListener("focus", () => htmx.trigger(input, "picker:ask"));
  input.addEventListener("blur", (event) => {
    if (!box.contains(event.relatedTarget) && !sheet.open) close();
  });
  results.addEventListener("mousedown", (event) => event.preventDefault());
  results.addEventListener("mousemove", (event) => {
    const index = options().indexOf(event.target.closest("[data-option]"));
    if (index >= 0 && index !== active) activate(index);
  });
  results.addEventListener("click", (event) => {
    const option = event.target.closest("[data-option]");
    if (!option) return;
    event.preventDefault();
    take(option);
  });
  input.addEventListener("keydown", (event) => {
    const count = options().length;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (sheet.open) sheet.close();
      close();
      textarea.dispatchEvent(new CustomEvent("editor:insert", { detail: { html: "" } }));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (!isFresh()) isHasty = true;
      else if (isOpen() && active >= 0) take(options()[active]);
    } else if (["ArrowDown", "ArrowUp"].includes(event.key)) {
      event.preventDefault();
      if (!isOpen()) htmx.trigger(input, "picker:ask");
      else activate((active + (event.key === "ArrowDown" ? 1 : -1) + count) % count);
    }
  });

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
    close();
  });
  form.querySelector("[data-open-picker]").addEventListener("click", open);
  onSingleKey("/", open);
}

if (box) start();
