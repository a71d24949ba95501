// Sends the reply without leaving the page, so that a failure costs no text and no file.

import { showErrors } from "./error_list.js";
import { leadToHalfFilled } from "./half_filled.js";
import { freshenToken, offerSignIn, pageData, say, signedOut } from "./portal.js";
import { signInAgain } from "./sign_in_again.js";
import { followStatus, sendWords } from "./status_choice.js";

const THEN_NEXT = "portal-then-next";

/** Keep on this computer whether the person wants the next ticket after sending. */
function rememberChoice(box) {
  box.checked ||= localStorage.getItem(THEN_NEXT) !== null;
  box.addEventListener("change", () => {
    if (box.checked) localStorage.setItem(THEN_NEXT, "1");
    else localStorage.removeItem(THEN_NEXT);
  });
}

/** Tell whether *address* is where a reply that was taken leads to. */
function leadsOn(address) {
  return /^\/(?:replies|next)\//.test(new URL(address, location.href).pathname);
}

export class Sender {
  #form;
  #drafts;
  #unfinished;
  #files;
  #line;
  #label;
  #thenNext;
  #isWaiting = false;

  isSending = false;

  constructor(form, { drafts, unfinished, files }) {
    this.#form = form;
    this.#drafts = drafts;
    this.#unfinished = unfinished;
    this.#files = files;
    this.button = form.querySelector("[data-send]");
    this.#label = this.button.querySelector("[data-send-words]");
    this.#line = form.querySelector("[data-send-line]");
    this.#thenNext = form.querySelector("[data-then-next]");
    rememberChoice(this.#thenNext);
    followStatus(form);
    this.showLabel();
  }

  /**
   * Send the reply, unless it is on its way already, a blank is left or a file is missing; what
   * follows is its page, or with *thenNext*, as well as by choice, the next ticket. With *asks* it
   * waits for a colleague's approval.
   */
  async send({ thenNext = false, asks = false } = {}) {
    if (this.isSending || this.#isWaiting) return;
    this.#line.classList.remove("worried");
    say(this.#line, "");
    if (!this.#isReady()) return;
    if (this.#files.isUnderWay && !(await this.#filesCame() && this.#isReady())) return;
    this.#setSending(true);
    this.#drafts.keep();
    await this.#drafts.settle();
    this.#post({ thenNext, asks });
  }

  /** Say on the button what pressing it does. */
  showLabel() {
    const isUnderWay = this.isSending || this.#isWaiting;
    say(this.#label, isUnderWay ? pageData.words.sending : sendWords(this.#form));
  }

  /** Tell whether nothing in the page keeps the reply from leaving; else lead to what does. */
  #isReady() {
    if (this.#unfinished.show()) {
      this.#unfinished.leadToFirst();
      return false;
    }
    // Left to itself the reply would leave at once: the browser gives such a time out as none.
    if (leadToHalfFilled(this.#form)) return false;
    if (!this.#files.leadToFault()) return true;
    say(this.#line, pageData.words.files_left);
    this.#line.classList.add("worried");
    return false;
  }

  /** Wait for the files that are under way; false where the person would rather not send yet. */
  async #filesCame() {
    this.#setWaiting(true);
    const hold = document.createElement("button");
    Object.assign(hold, { type: "button", className: "link-button" });
    hold.textContent = pageData.words.hold;
    this.#line.replaceChildren(`${pageData.words.waits_for_files} `, hold);
    const held = new Promise((resolve) => {
      hold.addEventListener("click", () => resolve(false));
    });
    const came = this.#files.settled().then(() => true);
    const isToSend = await Promise.race([came, held]);
    this.#setWaiting(false);
    say(this.#line, "");
    if (!isToSend) this.button.focus();
    return isToSend;
  }

  #setWaiting(on) {
    this.#isWaiting = on;
    this.button.setAttribute("aria-disabled", String(on));
    this.showLabel();
  }

  #setSending(on) {
    this.isSending = on;
    this.#drafts.isPaused = on;
    this.button.setAttribute("aria-disabled", String(on));
    this.showLabel();
  }

  #post({ thenNext, asks }) {
    const data = new FormData(this.#form);
    if (thenNext) data.set(this.#thenNext.name, this.#thenNext.value);
    if (asks) data.set("approval", "ask");
    const request = new XMLHttpRequest();
    request.open("POST", this.#form.action);
    request.setRequestHeader("X-CSRFToken", freshenToken(this.#form));
    request.setRequestHeader("HX-Request", "true");
    // Nothing is sent under the name of somebody who signed in here meanwhile.
    request.setRequestHeader("X-Person", document.body.dataset.person);
    request.addEventListener("error", () => this.#fail());
    request.addEventListener("timeout", () => this.#fail());
    request.addEventListener("load", () => this.#answered(request, { thenNext, asks }));
    request.send(data);
  }

  #answered(request, wish) {
    const to = request.getResponseHeader("HX-Redirect") ?? request.responseURL;
    if (signedOut(request.status, to)) {
      this.#setSending(false);
      this.#drafts.keepUnsaved();
      offerSignIn(this.#line, this.#form.dataset.loginUrl);
      // The same Send goes on, under the same one-time key, and for approval where that was wished.
      signInAgain().then((isDone) => isDone && this.send(wish));
    } else if (request.status < 300 && leadsOn(to)) {
      this.#drafts.forget();
      location.assign(to);
    } else if (showErrors(request.responseText, this.#form.elements.namedItem("body"))) {
      this.#setSending(false);
      this.#drafts.resume();
    } else {
      this.#fail();
    }
  }

  #fail() {
    this.#setSending(false);
    say(this.#line, pageData.words.no_answer);
    this.#line.classList.add("worried");
    this.#drafts.keepUnsaved();
  }
}
