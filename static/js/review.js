// The review by keyboard: / to search, j and k down and up the list; Enter opens, as on any link.

import { onShortcut } from "./keys.js";

const rows = () => [...document.querySelectorAll(".audit-list tbody a[href]:not(.ticket-link)")];

function step(by) {
  const links = rows();
  if (!links.length) {
    document.querySelector(`.audit-neighbours a[rel="${by > 0 ? "next" : "prev"}"]`)?.click();
    return;
  }
  const at = links.indexOf(document.activeElement);
  const next = links[at < 0 ? 0 : at + by];
  if (next) next.focus();
  else document.querySelector(`.pagination a[rel="${by > 0 ? "next" : "prev"}"]`)?.focus();
}

onShortcut("next_row", () => step(1));
onShortcut("previous_row", () => step(-1));
onShortcut("search_review", () => {
  const box = document.querySelector(".audit-filters input[name=q]");
  box?.focus();
  box?.select();
});

// The browser saves the file without a word of the page.
const told = document.querySelector("[data-export-told]");
document.querySelector("[data-exports]")?.addEventListener("click", (event) => {
  if (!event.target.closest("a")) return;
  event.currentTarget.closest("details").open = false;
  told.hidden = false;
  told.textContent = told.dataset.exportTold;
});
