// Puts a canned response into the reply, and keeps whence the words and files came.

import { goAbove } from "./caret.js";
import { editorOf } from "./editor.js";
import { fillIn, joinText } from "./fill_in.js";
import { showLeftOut } from "./left_out.js";
import { pageData } from "./portal.js";
import { chooseStatus } from "./status_choice.js";

/** Let the files of a text join the reply, each once. */
function addFiles(form, files) {
  const list = form.querySelector("[data-canned-files]");
  for (const file of files?.children ?? []) {
    const known = list.querySelector(`[data-canned-file="${file.dataset.cannedFile}"]`);
    if (!known) list.append(file.cloneNode(true));
  }
}

/** Keep in the form which version of which text was inserted; the first one is what it started from. */
function keepOrigin(form, number, { version, status, answers }) {
  const { canned_response: response, canned_version: first } = form.elements;
  if (!response.value) {
    response.value = number;
    first.value = version;
    if (status) chooseStatus(form, status.querySelector("option"));
  }
  const kept = document.createElement("input");
  Object.assign(kept, { type: "hidden", name: "inserted", value: version });
  form.querySelector("[data-inserted]").append(kept);
  if (answers) keepAnswers(form.elements.answers, version, answers);
}

/** Keep how the questions of a version were answered: what is the customer's own in the text. */
function keepAnswers(field, version, answers) {
  field.value = JSON.stringify({ ...JSON.parse(field.value || "{}"), [version]: answers });
}

/** Let the spelling be checked in the language of what is inserted. */
function speak(form, language) {
  const textarea = form.querySelector("textarea[data-editor]");
  textarea.dispatchEvent(new CustomEvent("editor:language", { detail: { language } }));
}

/** Put the cursor back into the text, with *html* inserted there where it is given, if so *apart*. */
export function returnToText(form, html = "", apart = false) {
  const textarea = form.querySelector("textarea[data-editor]");
  textarea.dispatchEvent(new CustomEvent("editor:insert", { detail: { html, apart } }));
}

/** Ask what the text needs, and leave out of it what the reply has already. */
function filled(form, number, option, kept) {
  if ("asks" in option.dataset) return fillIn(form, number, kept);
  const body = form.elements.body.value.trim();
  return body ? joinText(form, number, kept) : kept;
}

/** Insert the filled *text* at the cursor and offer what was left out of it. */
function putIn(form, text) {
  const editor = editorOf(form.querySelector("textarea[data-editor]"));
  if (text && editor) goAbove(editor, text.above);
  const from = editor?.state.selection.to;
  const after = editor && editor.state.doc.content.size - from;
  returnToText(form, text?.html, Object.keys(text?.left_out ?? {}).length > 0);
  if (!text || !editor) return;
  showLeftOut(form, { ...text, from, to: editor.state.doc.content.size - after, doc: editor.state.doc });
}

/** Insert the text of *option* from *list*; where the person cancels, only the cursor returns. */
export async function insertOption(form, list, option) {
  const number = option.value;
  const holder = document.createElement("div");
  holder.append(list.filled(option));
  const files = list.filesOf(option);
  const status = list.statusOf(option);
  const kept = { html: holder.innerHTML, version: option.dataset.version, files };
  const text = await filled(form, number, option, kept);
  if (text) {
    keepOrigin(form, number, { version: text.version, status, answers: text.answers });
    addFiles(form, files);
    speak(form, option.dataset.language);
    pageData.meant.push(...(option.dataset.meant?.split("\n") ?? []));
  }
  putIn(form, text);
}
