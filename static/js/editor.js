// The rich text editor: django-prose-editor's engine under our own toolbar.
// A <textarea data-editor> with a toolbar [data-editor-toolbar="its id"] is taken over; without
// scripts it stays a plain textarea. data-editor="reply" turns {{ blanks }} into chips to fill in.

import { Dropcursor, Editor, Extension, Gapcursor, History, pm } from "../django_prose_editor/editor.js";
import { blanksOf, noteOwnBlanks, select } from "./blanks.js";
import { blankChips } from "./chips.js";
import { linkWindow } from "./link_window.js";
import { FormState } from "./form_state.js";
import { pasting, plainToHtml } from "./pasting.js";
import { ourDocument, plainMode, wirePlainSwitch } from "./plain_mode.js";
import { linesOfHtml, paragraphs, typedText } from "./plain_text.js";
import { contentOf, htmlOf, markupExtensions } from "./schema.js";
import { wireSpelling } from "./spelling.js";
import { showState, wireToolbar } from "./toolbar.js";

const editors = new WeakMap();

/** The place in *doc* that a caller of the command names: "end", or how many signs stand before it. */
function placeIn(doc, place) {
  const { Selection } = pm.state;
  if (place === "end") return Selection.atEnd(doc);
  return Selection.near(doc.resolve(Math.min(place, doc.content.size)));
}

/** Focus comes with the key that asks for it, not a frame later: no key after it goes astray. */
const promptFocus = Extension.create({
  name: "promptFocus",
  addCommands: () => ({
    focus: (place = null) => ({ tr, view, dispatch }) => {
      if (!dispatch) return true;
      if (place !== null) tr.setSelection(placeIn(tr.doc, place));
      if (!view.hasFocus()) view.focus();
      tr.scrollIntoView();
      return true;
    },
  }),
});

function extensions(openLink, toFill) {
  // Ctrl+Enter belongs to sending, Tab to moving on, Ctrl+K to our own window.
  return [
    ourDocument, plainMode, ...markupExtensions(openLink), History, Dropcursor, Gapcursor, promptFocus,
    blankChips(toFill),
  ];
}

/** Keeps the text of *textarea* as it was written until it is really changed. */
class Source {
  #textarea;
  #bodyType;
  #written = "";
  #doc = null;

  constructor(textarea) {
    this.#textarea = textarea;
    this.#bodyType = textarea.form?.elements.namedItem("body_type");
  }

  /** Take *written* as the text that *doc* was made from. */
  take(written, doc) {
    this.#written = written;
    this.#doc = doc;
  }

