// The status a ticket gets after the reply: a choice that joins the button to send.

import { pageData } from "./portal.js";
import { plannedFor } from "./send_later.js";

function choiceOf(form) {
  return form.querySelector("[data-status-after]");
}

/** Choose the status of *option*, which a canned response names; it is offered from now on. */
export function chooseStatus(form, option) {
  const choice = choiceOf(form);
  if (![...choice.options].some(({ value }) => value === option.value)) {
    choice.append(option.cloneNode(true));
  }
  choice.value = option.value;
  choice.closest("[data-status-choice]").hidden = false;
  choice.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Say what sending does: at once or at the chosen time, and which status it sets. */
export function sendWords(form) {
  const { words } = pageData;
  const choice = choiceOf(form);
  const when = plannedFor(form);
  if (!choice?.value) return when ? words.send_later.replace("{when}", () => when) : words.send;
  const both = when ? words.send_later_and_set : words.send_and_set;
  return both.replace("{when}", () => when).replace("{status}", () => choice.selectedOptions[0].text);
}

/** Let the choice follow what the portal offers after it refused a reply. */
export function followStatus(form) {
  const choice = choiceOf(form);
  document.addEventListener("page:refused", ({ detail: { page } }) => {
    const told = page.querySelector("[data-status-after]");
    if (!told) return;
    const { value } = choice;
    choice.replaceChildren(...told.cloneNode(true).options);
    choice.value = [...choice.options].some((option) => option.value === value) ? value : "";
    choice.closest("[data-status-choice]").hidden = choice.options.length < 2;
  });
}
