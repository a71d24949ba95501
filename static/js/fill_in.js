// The small window that asks for what a canned response needs; Escape inserts nothing.

import { onAltKey } from "./offer_key.js";
import { csrfToken } from "./portal.js";
import { askAsPerson } from "./sign_in_again.js";

const dialog = document.querySelector("dialog[data-fill-in]");

function ask(form, number, answers) {
  return askAsPerson(() => post(form, number, answers));
}

function post(form, number, answers) {
  const data = new FormData(answers ?? undefined);
  data.set("insert", number);
  data.set("snapshot", form.elements.snapshot?.value ?? "");
  // What is written so far: a greeting that is there already is not inserted again.
  for (const name of ["body", "body_type"]) data.set(name, form.elements[name].value);
  if (answers) data.set("answered", "1");
  return fetch(form.dataset.join ?? dialog.dataset.fillIn, {
    method: "POST",
    body: data,
    redirect: "manual",
    headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" },
  });
}

/** Show the questions, with the first one to answer ready to be typed in. */
function show(html) {
  dialog.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  if (!dialog.open) dialog.showModal();
  const first = "input:checked, input:not([type=radio], [type=hidden]), select";
  (dialog.querySelector("[aria-invalid=true]") ?? dialog.querySelector(first))?.focus();
}

/** Put what the conversation has into the field it is offered for. */
function takeOffer(button) {
  const field = document.getElementById(button.dataset.offerFor);
  field.value = button.dataset.offer;
  field.focus();
}

/** The offer after the one that the field has now: the same keys again lead to each of them. */
function following(offers, value) {
  const at = offers.findIndex((button) => button.dataset.offer === value);
  return offers[(at + 1) % offers.length];
}

dialog?.addEventListener("click", (event) => {
  const button = event.target.closest("[data-offer]");
  if (button) takeOffer(button);
});

onAltKey("KeyI", (event) => {
  const { id } = event.target;
  const own = id && dialog?.open ? dialog.querySelectorAll(`[data-offer-for="${CSS.escape(id)}"]`) : [];
  if (own.length) takeOffer(following([...own], event.target.value));
  return own.length > 0;
});

function questions(answer) {
  return [200, 422].includes(answer.status) && answer.headers.get("Content-Type").startsWith("text/html");
}

/** Return the text of canned response *number* as it joins what is written; *kept* where nobody can be asked. */
export async function joinText(form, number, kept) {
  if (!dialog && !form.dataset.join) return kept;
  try {
    const answer = await ask(form, number, document.createElement("form"));
    return answer.ok && !questions(answer) ? { ...kept, ...await answer.json(), answers: null } : kept;
  } catch {
    return kept;
  }
}

/**
 * Ask for what the canned response *number* needs and return the text to insert, or null where the
 * person cancelled. Where the portal cannot be asked, *kept* goes in with its blanks: they stop the send.
 */
export async function fillIn(form, number, kept) {
  let answer;
  try {
    answer = await ask(form, number);
    if (!questions(answer)) return kept;
    show(await answer.text());
  } catch {
    return kept;
  }
  return new Promise((resolve) => {
    let result = null;
    const send = async (event) => {
      event.preventDefault();
      const button = dialog.querySelector("[type=submit]");
      if (button.getAttribute("aria-disabled") === "true") return;
      button.setAttribute("aria-disabled", "true");
      try {
        const told = await ask(form, number, event.target);
        if (questions(told)) return show(await told.text());
        result = told.ok ? await told.json() : kept;
      } catch {
        result = kept;
      }
      dialog.close();
    };
    dialog.addEventListener("submit", send);
    dialog.addEventListener("close", () => {
      dialog.removeEventListener("submit", send);
      dialog.replaceChildren();
      resolve(result);
    }, { once: true });
  });
}
