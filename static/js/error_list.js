// Puts a refused form's errors at their places; the text and the files stay untouched.

import { editorOf } from "./editor.js";

/** Show the errors of the page *html*; tell whether it held any. */
export function showErrors(html, body) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const places = [...page.querySelectorAll("[data-errors]")];
  if (!places.some((place) => place.children.length)) return false;
  page.querySelector("[data-error-summary]")?.removeAttribute("autofocus");
  document.dispatchEvent(new CustomEvent("page:refused", { detail: { page } }));
  for (const place of places) {
    document.getElementById(place.id)?.replaceChildren(...place.childNodes);
  }
  const { dom } = editorOf(body).view;
  const wrong = document.getElementById(`${body.id}_error`);
  dom.setAttribute("aria-invalid", String(wrong !== null));
  if (wrong) dom.setAttribute("aria-describedby", wrong.id);
  document.querySelector("[data-error-summary]")?.focus();
  return true;
}
