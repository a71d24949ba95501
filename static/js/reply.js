// A reply's page while it is on its way: redraw only on a change, and say the change aloud.

/** What a person can read in the part that changes, without the running countdown. */
function readable(live) {
  const copy = live.cloneNode(true);
  copy.querySelector(".countdown")?.remove();
  return copy.dataset.replyState + copy.textContent.replace(/\s+/g, " ");
}

/** What is told of the ticket's status, which follows when the reply itself changes no more. */
function statusOf(page) {
  return page.querySelector("#status-afterwards")?.textContent.replace(/\s+/g, " ").trim();
}

const announcer = document.querySelector("[data-announce]");

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, serverResponse } = event.detail;
  if (!target.matches("[data-reply-live]")) return;
  const page = new DOMParser().parseFromString(serverResponse, "text/html");
  const fresh = page.querySelector("[data-reply-live]");
  // A sign-in page is no state; a button that is being pressed must not be exchanged meanwhile.
  const isSame = () => readable(fresh) === readable(target) && statusOf(page) === statusOf(document);
  if (!fresh || isSame()) event.detail.shouldSwap = false;
});

document.addEventListener("htmx:afterSwap", () => {
  const live = document.querySelector("[data-reply-live]");
  if (!live || !announcer || announcer.dataset.state === live.dataset.replyState) return;
  announcer.dataset.state = live.dataset.replyState;
  announcer.textContent = live.querySelector("[data-status-words]").textContent;
});
