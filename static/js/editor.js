// The rich text editor: django-prose-editor's engine under our own toolbar.
// A <textarea data-editor> with a toolbar [data-editor-toolbar="its id"] is taken over; without
// scripts it stays a plain textarea. data-editor="reply" turns {{ blanks }} into chips to fill in.

import {
  Blockquote, Bold, BulletList, Document, Dropcursor, Editor, Extension, Gapcursor, HardBreak,
  History, Italic, Link, ListItem, OrderedList, Paragraph, Text, pm
} from "../django_prose_editor/editor.js";
import { plainToHtml, tidyPasted } from "./pasting.js";

const BLANK = /\{\{\s*([^{}]*?)\s*\}\}/g;
// As replies/unfinished.py looks for them; addresses may hold any of these signs.
const UNFINISHED = /[a-z]+:\/\/\S+|(\[[^[\]\n]{0,80}\]|\bX{3,}\b|_{3,})/gi;
const SEPARATOR = /^[ \t]*_{10,}[ \t]*$/;
const editors = new WeakMap();

const COMMANDS = {
  bold: (chain) => chain.toggleBold(),
  italic: (chain) => chain.toggleItalic(),
  bulletList: (chain) => chain.toggleBulletList(),
  orderedList: (chain) => chain.toggleOrderedList(),
  undo: (chain) => chain.undo(),
  redo: (chain) => chain.redo(),
};
const TOGGLES = ["bold", "italic", "bulletList", "orderedList", "link"];

/** Return the blanks of a document, in order: where they stand and what they ask for. */
export function blanksOf(doc) {
  const blanks = [];
  eachText(doc, (text, start) => {
    for (const found of text.matchAll(BLANK)) {
      const from = start + found.index;
      const head = found[0].indexOf(found[1]);
      blanks.push({
        from, to: from + found[0].length, name: found[1],
        nameFrom: from + head, nameTo: from + head + found[1].length,
      });
    }
  });
  return blanks;
}

/** Return what looks unfinished in a document, in order: brackets, XXX and ___. */
export function unfinishedIn(doc) {
  const places = [];
  eachText(doc, (text, start) => {
    if (SEPARATOR.test(text)) return;
    for (const found of text.matchAll(UNFINISHED)) {
      const from = start + found.index;
      if (found[1]) places.push({ from, to: from + found[0].length, words: found[1] });
    }
  });
  return places;
}

/** Call *look* with the text of each paragraph and the place where it starts. */
function eachText(doc, look) {
  doc.descendants((node, at) => {
    if (!node.isTextblock) return true;
    look(node.textBetween(0, node.content.size, undefined, "\ufffc"), at + 1);
    return false;
  });
}

function select(view, { from, to }) {
  const { TextSelection } = pm.state;
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, from, to)).scrollIntoView());
}

/** Chips over the blanks; in a reply a click or Tab selects one, so that typing fills it. */
function blankChips(toFill) {
  const { Decoration, DecorationSet } = pm.view;
  const chip = { class: toFill ? "chip chip-empty" : "chip", "data-blank": "" };
  const brace = { class: "chip-brace" };
  const unsure = (doc) => (toFill ? unfinishedIn(doc) : []).map(({ from, to }) => (
    Decoration.inline(from, to, { class: "leftover" })
  ));
  const decorations = ({ doc }) => DecorationSet.create(doc, unsure(doc).concat(blanksOf(doc).flatMap((blank) => (
    blank.name
      ? [
        Decoration.inline(blank.from, blank.nameFrom, brace),
        Decoration.inline(blank.nameFrom, blank.nameTo, chip),
        Decoration.inline(blank.nameTo, blank.to, brace),
      ]
      : [Decoration.inline(blank.from, blank.to, chip)]
  ))));
  const handleClick = (view, at) => {
    const blank = blanksOf(view.state.doc).find(({ from, to }) => from <= at && at <= to);
    if (!toFill || !blank) return false;
    select(view, blank);
    return true;
  };
  // Left to itself the browser carries a chip's look over to what is typed, as an inline style.
  const beforeinput = (view, event) => {
    if (event.inputType !== "insertText" || !event.data || view.state.selection.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.tr.insertText(event.data).scrollIntoView());
    return true;
  };
  const props = { decorations, handleClick, handleDOMEvents: { beforeinput } };
  return Extension.create({
    name: "blankChips",
    priority: 1000,
    addProseMirrorPlugins: () => [new pm.state.Plugin({ props })],
    addKeyboardShortcuts() {
      return {
        Tab: () => {
          const { state, view } = this.editor;
          const next = toFill && blanksOf(state.doc).find(({ from }) => from >= state.selection.to);
          if (next) select(view, next);
          return Boolean(next);
        },
      };
    },
  });
}

