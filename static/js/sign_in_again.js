// Signing in again over the page: where the session ended, text, files and place stay as they are.
// A code as the second step is asked for here as well; for anything else the sign-in's own page opens
// beside this one, which waits.

import { csrfToken, signedOut } from "./portal.js";

const dialog = document.querySelector("[data-sign-in-again]");
const BY_A_PERSON = new Set(["click", "submit", "input", "change", "picker:ask"]);
const HEARD = { "HX-Request": "true" };
/** The window comes only once no key was pressed for so long: no letter falls into the password. */
const PAUSE_IN_TYPING = 400;

let waiting = null;
let lastKey = -PAUSE_IN_TYPING;
const asking = new WeakSet();

/**
 * Tell who is signed in: "same" as the page's person, "other", or "nobody"; "halfway" where it is
 * the page's person, who has to set up a second step first.
 */
async function who() {
  const answer = await fetch(dialog.dataset.sessionUrl, { headers: HEARD, redirect: "manual" });
  const isSame = answer.headers.get("X-Person") === document.body.dataset.person;
  if (answer.status === 401) return isSame ? "halfway" : "nobody";
  if (answer.status !== 204) throw new Error(answer.status);
  return isSame ? "same" : "other";
}

function tell(words) {
  const line = dialog.querySelector("[data-sign-in-error]");
  line.textContent = words;
  line.hidden = !words;
}

/** The words by which the sign-in page refuses. */
function refusal(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const said = [...page.querySelectorAll("[data-error-summary] li, [data-too-fast]")];
  return [...new Set(said.map((one) => one.textContent.trim()))].join(" ");
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

/** The form of a page of the sign-in; null where that page leads elsewhere. */
async function formAt(address, which) {
  const page = await fetch(address, { redirect: "manual" });
  const html = page.status === 200 ? await page.text() : "";
  return new DOMParser().parseFromString(html, "text/html").querySelector(which);
}

/** Post what was typed to a page of the sign-in; return the words by which it refuses, if any. */
async function post(address, which, typed) {
  const there = await formAt(address, which);
  if (!there) return "";
  const data = new FormData(typed);
  data.set("csrfmiddlewaretoken", there.querySelector("[name=csrfmiddlewaretoken]").value);
  const answer = await fetch(address, { method: "POST", body: data, redirect: "manual" });
  return [422, 429].includes(answer.status) ? refusal(await answer.text()) : "";
}

function fieldOf(step) {
  return dialog.querySelector(step === 2 ? "[name=code]" : "[name=password]");
}

/** Ask for the password, or for the code of the second step. */
function askFor(step) {
  for (const part of dialog.querySelectorAll("[data-step]")) {
    part.hidden = part.dataset.step !== String(step);
    for (const field of part.querySelectorAll("input")) field.disabled = part.hidden;
  }
}

function isAtCode() {
  return !fieldOf(2).disabled;
}

/** Sign in by what was typed; return "" where it went well, else what to say. */
async function signIn(form) {
  const { loginUrl, secondStepUrl, oneMore, elsewhere } = dialog.dataset;
  if (await who() === "other") await signOutOther();
  const words = isAtCode()
    ? await post(secondStepUrl, "[data-second-step]", form)
    : await post(loginUrl, "[data-sign-in]", form);
  if (words || await who() === "same") return words;
  if (await formAt(secondStepUrl, "[data-second-step]")) {
    askFor(2);
    return oneMore;
  }
  askFor(1);
  window.open(loginUrl, "_blank", "noopener");
  return elsewhere;
}

function forgetTyped() {
  for (const field of dialog.querySelectorAll("[name=password], [name=code]")) field.value = "";
}

async function submitted(event) {
  event.preventDefault();
  const button = dialog.querySelector("[type=submit]");
  if (button.ariaDisabled === "true") return;
  button.ariaDisabled = "true";
  let words = dialog.dataset.noAnswer;
  try {
    words = await signIn(event.target);
  } catch {
    // Said below.
  }
  button.ariaDisabled = "false";
  forgetTyped();
  tell(words);
  if (words) fieldOf(isAtCode() ? 2 : 1).focus();
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

async function pauseInTyping() {
  const left = lastKey + PAUSE_IN_TYPING - performance.now();
  if (left <= 0) return;
  await new Promise((resolve) => { setTimeout(resolve, left); });
  await pauseInTyping();
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
  await pauseInTyping();
  // Another tab may have signed them in meanwhile.
  if (waiting?.promise !== promise) return promise;
  tell(dialog.dataset[now] ?? "");
  const field = document.activeElement?.closest?.(".editor")?.querySelector("textarea[data-editor]");
  dialog.addEventListener("close", () => {
    forgetTyped();
    field?.dispatchEvent(new CustomEvent("editor:insert", { detail: { html: "" } }));
    finish(false);
  }, { once: true });
  askFor(1);
  dialog.showModal();
  const elsewhere = dialog.querySelector("[data-sign-in-elsewhere]");
  (now === "halfway" || !fieldOf(1) ? elsewhere : fieldOf(1)).focus();
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
  document.addEventListener("keydown", (event) => {
    if (event.key.length === 1) lastKey = performance.now();
  }, { capture: true });
  // Before anything else hears of it: what is not sent yet has not been sent.
  window.addEventListener("submit", sendOnceSignedIn, { capture: true });
  document.body.addEventListener("htmx:responseError", askAnew);
}
