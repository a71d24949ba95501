// A note for the team: kept as it is typed, and never anything that the reply's Send would take.

import { say } from "./portal.js";
import { askAsPerson } from "./sign_in_again.js";

const KEEP_AFTER = 1200;

function post(form, length) {
  const data = new FormData(form);
  data.set("person", document.body.dataset.person);
  return fetch(form.dataset.keepUrl, {
    method: "POST", body: data, keepalive: length < 20_000, redirect: "manual",
    headers: { Accept: "application/json", "HX-Request": "true" },
  });
}

function wasKept(form, { key, seen, label }) {
  if (key) {
    form.elements.namedItem("note_key").value = key;
    form.elements.namedItem("note_seen").value = seen;
  }
  say(form.querySelector("[data-note-line]"), label);
}

/** Keep what is typed in *form* on the server. */
function keepTyped(form) {
  const text = form.querySelector("[data-note-text]");
  let timer = 0;
  let unsaved = false;
  let isAsking = false;
  let turn = Promise.resolve();
  // One after the other: each names the words that the one before it left.
  function keep() {
    clearTimeout(timer);
    turn = turn.then(ask);
  }
  async function ask() {
    if (!unsaved) return;
    unsaved = false;
    isAsking = true;
    try {
      const answer = await askAsPerson(() => post(form, text.value.length));
      wasKept(form, await answer.json());
    } catch {
      unsaved = true;
      timer = setTimeout(keep, KEEP_AFTER * 5);
    } finally {
      isAsking = false;
    }
  }
  text.addEventListener("input", () => {
    unsaved = true;
    clearTimeout(timer);
    timer = setTimeout(keep, KEEP_AFTER);
  });
  text.addEventListener("blur", keep);
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    unsaved = false;
    if (isAsking) {
      event.preventDefault();
      turn.then(() => form.requestSubmit(event.submitter));
      return;
    }
    // A second click while the first is on its way would only be told that it is.
    queueMicrotask(() => { form.querySelector("[type=submit]").disabled = true; });
  });
  // What sends the reply adds the note here, and reaches nothing that listens for the reply's keys.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    const add = form.querySelector("[type=submit]");
    if (!add.disabled) form.requestSubmit(add);
  });
}

const forms = document.querySelectorAll("form[data-note]");
forms.forEach(keepTyped);
document.querySelector("fieldset[data-acts]")?.addEventListener("change", (event) => {
  // Chosen with a pointer or the space bar, the text is where one goes on; arrows only look.
  if (event.target.value === "note" && !event.target.matches(":focus-visible")) {
    forms[0]?.querySelector("[data-note-text]").focus();
  }
});
