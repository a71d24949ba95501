// The bar to undo a reply from any page: once its time is over, what became of it, as far as known.

import { say } from "./portal.js";

const FIRST = 1500;
const LONGEST = 15000;
const MOST = 20;
/** So long the bar goes on to say that the reply left. */
const SHOWN = 8000;
const ON_ITS_WAY = ["pending", "claimed", "sending"];
const LEFT = ["sent", "confirmed"];

const bar = document.querySelector("[data-undo-bar]");

function follow(wait, asked = 0) {
  setTimeout(async () => {
    let state = "pending";
    try {
      state = await look();
    } catch {
      // Nothing is known that could be said; it is asked again.
    }
    if (LEFT.includes(state)) setTimeout(() => { bar.hidden = true; }, SHOWN);
    else if (ON_ITS_WAY.includes(state) && asked < MOST) follow(Math.min(wait * 1.5, LONGEST), asked + 1);
  }, wait);
}

/** Ask for the reply's state and say it in the words of its own page. */
async function look() {
  const answer = await fetch(bar.dataset.statusUrl, {
    redirect: "manual", headers: { "HX-Request": "true" },
  });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const live = page.querySelector("[data-reply-live]");
  if (!live) throw new Error(answer.status);
  const state = live.dataset.replyState;
  bar.hidden = state === "cancelled";
  bar.querySelector("[data-until]")?.remove();
  bar.querySelector("[data-undo]").hidden = !page.querySelector("#act-undo");
  say(bar.querySelector("[data-undo-words]"), live.querySelector("h2").textContent.trim());
  return state;
}

/** Let the page end above the bar, which lies over it. */
function makeRoom() {
  const room = window.innerHeight - bar.getBoundingClientRect().top;
  document.body.style.setProperty("--undo-bar", bar.hidden ? "0px" : `${Math.ceil(room)}px`);
}

new ResizeObserver(makeRoom).observe(bar);
bar.querySelector("form").addEventListener("submit", (event) => {
  const button = bar.querySelector("[data-undo]");
  if (button.getAttribute("aria-disabled") === "true") event.preventDefault();
  button.setAttribute("aria-disabled", "true");
});

follow(Math.max(0, Date.parse(bar.dataset.leaves) - Date.parse(bar.dataset.now)) + FIRST);