function extensions(openLink, toFill) {
  return [
    Document, Paragraph, Text, Bold, Italic, BulletList, OrderedList, Blockquote, History,
    Dropcursor, Gapcursor, blankChips(toFill),
    // Ctrl+Enter belongs to sending, Tab to moving on, Ctrl+K to our own window.
    HardBreak.extend({
      addKeyboardShortcuts() {
        return { "Shift-Enter": () => this.editor.commands.setHardBreak() };
      },
    }),
    ListItem.extend({
      addKeyboardShortcuts() {
        return { Enter: () => this.editor.commands.splitListItem(this.name) };
      },
    }),
    Link.extend({
      addKeyboardShortcuts: () => ({ "Mod-k": () => { openLink(); return true; } }),
    }).configure({ openOnClick: false, defaultProtocol: "https", HTMLAttributes: { target: null, rel: null } }),
  ];
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
  const written = textarea.value;
  const editor = new Editor({
    element: mount,
    injectCSS: false,
    extensions: extensions(openLink, textarea.dataset.editor === "reply"),
    content: bodyType?.value === "PLAIN" ? plainToHtml(written) : written,
    editorProps: {
      transformPastedHTML: tidyPasted,
      attributes: {
        class: "editor-text prose",
        role: "textbox",
        "aria-multiline": "true",
        "aria-labelledby": label.id,
        ...(textarea.getAttribute("aria-describedby")
          ? { "aria-describedby": textarea.getAttribute("aria-describedby") } : {}),
        ...(textarea.getAttribute("aria-invalid") ? { "aria-invalid": "true" } : {}),
        lang: textarea.lang || document.documentElement.lang,
        spellcheck: "true",
      },
    },
    onUpdate: () => {
      textarea.value = editor.isEmpty ? "" : editor.getHTML();
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
    onTransaction: () => showState(editor, toolbar),
  });
  textarea.hidden = true;
  textarea.value = editor.isEmpty ? "" : editor.getHTML();
  if (bodyType) bodyType.value = "HTML";
  editors.set(textarea, editor);
  label.addEventListener("click", () => editor.commands.focus());
  textarea.addEventListener("editor:insert", ({ detail }) => insert(editor, detail.html));
  textarea.addEventListener("editor:replace", ({ detail }) => editor.commands.setContent(detail.html, { emitUpdate: true }));
  if (toolbar) wireToolbar(editor, toolbar, openLink);
  textarea.dispatchEvent(new CustomEvent("editor:ready", { bubbles: true }));
}

/** Put HTML at the cursor, never over a selection, then go to its first blank. */
function insert(editor, html) {
  if (!html) return editor.commands.focus();
  const { state } = editor;
  const at = state.selection.to;
  const parsed = new DOMParser().parseFromString(html, "text/html").body;
  const lone = parsed.children.length === 1 && parsed.firstElementChild.tagName === "P";
  const inSentence = state.doc.resolve(at).parent.content.size > 0;
  const sizeAfter = state.doc.content.size - at;
  editor.chain().focus().setTextSelection(at)
    .insertContent(lone && inSentence ? parsed.firstElementChild.innerHTML : html).run();
  const end = editor.state.doc.content.size - sizeAfter;
  const blank = blanksOf(editor.state.doc).find(({ from, to }) => from >= at && to <= end + 1);
  if (blank) select(editor.view, blank);
  return true;
}

function showState(editor, toolbar) {
  for (const button of toolbar?.querySelectorAll("[data-command]") ?? []) {
    const { command } = button.dataset;
    if (TOGGLES.includes(command)) {
      button.setAttribute("aria-pressed", String(editor.isActive(command)));
    } else {
      button.setAttribute("aria-disabled", String(!editor.can()[command]()));
    }
  }
}

function wireToolbar(editor, toolbar, openLink) {
  const buttons = [...toolbar.querySelectorAll("[data-command]")];
  const enter = (button) => {
    for (const other of buttons) other.tabIndex = other === button ? 0 : -1;
  };
  toolbar.hidden = false;
  enter(buttons[0]);
  showState(editor, toolbar);
  // Keeps the selection in the text while a button is pressed.
  toolbar.addEventListener("mousedown", (event) => event.preventDefault());
  toolbar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-command]");
    if (!button) return;
    enter(button);
    if (button.dataset.command === "link") openLink();
    else COMMANDS[button.dataset.command](editor.chain().focus()).run();
  });
  toolbar.addEventListener("keydown", (event) => {
    const last = buttons.length - 1;
    const here = buttons.indexOf(event.target.closest("[data-command]"));
    const to = {
      ArrowRight: here === last ? 0 : here + 1, ArrowLeft: here === 0 ? last : here - 1, Home: 0, End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    enter(buttons[to]);
    buttons[to].focus();
  });
}

/** Make "example.org" and "anna@example.org" into addresses a mail program opens. */
function address(typed) {
  const text = typed.trim();
  if (!text || /^(https?:|mailto:|tel:)/i.test(text)) return text;
  return /^[^\s/]+@[^\s/]+$/.test(text) ? `mailto:${text}` : `https://${text}`;
}

function linkWindow(editor, id) {
  const dialog = document.querySelector(`[data-link-window="${id}"]`);
  const input = dialog.querySelector("input");
  const remove = dialog.querySelector("[data-remove-link]");
  input.value = editor.getAttributes("link").href ?? "";
  remove.hidden = !editor.isActive("link");
  const done = (change) => {
    dialog.close();
    change(editor.chain().focus().extendMarkRange("link")).run();
  };
  const apply = () => {
    const href = address(input.value);
    if (!href) return done((chain) => chain.unsetLink());
    if (editor.state.selection.empty && !editor.isActive("link")) {
      const mark = { type: "link", attrs: { href } };
      return done((chain) => chain.insertContent({ type: "text", text: input.value.trim(), marks: [mark] }));
    }
    return done((chain) => chain.setLink({ href }));
  };
  dialog.querySelector("[data-apply-link]").onclick = apply;
  remove.onclick = () => done((chain) => chain.unsetLink());
  input.onkeydown = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    apply();
  };
  dialog.onclose = () => editor.commands.focus();
  dialog.showModal();
  input.select();
}

/** Return the editor that took over *textarea*, or undefined while it is a plain one. */
export function editorOf(textarea) {
  return editors.get(textarea);
}

/** Select the blank number *index* in the text of *textarea*, ready to be typed over. */
export function goToBlank(textarea, index) {
  const blank = blanksOf(editors.get(textarea).state.doc)[index];
  if (blank) goTo(textarea, blank);
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
  if (blank) goToBlank(textarea, 0);
  else editors.get(textarea).commands.focus();
});
