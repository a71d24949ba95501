// The composer: keeps what is typed, and sends it without ever leaving the page with text at risk.

import { blanksOf, editorOf, goTo, goToBlank, unfinishedIn } from "./editor.js";
import { clock, csrfToken, say, signedOut } from "./portal.js";

const SAVE_AFTER = 1500;
const TRY_AGAIN_AFTER = 10000;
const form = document.querySelector("[data-compose]");

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

function start() {
  const words = form.dataset;
  const fields = form.elements;
  const body = fields.namedItem("body");
  const copy = localCopy(words.ticket);
  const savedLine = document.querySelector("[data-saved-line]");
  const sendButton = form.querySelector("[data-send]");
  const sendLine = form.querySelector("[data-send-line]");
  const progress = form.querySelector("[data-upload-progress]");
  const sendWords = sendButton?.querySelector("[data-send-words]");
  let timer = 0;
  let saving = null;
  let unsaved = false;
  let sending = false;

  const freshToken = () => {
    const token = csrfToken();
    fields.namedItem("csrfmiddlewaretoken").value = token;
    return token;
  };

  // --- keeping ---

  const keepHere = () => copy.write({ body: body.value, type: fields.namedItem("body_type").value, at: Date.now() });

  const changed = () => {
    unsaved = true;
    keepHere();
    showUnfinished();
    clearTimeout(timer);
    timer = setTimeout(save, SAVE_AFTER);
  };

  const save = async ({ leaving = false } = {}) => {
    clearTimeout(timer);
    if (!unsaved || sending) return;
    if (saving) {
      timer = setTimeout(save, SAVE_AFTER);
      return;
    }
    unsaved = false;
    saving = store(leaving);
    await saving;
    saving = null;
  };

  const store = async (leaving) => {
    const data = new FormData(form);
    data.delete("attachments");
    data.set("csrfmiddlewaretoken", freshToken());
    const written = body.value;
    try {
      const answer = await fetch(words.autosaveUrl, {
        method: "POST",
        body: data,
        keepalive: leaving && written.length < 20000,
        redirect: "manual",
        headers: { Accept: "application/json", "HX-Request": "true" },
      });
      if (signedOut(answer.status) || answer.type === "opaqueredirect") {
        unsaved = true;
        tellSignedOut(savedLine);
        return;
      }
      const told = await answer.json();
      if (!told.saved) throw new Error(told.label);
      fields.namedItem("revision").value = told.revision;
      fields.namedItem("submission_key").value = told.submission_key;
      say(savedLine, told.label);
      savedLine.classList.remove("worried");
      if (body.value === written) copy.clear();
    } catch {
      unsaved = true;
      timer = setTimeout(save, TRY_AGAIN_AFTER);
      say(savedLine, words.wordKeptHere.replace("{time}", clock()));
      savedLine.classList.add("worried");
    }
  };

  const tellSignedOut = (line) => {
    const link = document.createElement("a");
    link.href = words.loginUrl;
    link.target = "_blank";
    link.rel = "noopener";
    link.textContent = words.wordSignIn;
    line.replaceChildren(`${words.wordSignedOut} `, link);
    line.classList.add("worried");
  };

  const offerCopy = () => {
    const kept = copy.read();
    const bar = document.querySelector("[data-kept-copy]");
    if (!kept?.body) return;
    if (wordsOf(kept.body) === wordsOf(body.value)) {
      copy.clear();
      return;
    }
    bar.hidden = false;
    say(bar.querySelector("[data-kept-words]"), words.wordKeptCopy.replace("{time}", clock(new Date(kept.at))));
    bar.querySelector("[data-use-copy]").addEventListener("click", () => {
      body.dispatchEvent(new CustomEvent("editor:replace", { detail: { html: kept.body } }));
      bar.hidden = true;
      editorOf(body).commands.focus("end");
    });
    bar.querySelector("[data-drop-copy]").addEventListener("click", () => {
      copy.clear();
      bar.hidden = true;
      editorOf(body).commands.focus("end");
    });
  };

  // --- blanks still to fill in ---

  const unfinished = form.querySelector("[data-unfinished]");
  const showUnfinished = () => {
    const { doc } = editorOf(body).state;
    const blanks = blanksOf(doc);
    const unsure = unfinishedIn(doc);
    const lines = [
      ...blanks.map(({ name }) => words.wordFillIn.replace("{name}", () => name)),
      ...unsure.map((place) => words.wordLookAgain.replace("{name}", () => place.words)),
    ];
    unfinished.hidden = lines.length === 0;
    if (unfinished.dataset.names === lines.join("\n")) return blanks.length;
    unfinished.dataset.names = lines.join("\n");
    unfinished.querySelector("ul").replaceChildren(...lines.map((line, index) => {
      const item = document.createElement("li");
      const link = document.createElement("button");
      link.type = "button";
      link.className = "link-button";
      link.textContent = line;
      link.addEventListener("click", () => lookAt(index));
      item.append(link);
      return item;
    }));
    return blanks.length;
  };

  /** Go to the place that line *index* of the list names, as the text is now. */
  const lookAt = (index) => {
    const { doc } = editorOf(body).state;
    const place = [...blanksOf(doc), ...unfinishedIn(doc)][index];
    if (place) goTo(body, place);
  };

  // --- sending ---

  const setSending = (on) => {
    sending = on;
    sendButton.setAttribute("aria-disabled", String(on));
    say(sendWords, on ? words.wordSending : sendLabel());
    progress.hidden = !on || !fields.namedItem("attachments").files.length;
  };
  const sendLabel = () => (fields.namedItem("send_at").value ? words.wordSendLater : words.wordSend);

  const failed = (line) => {
    setSending(false);
    say(sendLine, line);
    sendLine.classList.add("worried");
    unsaved = true;
    keepHere();
  };

  const send = async () => {
    if (sending) return;
    sendLine.classList.remove("worried");
    say(sendLine, "");
    if (showUnfinished()) {
      goToBlank(body, 0);
      unfinished.scrollIntoView({ block: "nearest" });
      return;
    }
    clearTimeout(timer);
    setSending(true);
    keepHere();
    await saving;
    post();
  };

  const post = () => {
    const request = new XMLHttpRequest();
    const token = freshToken();
    request.open("POST", form.action);
    request.setRequestHeader("X-CSRFToken", token);
    request.setRequestHeader("HX-Request", "true");
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      progress.max = total;
      progress.value = loaded;
    });
    request.addEventListener("error", () => failed(words.wordNoAnswer));
    request.addEventListener("timeout", () => failed(words.wordNoAnswer));
    request.addEventListener("load", () => answered(request));
    request.send(new FormData(form));
  };

  const answered = (request) => {
    const to = request.getResponseHeader("HX-Redirect") ?? request.responseURL;
    if (signedOut(request.status, to)) {
      setSending(false);
      unsaved = true;
      keepHere();
      tellSignedOut(sendLine);
    } else if (request.status < 300 && new URL(to, location.href).pathname.startsWith("/replies/")) {
      copy.clear();
      location.assign(to);
    } else if (!showErrors(request.responseText)) {
      failed(words.wordNoAnswer);
    }
  };

  /** Put the refused form's errors at their places; the text and the files stay untouched. */
  const showErrors = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const places = [...page.querySelectorAll("[data-errors]")];
    if (!places.some((place) => place.children.length)) return false;
    setSending(false);
    page.querySelector("[data-error-summary]")?.removeAttribute("autofocus");
    for (const place of places) {
      document.getElementById(place.id)?.replaceChildren(...place.childNodes);
    }
    const { dom } = editorOf(body).view;
    const wrong = document.getElementById(`${body.id}_error`);
    dom.setAttribute("aria-invalid", String(wrong !== null));
    if (wrong) dom.setAttribute("aria-describedby", wrong.id);
    document.querySelector("[data-error-summary]")?.focus();
    return true;
  };

  // --- wiring ---

  form.addEventListener("input", (event) => {
    if (event.target === body) changed();
    if (event.target.name === "send_at" && sendWords && !sending) say(sendWords, sendLabel());
  });
  form.addEventListener("focusout", (event) => {
    if (event.target.closest(".editor-text")) save();
  });
  document.addEventListener("visibilitychange", () => {
    // On coming back, perhaps from signing in again in another tab, what was left over is saved.
    save({ leaving: document.visibilityState === "hidden" });
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter && event.submitter !== sendButton) return;
    if (sendButton) send();
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      event.stopPropagation();
      if (sendButton) send();
    } else if (event.target.matches("input:not([type=checkbox])")) {
      event.preventDefault();
    }
  }, { capture: true });
  // Coming back by the browser's Back: that text is on its way, a new reply starts afresh.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && sending) location.reload();
  });

  offerCopy();
  showUnfinished();
}

if (form) start();
