// Inserts the canned response that the command box names, by way of what the picker would be told.

import { insertOption } from "./insertion.js";
import { PickerList } from "./picker_list.js";
import { csrfToken } from "./portal.js";
import { askAsPerson } from "./sign_in_again.js";

/** Ask as the picker does; its answer holds the texts filled for this ticket. */
async function ask(input, query) {
  const { form } = input;
  const data = new URLSearchParams({ q: query });
  const snapshot = form.elements.namedItem("snapshot");
  if (snapshot) data.set("snapshot", snapshot.value);
  const answer = await askAsPerson(() => fetch(input.getAttribute("hx-post"), {
    method: "POST",
    body: data,
    redirect: "manual",
    headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" },
  }));
  if (answer.status !== 200) throw new Error(answer.status);
  return new DOMParser().parseFromString(await answer.text(), "text/html").body;
}

async function insert(input, { number, query }) {
  const results = document.createElement("div");
  try {
    results.append(...(await ask(input, query)).childNodes);
  } catch {
    // Said by the picker itself, below.
  }
  const option = [...results.querySelectorAll("[data-option]")].find(({ value }) => value === number);
  if (option && option.ariaDisabled !== "true") {
    await insertOption(input.form, new PickerList(document.createElement("input"), results), option);
    return;
  }
  // Not offered for this ticket, or the portal does not answer: the picker shows what there is.
  input.value = query;
  input.form.dispatchEvent(new CustomEvent("picker:open"));
}

/** Let the picker in *box* insert the text that the command box names. */
export function insertByNumber(box) {
  box.addEventListener("picker:insert", ({ detail }) => {
    insert(box.querySelector("[data-picker-query]"), detail);
  });
}
