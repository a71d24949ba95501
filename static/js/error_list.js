// Puts a refused form's errors at their places; the text and the files stay untouched.

import { editorOf } from "./editor.js";

/** Show the errors of the page *html*; tell whether it held any. */
export function showErrors(html, body) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const places = [...page.querySelectorAll("[data-errors]")];
  if (!places.some((place) => place.children.length)) return false;
  page.querySelector("[data-error-summary]")?.removeAttribute("autofocus");
  takeRole(page.querySelector("[data-before-sending]"), document.querySelector("[data-before-sending]"));
  document.dispatchEvent(new CustomEvent("page:refused", { detail: { page } }));
  for (const place of places) {
    document.getElementById(place.id)?.replaceChildren(...place.childNodes);
  }
  const { dom } = editorOf(body).view;
  const wrong = document.getElementById(`${body.id}_error`);
  dom.setAttribute("aria-invalid", String(wrong !== null));
  if (wrong) dom.setAttribute("aria-describedby", wrong.id);
  lookAtErrors();
  return true;
}

/** Let the box of what is asked be an alert, and take the cursor, where it is that in the answer. */
function takeRole(answered, shown) {
  for (const name of ["role", "data-error-summary"]) {
    if (answered?.hasAttribute(name)) shown?.setAttribute(name, answered.getAttribute(name));
    else shown?.removeAttribute(name);
  }
}

/** Let the errors and what is asked below them be seen: from their end, or else from their beginning. */
function lookAtErrors() {
  const summary = document.querySelector("[data-error-summary]");
  const place = document.querySelector("[data-before-sending]");
  summary?.focus({ preventScroll: true });
  place?.scrollIntoView({ block: "end" });
  const list = place?.closest("[data-composer-scroll]");
  const top = list ? Math.max(0, list.getBoundingClientRect().top) : 0;
  if (summary && summary.getBoundingClientRect().top < top) summary.scrollIntoView({ block: "start" });
}
