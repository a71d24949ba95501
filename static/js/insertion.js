// Puts a canned response into the reply, and keeps whence the words and files came.

import { fillIn } from "./fill_in.js";
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

/** Put the cursor back into the text, with *html* inserted there where it is given. */
export function returnToText(form, html = "") {
  const textarea = form.querySelector("textarea[data-editor]");
  textarea.dispatchEvent(new CustomEvent("editor:insert", { detail: { html } }));
}

/** Insert the text of *option* from *list*; where the person cancels, only the cursor returns. */
export async function insertOption(form, list, option) {
  const number = option.value;
  const holder = document.createElement("div");
  holder.append(list.filled(option));
  const files = list.filesOf(option);
  const status = list.statusOf(option);
  const kept = { html: holder.innerHTML, version: option.dataset.version, files };
  const text = "asks" in option.dataset ? await fillIn(form, number, kept) : kept;
  if (text) {
    keepOrigin(form, number, { version: text.version, status, answers: text.answers });
    addFiles(form, files);
    pageData.meant.push(...(option.dataset.meant?.split("\n") ?? []));
  }
  returnToText(form, text?.html);
}