  /** Write the text of *editor* into the textarea. */
  show(editor) {
    const { doc } = editor.state;
    const { plain } = doc.attrs;
    const formatted = () => (editor.isEmpty ? "" : htmlOf(doc));
    const written = () => (plain ? typedText(doc) : formatted());
    this.#textarea.value = this.#doc?.eq(doc) ? this.#written : written();
    if (this.#bodyType) this.#bodyType.value = plain ? "PLAIN" : "HTML";
  }
}

/** What tells a screen reader of the editor what the textarea's own attributes told of that. */
function attributesFor(textarea, label) {
  const describedBy = textarea.getAttribute("aria-describedby");
  return () => ({
    class: "editor-text prose",
    role: "textbox",
    "aria-multiline": "true",
    "aria-labelledby": label.id,
    ...(describedBy ? { "aria-describedby": describedBy } : {}),
    ...(textarea.getAttribute("aria-invalid") ? { "aria-invalid": "true" } : {}),
    lang: textarea.lang || document.documentElement.lang,
    spellcheck: "true",
  });
}

/** Return what makes the document of *state* plain, with *text* as it was typed. */
function madePlain({ tr, doc, schema }, text) {
  return tr.setDocAttribute("plain", true)
    .replaceWith(0, doc.content.size, paragraphs(schema, text.split("\n")))
    .setMeta("preventUpdate", true);
}

/** Put a text into the editor as one it may have started from, plain text as lines of its own. */
function load(editor, source, { text, isPlain }) {
  if (isPlain) {
    editor.view.dispatch(madePlain(editor.state, text));
  } else {
    const { tr, doc } = editor.state;
    if (doc.attrs.plain) editor.view.dispatch(tr.setDocAttribute("plain", false));
    editor.commands.setContent(contentOf(text).html, { emitUpdate: false });
  }
  source.take(text, editor.state.doc);
  source.show(editor);
}

/** The text the page brings: typed plain text stays plain in a reply, elsewhere it is formatted. */
function startOf(textarea, bodyType) {
  const typed = textarea.value;
  const isPlain = bodyType?.value === "PLAIN";
  const staysPlain = isPlain && typed !== "" && textarea.dataset.editor === "reply";
  const written = isPlain && !staysPlain ? plainToHtml(typed) : typed;
  return { typed, staysPlain, written: staysPlain ? "" : written };
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
  const tell = (words) => { if (note) note.textContent = words; };
  const { typed, staysPlain, written } = startOf(textarea, bodyType);
  const source = new Source(textarea);
  const isOfReply = textarea.form?.querySelector("[data-inserted]") !== null;
  const formState = textarea.form && isOfReply ? new FormState(textarea.form) : null;
  const editor = new Editor({
    element: mount,
    injectCSS: false,
    extensions: extensions(openLink, textarea.dataset.editor === "reply"),
    enablePasteRules: ["link"],
    content: contentOf(written).html,
    editorProps: { ...pasting(tell), attributes: attributesFor(textarea, label) },
    onUpdate: () => {
      source.show(editor);
      formState?.follow(editor.state.doc.attrs.insertion);
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
    onTransaction: () => showState(editor, toolbar),
  });
  textarea.hidden = true;
  // Undo does not take away what the page brought.
  if (staysPlain) editor.view.dispatch(madePlain(editor.state, typed).setMeta("addToHistory", false));
  source.take(staysPlain ? typed : written, editor.state.doc);
  source.show(editor);
  editors.set(textarea, editor);
  listen(textarea, editor, { label, source, formState });
  if (toolbar) wireToolbar(editor, toolbar, openLink);
  wirePlainSwitch(editor, toolbar?.querySelector("[data-plain-switch]"), tell);
  wireSpelling(editor, textarea);
  textarea.dispatchEvent(new CustomEvent("editor:ready", { bubbles: true }));
}

/** Let other modules put something into the text, or another text in its place. */
function listen(textarea, editor, { label, source, formState }) {
  label.addEventListener("click", () => editor.commands.focus());
  textarea.addEventListener("editor:insert", ({ detail }) => insert(editor, detail, formState));
  textarea.addEventListener("editor:replace", ({ detail }) => {
    load(editor, source, { text: detail.html, isPlain: detail.type === "PLAIN" });
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/** What is inserted of *html* at the place *at*: its lines, its words, or its blocks. */
function toInsert(editor, html, { at, apart }) {
  const { doc, schema } = editor.state;
  const inSentence = !apart && doc.resolve(at).parent.content.size > 0;
  if (doc.attrs.plain) {
    const lines = linesOfHtml(schema, html);
    const isLone = lines.length === 1 && inSentence;
    return isLone ? schema.text(lines[0]).toJSON() : paragraphs(schema, lines).map((one) => one.toJSON());
  }
  const parsed = new DOMParser().parseFromString(html, "text/html").body;
  const isLone = parsed.children.length === 1 && parsed.firstElementChild.localName === "p";
  return isLone && inSentence ? parsed.firstElementChild.innerHTML : html;
}

/**
 * Put HTML at the cursor, *apart* from its paragraph, never over a selection, then go to its first blank.
 *
 * It is a step of its own: Undo takes back what was inserted, and what came with it into the form.
 */
function insert(editor, { html: given, apart = false }, formState) {
  if (!given) return editor.commands.focus();
  const { html } = contentOf(given);
  const { state } = editor;
  const at = state.selection.to;
  const sizeAfter = state.doc.content.size - at;
  const insertion = formState?.begin() ?? 0;
  editor.chain().focus().setTextSelection(at).insertContent(toInsert(editor, html, { at, apart }))
    .command(({ tr }) => {
      pm.history.closeHistory(tr);
      tr.setDocAttribute("insertion", insertion);
      return true;
    })
    .run();
  editor.view.dispatch(pm.history.closeHistory(editor.state.tr));
  const end = editor.state.doc.content.size - sizeAfter;
  const [blank] = noteOwnBlanks(editor.state.doc, at, end + 1);
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
