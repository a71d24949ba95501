// The composer: keeps what is typed, and sends it without ever leaving the page with text at risk.

import { around } from "./around.js";
import { goToEnd } from "./caret.js";
import { ComposerSheet } from "./composer_sheet.js";
import { leadFromDoubts } from "./doubts.js";
import { DraftStore } from "./draft_store.js";
import { editorOf } from "./editor.js";
import { Files, takeFiles } from "./files.js";
import { isShortcut } from "./keys.js";
import { pageData } from "./portal.js";
import { wireBoxes } from "./send_boxes.js";
import { startSendLater } from "./send_later.js";
import { Sender } from "./sender.js";
import { ticketKeys } from "./ticket_keys.js";
import { UnfinishedList } from "./unfinished_list.js";

/** Fields beside the text that a draft keeps as well. */
const KEPT_TOO = ["send_at", "canned_files", "status_after", "remind_after", "keep_reason", "signature"];

const form = document.querySelector("[data-compose]");

/** The composer's place on the page; one that was refused gets the room to show why. */
function startSheet() {
  const sheet = new ComposerSheet(form.closest("[data-composer-pane]"), form.elements.namedItem("body"));
  document.addEventListener("page:refused", () => sheet.makeRoom());
  document.addEventListener("composer:open", () => sheet.open());
  wireBoxes(form);
  ticketKeys(form, sheet);
  startSendLater(form);
}

/** Send by the keys for it; Enter alone sends from no field. */
function sendByKeys(sender) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    const thenNext = isShortcut(event, "send_then_next");
    if (thenNext || isShortcut(event, "send")) {
      event.preventDefault();
      event.stopPropagation();
      sender?.send({ thenNext });
    } else if (event.target.matches("input:not([type=checkbox])")) {
      event.preventDefault();
    }
  }, { capture: true });
}

function start() {
  const body = form.elements.namedItem("body");
  const drafts = new DraftStore(form);
  const unfinished = new UnfinishedList(form.querySelector("[data-unfinished]"), body);
  const files = new Files(form, drafts);
  takeFiles(form, (chosen) => files.add(chosen));
  // Whoever has no agent login writes drafts, and finds no button to send them.
  const sender = form.querySelector("[data-send]") && new Sender(form, { drafts, unfinished, files });

  form.addEventListener("input", (event) => {
    if (event.target === body) {
      drafts.changed();
      unfinished.show();
    }
    if (["send_at", "status_after"].includes(event.target.name)) sender?.showLabel();
    if (event.target.name === "confirm") {
      drafts.changed();
      unfinished.show({ anew: true });
    }
    if (KEPT_TOO.includes(event.target.name)) drafts.changed();
  });
  form.addEventListener("focusout", (event) => {
    if (event.target.closest(".editor-text")) drafts.save();
  });
  document.addEventListener("visibilitychange", () => {
    // On coming back, perhaps from signing in again in another tab, what was left over is saved.
    drafts.save({ leaving: document.visibilityState === "hidden" });
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const asks = event.submitter?.name === "approval";
    if (!event.submitter || asks || event.submitter === sender?.button) sender?.send({ asks });
  });
  sendByKeys(sender);
  // Coming back by the browser's Back: that text is on its way, a new reply starts afresh.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && sender?.isSending) location.reload();
  });

  goToEnd(editorOf(body), pageData.closing);
  around(form, body);
  drafts.offerCopy();
  unfinished.show();
  leadFromDoubts(form);
  startSheet();
}

if (form) start();
