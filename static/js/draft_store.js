// Keeps what is typed: a draft in the portal, and a copy on this computer until the portal has it.

import { editorOf } from "./editor.js";
import { clock, freshenToken, offerSignIn, pageData, say, signedOut } from "./portal.js";
import { Retry } from "./retry.js";
import { signInAgain } from "./sign_in_again.js";

const SAVE_AFTER = 1500;
/** Without an answer for so long, a save is given up and tried again. */
const ANSWER_WITHIN = 30000;
/** Browsers refuse a longer request that is to outlive its page. */
const MOST_ON_LEAVING = 20000;

/** The copy on this computer: bridges what the server has not confirmed yet. */
function localCopy(ticket) {
  const name = `portal-draft:${document.body.dataset.person}:${ticket}`;
  return {
    read() {
      try {
        return JSON.parse(localStorage.getItem(name));
      } catch {
        return null;
      }
    },
    write(copy) {
      try {
        localStorage.setItem(name, JSON.stringify(copy));
      } catch {
        // A full or forbidden store: the server's draft still holds the text.
      }
    },
    clear: () => localStorage.removeItem(name),
  };
}

function wordsOf(html) {
  return new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
}

/** The portal read the text and said why it does not keep it. */
class Refused extends Error {}

export class DraftStore {
  #form;
  #body;
  #copy;
  #line = document.querySelector("[data-saved-line]");
  #timer = 0;
  #saving = null;
  #unsaved = false;
  #retry = new Retry(() => this.save());

  /** While a reply is being sent, nothing is saved. */
  isPaused = false;

  constructor(form) {
    this.#form = form;
    this.#body = form.elements.namedItem("body");
    this.#copy = localCopy(form.dataset.ticket);
  }

  /** Write the text into the copy on this computer. */
  keep() {
    const type = this.#form.elements.namedItem("body_type").value;
    this.#copy.write({ body: this.#body.value, type, at: Date.now() });
  }

  /** Keep a text on this computer that the portal is still to save. */
  keepUnsaved() {
    this.#unsaved = true;
    this.keep();
  }

  /** Take in that the text changed: keep it here at once, and in the portal soon. */
  changed() {
    this.keepUnsaved();
    this.#saveIn(SAVE_AFTER);
  }

  /** Save in the portal what is not saved yet; *leaving* when the page may be gone at once. */
  async save({ leaving = false } = {}) {
    clearTimeout(this.#timer);
    if (!this.#unsaved || this.isPaused) return;
    if (this.#saving) {
      this.#saveIn(SAVE_AFTER);
      return;
    }
    this.#unsaved = false;
    this.#saving = this.#store(leaving);
    await this.#saving;
    this.#saving = null;
  }

  /** Plan no further save, and wait for the one that is on its way. */
  async settle() {
    clearTimeout(this.#timer);
    await this.#saving;
  }

  /** Wait for the save that is on its way, if there is one. */
  async whenIdle() {
    await this.#saving;
  }

  /** Go on with the draft that a file of this page was put into. */
  adopt({ submission_key: key, revision, draft }) {
    const fields = this.#form.elements;
    if (fields.namedItem("submission_key").value !== key) {
      fields.namedItem("submission_key").value = key;
      fields.namedItem("revision").value = revision;
    }
    this.#offerDiscard(draft);
  }

  /** Go on after a reply was not taken: what is not saved yet is saved, else no copy is needed. */
  resume() {
    if (this.#unsaved) this.#saveIn(SAVE_AFTER);
    else this.#copy.clear();
  }

  /** Drop the copy on this computer: the portal has the text. */
  forget() {
    this.#copy.clear();
  }

  /** Offer the copy on this computer where its words differ from the text of the page. */
  offerCopy() {
    const kept = this.#copy.read();
    const bar = document.querySelector("[data-kept-copy]");
    if (!kept?.body) return;
    if (wordsOf(kept.body) === wordsOf(this.#body.value)) {
      this.#copy.clear();
      return;
    }
    const close = () => {
      bar.hidden = true;
      editorOf(this.#body).commands.focus("end");
    };
    bar.hidden = false;
    const words = pageData.words.kept_copy.replace("{time}", clock(new Date(kept.at)));
    say(bar.querySelector("[data-kept-words]"), words);
    bar.querySelector("[data-use-copy]").addEventListener("click", () => {
      this.#body.dispatchEvent(new CustomEvent("editor:replace", { detail: { html: kept.body, type: kept.type } }));
      close();
    });
    bar.querySelector("[data-drop-copy]").addEventListener("click", () => {
      this.#copy.clear();
      close();
    });
  }

  #saveIn(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), milliseconds);
  }

  async #store(leaving) {
    const written = this.#body.value;
    try {
      const answer = await this.#post(leaving);
      if (signedOut(answer.status) || answer.type === "opaqueredirect") {
        this.#failed();
        offerSignIn(this.#line, this.#form.dataset.loginUrl);
        signInAgain();
        return;
      }
      this.#take(await answer.json());
      if (this.#body.value === written) this.#copy.clear();
    } catch (error) {
      this.#failed();
      const words = error instanceof Refused ? error.message : pageData.words.kept_here;
      say(this.#line, words.replace("{time}", clock()));
      this.#line.classList.add("worried");
    }
  }

  #failed() {
    this.#unsaved = true;
    this.#retry.later();
  }

  #post(leaving) {
    freshenToken(this.#form);
    const data = new FormData(this.#form);
    data.delete("attachments");
    data.set("person", document.body.dataset.person);
    if (leaving) data.set("leaving", "1");
    return fetch(this.#form.dataset.autosaveUrl, {
      method: "POST",
      body: data,
      keepalive: leaving && this.#body.value.length < MOST_ON_LEAVING,
      redirect: "manual",
      signal: AbortSignal.timeout(ANSWER_WITHIN),
      headers: { Accept: "application/json", "HX-Request": "true" },
    });
  }

  #take(saved) {
    if (!saved.saved) throw new Refused(saved.label);
    this.#retry.done();
    const fields = this.#form.elements;
    fields.namedItem("revision").value = saved.revision;
    fields.namedItem("submission_key").value = saved.submission_key;
    say(this.#line, saved.label);
    this.#line.classList.remove("worried");
    this.#offerDiscard(saved.draft);
    this.#form.dispatchEvent(new CustomEvent("draft:saved", { detail: saved }));
  }

  /** Let the button below the reply throw away this very draft; none where there is none. */
  #offerDiscard(draft) {
    const discard = document.querySelector("[data-discard]");
    if (!discard || draft === undefined) return;
    discard.hidden = !draft;
    discard.querySelector("[name=draft]").value = draft;
  }
}
