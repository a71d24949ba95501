// The rich text editor: django-prose-editor's engine under our own toolbar.
// A <textarea data-editor> with a toolbar [data-editor-toolbar="its id"] is taken over; without
// scripts it stays a plain textarea. data-editor="reply" turns {{ blanks }} into chips to fill in.

import { Dropcursor, Editor, Gapcursor, History } from "../django_prose_editor/editor.js";
import { blanksOf, select } from "./blanks.js";
import { blankChips } from "./chips.js";
import { linkWindow } from "./link_window.js";
import { pasting, plainToHtml } from "./pasting.js";
import { contentOf, htmlOf, markupExtensions } from "./schema.js";
import { showState, wireToolbar } from "./toolbar.js";

const editors = new WeakMap();

function extensions(openLink, toFill) {
  // Ctrl+Enter belongs to sending, Tab to moving on, Ctrl+K to our own window.
  return [
    ...markupExtensions(openLink), History, Dropcursor, Gapcursor, blankChips(toFill),
  ];
}

/** Keeps the text of *textarea* as it was written until it is really changed. */
class Source {
  #textarea;
  #written = "";
  #doc = null;

  constructor(textarea) {
    this.#textarea = textarea;
  }

  /** Take *written* as the text that *doc* was made from. */
  take(written, doc) {
    this.#written = written;
    this.#doc = doc;
  }

  /** Write the text of *editor* into the textarea. */
  show(editor) {
    const { doc } = editor.state;
    const written = () => (editor.isEmpty ? "" : htmlOf(doc));
    this.#textarea.value = this.#doc?.eq(doc) ? this.#written : written();
  }
}

/** What tells a screen reader of the editor what the textarea's own attributes told of that. */
function attributesFor(textarea, label) {
  const describedBy = textarea.getAttribute("aria-describedby");
  return {
    class: "editor-text prose",
    role: "textbox",
    "aria-multiline": "true",
    "aria-labelledby": label.id,
    ...(describedBy ? { "aria-describedby": describedBy } : {}),
    ...(textarea.getAttribute("aria-invalid") ? { "aria-invalid": "true" } : {}),
    lang: textarea.lang || document.documentElement.lang,
    spellcheck: "true",
  };
}

function enhance(textarea) {
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  const toolbar = document.querySelector(`[data-editor-toolbar="${textarea.id}"]`);
  const bodyType = textarea.form?.elements.namedItem("body_type");
  const mount = document.createElement("div");
  mount.className = "editor-mount";
  textarea.after(mount);
  label.id ||= `${textarea.id}_label`;
  const openLink = () => linkWindow(editor, textarea.id);
  const note = document.querySelector(`[data-editor-note="${textarea.id}"]`);
  const typed = textarea.value;
  const written = bodyType?.value === "PLAIN" ? plainToHtml(typed) : typed;
  const source = new Source(textarea);
  const editor = new Editor({
    element: mount,
    injectCSS: false,
    extensions: extensions(openLink, textarea.dataset.editor === "reply"),
    enablePasteRules: ["link"],
    content: contentOf(written).html,
    editorProps: {
      ...pasting((words) => { if (note) note.textContent = words; }),
      attributes: attributesFor(textarea, label),
    },
    onUpdate: () => {
      source.show(editor);
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
    onTransaction: () => showState(editor, toolbar),
  });
  textarea.hidden = true;
  source.take(written, editor.state.doc);
  source.show(editor);
  if (bodyType) bodyType.value = "HTML";
  editors.set(textarea, editor);
  label.addEventListener("click", () => editor.commands.focus());
  textarea.addEventListener("editor:insert", ({ detail }) => insert(editor, detail));
  textarea.addEventListener("editor:replace", ({ detail }) => {
    editor.commands.setContent(contentOf(detail.html).html, { emitUpdate: false });
    source.take(detail.html, editor.state.doc);
    source.show(editor);
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  });
  if (toolbar) wireToolbar(editor, toolbar, openLink);
  textarea.dispatchEvent(new CustomEvent("editor:ready", { bubbles: true }));
}

/** Put HTML at the cursor, *apart* from its paragraph, never over a selection; go to its first blank. */
function insert(editor, { html: given, apart = false }) {
  if (!given) return editor.commands.focus();
  const { html } = contentOf(given);
  const { state } = editor;
  const at = state.selection.to;
  const parsed = new DOMParser().parseFromString(html, "text/html").body;
  const lone = parsed.children.length === 1 && parsed.firstElementChild.localName === "p";
  const inSentence = state.doc.resolve(at).parent.content.size > 0;
  const sizeAfter = state.doc.content.size - at;
  editor.chain().focus().setTextSelection(at)
    .insertContent(lone && inSentence && !apart ? parsed.firstElementChild.innerHTML : html).run();
  const end = editor.state.doc.content.size - sizeAfter;
  const blank = blanksOf(editor.state.doc).find(({ from, to }) => from >= at && to <= end + 1);
  if (blank) select(editor.view, blank);
  return true;
}

/** Return the editor that took over *textarea*, or undefined while it is a plain one. */
export function editorOf(textarea) {
  return editors.get(textarea);
}

/** Select a place in the text of *textarea*. */
export function goTo(textarea, place) {
  const editor = editors.get(textarea);
  editor.commands.focus();
  select(editor.view, place);
}

function enhanceAll(root) {
  for (const textarea of root.querySelectorAll("textarea[data-editor]")) {
    if (!editors.has(textarea)) enhance(textarea);
  }
}

enhanceAll(document);
document.addEventListener("htmx:load", (event) => enhanceAll(event.target));

// A link to a field that the editor hides (from the error summary) leads into the editor.
document.addEventListener("click", (event) => {
  const target = event.target.closest?.('a[href^="#"]');
  const textarea = target && document.getElementById(target.hash.slice(1));
  if (!textarea || !editors.has(textarea)) return;
  event.preventDefault();
  const [blank] = blanksOf(editors.get(textarea).state.doc);
  if (blank) goTo(textarea, blank);
  else editors.get(textarea).commands.focus();
});
