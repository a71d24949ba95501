// Sends the reply without leaving the page, so that a failure costs no text and no file.

import { showErrors } from "./error_list.js";
import { freshenToken, offerSignIn, pageData, say, signedOut } from "./portal.js";

export class Sender {
  #form;
  #drafts;
  #unfinished;
  #line;
  #progress;
  #label;

  isSending = false;

  constructor(form, drafts, unfinished) {
    this.#form = form;
    this.#drafts = drafts;
    this.#unfinished = unfinished;
    this.button = form.querySelector("[data-send]");
    this.#label = this.button.querySelector("[data-send-words]");
    this.#line = form.querySelector("[data-send-line]");
    this.#progress = form.querySelector("[data-upload-progress]");
  }

  /** Send the reply, unless it is on its way already or a blank is left. */
  async send() {
    if (this.isSending) return;
    this.#line.classList.remove("worried");
    say(this.#line, "");
    if (this.#unfinished.show()) {
      this.#unfinished.leadToFirst();
      return;
    }
    this.#setSending(true);
    this.#drafts.keep();
    await this.#drafts.settle();
    this.#post();
  }

  /** Say on the button what pressing it does. */
  showLabel() {
    const { words } = pageData;
    const ready = this.#form.elements.namedItem("send_at").value ? words.send_later : words.send;
    say(this.#label, this.isSending ? words.sending : ready);
  }

  #setSending(on) {
    this.isSending = on;
    this.#drafts.isPaused = on;
    this.button.setAttribute("aria-disabled", String(on));
    this.showLabel();
    this.#progress.hidden = !on || !this.#form.elements.namedItem("attachments").files.length;
  }

  #post() {
    const request = new XMLHttpRequest();
    request.open("POST", this.#form.action);
    request.setRequestHeader("X-CSRFToken", freshenToken(this.#form));
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      this.#progress.max = total;
      this.#progress.value = loaded;
    });
    request.addEventListener("error", () => this.#fail());
    request.addEventListener("timeout", () => this.#fail());
    request.addEventListener("load", () => this.#answered(request));
    request.send(new FormData(this.#form));
  }

  #answered(request) {
    const to = request.getResponseHeader("HX-Redirect") ?? request.responseURL;
    if (signedOut(request.status, to)) {
      this.#setSending(false);
      this.#drafts.keepUnsaved();
      offerSignIn(this.#line, this.#form.dataset.loginUrl);
    } else if (request.status < 300 && new URL(to, location.href).pathname.startsWith("/replies/")) {
      this.#drafts.forget();
      location.assign(to);
    } else if (showErrors(request.responseText, this.#form.elements.namedItem("body"))) {
      this.#setSending(false);
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
