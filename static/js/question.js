// What the customer wrote comes once the page stands: its frame takes the height of what it shows.

import { fitFrames } from "./frames.js";

document.addEventListener("htmx:load", ({ target }) => {
  if (target.closest("[data-question]")) fitFrames(target.closest("[data-question]"));
});
