// Signing in again over the page: where the session ended, text, files and place stay as they are.
// Where the sign-in takes more than a password, or none, its own page opens beside this one, which
// waits.

import { csrfToken, signedOut } from "./portal.js";

const dialog = document.querySelector("[data-sign-in-again]");
const BY_A_PERSON = new Set(["click", "submit", "input", "change", "picker:ask"]);
const HEARD = { "HX-Request": "true" };

let waiting = null;
const asking = new WeakSet();

/** Tell who is signed in: "same" as the page's person, "other", or "nobody". */
async function who() {
  const answer = await fetch(dialog.dataset.sessionUrl, { headers: HEARD, redirect: "manual" });
  if (answer.status === 401) return "nobody";
  if (answer.status !== 204) throw new Error(answer.status);
  return answer.headers.get("X-Person") === document.body.dataset.person ? "same" : "other";
}

function tell(words) {
  const line = dialog.querySelector("[data-sign-in-error]");
  line.textContent = words;
  line.hidden = !words;
}

/** The words by which the sign-in page refuses. */
function refusal(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const said = [...page.querySelectorAll("[data-error-summary] li")].map((one) => one.textContent.trim());
  return [...new Set(said)].join(" ");
}

/** Go on with the page: its forms have the token of the session that ended. */
function takeToken() {
  const token = csrfToken();
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
}

async function signOutOther() {
  const headers = { "X-CSRFToken": csrfToken() };
  await fetch(dialog.dataset.logoutUrl, { method: "POST", headers, redirect: "manual" });
}

/** Post what was typed to the sign-in page; return "" where it went well, else what to say. */
async function signIn(form) {
  const address = dialog.dataset.loginUrl;
  if (await who() === "other") await signOutOther();
  const page = await fetch(address, { redirect: "manual" });
  const html = page.status === 200 ? await page.text() : "";
  const there = new DOMParser().parseFromString(html, "text/html").querySelector("[data-sign-in]");
  if (there) {
    const data = new FormData(form);
    data.set("csrfmiddlewaretoken", there.querySelector("[name=csrfmiddlewaretoken]").value);
    const answer = await fetch(address, { method: "POST", body: data, redirect: "manual" });
    const words = [422, 429].includes(answer.status) ? refusal(await answer.text()) : "";
    if (words) return words;
  }
  if (await who() === "same") return "";
  window.open(address, "_blank", "noopener");
  return dialog.dataset.elsewhere;
}

async function submitted(event) {
  event.preventDefault();
  const button = dialog.querySelector("[type=submit]");
  if (button.ariaDisabled === "true") return;
  button.ariaDisabled = "true";
  const password = dialog.querySelector("[name=password]");
  let words = dialog.dataset.noAnswer;
  try {
    words = await signIn(event.target);
  } catch {
    // Said below.
  }
  button.ariaDisabled = "false";
  password.value = "";
  tell(words);
  if (words) password.focus();
  else finish(true);
}

/** Close the window; *isDone* where the page's own person is signed in again. */
function finish(isDone) {
  const resolve = waiting?.resolve;
  waiting = null;
  if (dialog.open) dialog.close();
  if (isDone) {
    takeToken();
    document.dispatchEvent(new CustomEvent("portal:signed-in"));
  }
  resolve?.(isDone);
}

/** Coming back from another tab, where the sign-in may have been finished. */
async function lookAgain() {
  if (!waiting || document.visibilityState === "hidden") return;
  const now = await who().catch(() => "nobody");
  if (waiting && now === "same") finish(true);
}

/** Ask the page's person to sign in; true once they have, false where they would rather not. */
export async function signInAgain() {
  if (!dialog) return false;
  if (waiting) return waiting.promise;
  let resolve = null;
  const promise = new Promise((done) => { resolve = done; });
  waiting = { promise, resolve };
  const now = await who().catch(() => "unknown");
  if (now === "same" || now === "unknown") {
    finish(false);
    return false;
  }
  tell(now === "other" ? dialog.dataset.other : "");
  const field = document.activeElement?.closest?.(".editor")?.querySelector("textarea[data-editor]");
  const password = dialog.querySelector("[name=password]");
  dialog.addEventListener("close", () => {
    if (password) password.value = "";
    field?.dispatchEvent(new CustomEvent("editor:insert", { detail: { html: "" } }));
    finish(false);
  }, { once: true });
  dialog.showModal();
  (password ?? dialog.querySelector("[data-sign-in-elsewhere]")).focus();
  return promise;
}

/** Return the answer to *ask*, which is asked once more where its person had to sign in again. */
export async function askAsPerson(ask) {
  const answer = await ask();
  return signedOut(answer.status) && (await signInAgain()) ? ask() : answer;
}

/** Ask anew what a person asked for when nobody was signed in; what a page asks by itself waits. */
async function askAnew(event) {
  const { xhr, requestConfig: asked } = event.detail;
  if (xhr.status !== 401 || !BY_A_PERSON.has(asked.triggeringEvent?.type)) return;
  if (!(await signInAgain()) || !asked.elt.isConnected) return;
  const { elt: source, target, triggeringEvent } = asked;
  htmx.ajax(asked.verb, asked.path, { source, target, event: triggeringEvent });
}

/** Let a form with a text be sent only once its person is signed in. */
async function sendOnceSignedIn(event) {
  const form = event.target;
  const isText = form.method === "post" && form.querySelector("textarea");
  if (!isText || event.defaultPrevented || "compose" in form.dataset) return;
  if (form.dataset.signedIn) {
    delete form.dataset.signedIn;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  // A second press while the first is being asked for is the same one.
  if (asking.has(form)) return;
  asking.add(form);
  const now = await who().catch(() => "same");
  const isToSend = now === "same" || (await signInAgain());
  asking.delete(form);
  if (!isToSend) return;
  form.dataset.signedIn = "1";
  form.requestSubmit(event.submitter?.isConnected ? event.submitter : undefined);
}

if (dialog) {
  dialog.querySelector("form")?.addEventListener("submit", submitted);
  for (const kind of ["focus", "pageshow"]) window.addEventListener(kind, lookAgain);
  document.addEventListener("visibilitychange", lookAgain);
  // Before anything else hears of it: what is not sent yet has not been sent.
  window.addEventListener("submit", sendOnceSignedIn, { capture: true });
  document.body.addEventListener("htmx:responseError", askAnew);
}
