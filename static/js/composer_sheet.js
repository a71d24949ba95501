// On a phone the composer is a sheet over the conversation. It is open while the address names it,
// so that Back closes it; nothing in it is ever taken away.

import { editorOf } from "./editor.js";

const NARROW = matchMedia("(width < 40rem)");
const FAR = 40;

export class ComposerSheet {
  #pane;
  #body;
  #opener = document.querySelector("[data-open-composer]");
  #grow;
  #isOpen = false;
  #cameByPage = false; // opened from this page: Back leads to the conversation

  constructor(pane, body) {
    this.#pane = pane;
    this.#body = body;
    this.#grow = pane.querySelector("[data-grow-composer]");
    this.#opener?.addEventListener("click", (event) => {
      event.preventDefault();
      this.open();
    });
    this.#grow.addEventListener("click", () => this.#setWhole(this.#grow.ariaPressed !== "true"));
    pane.addEventListener("click", (event) => this.#clicked(event));
    document.addEventListener("click", (event) => {
      const isBeside = !pane.contains(event.target) && !event.target.closest("dialog");
      if (this.#isOpen && isBeside && !event.defaultPrevented) this.close();
    });
    window.addEventListener("hashchange", () => this.#follow());
    NARROW.addEventListener("change", () => this.#follow());
    this.#takeDrags(pane.querySelector(".sheet-grip"));
    this.#leaveRoomForKeyboard();
    this.#follow({ atOnce: true });
  }

  get isOpen() {
    return this.#isOpen;
  }

  /** Show the composer where it is a sheet, with the cursor in the text. */
  open() {
    if (!NARROW.matches || this.#isOpen) {
      editorOf(this.#body).commands.focus();
      return;
    }
    this.#cameByPage = true;
    location.hash = "composer";
    this.#follow(); // at once: a phone shows its keyboard only while it is touched
  }

  close() {
    if (!this.#isOpen) return;
    if (this.#cameByPage) history.back();
    else location.replace("#conversation-title");
  }

  /** Give the sheet the whole screen, for what is to be put right before sending. */
  makeRoom() {
    if (this.#isOpen) this.#setWhole(true);
  }

  #clicked(event) {
    const link = event.target.closest('a[href^="#"]');
    if (!link || !this.#isOpen) return;
    if (link.matches("[data-close-composer]")) this.close();
    else document.getElementById(link.hash.slice(1))?.focus();
    // The address stays: one step back closes the sheet.
    event.preventDefault();
  }

  #setWhole(isWhole) {
    this.#pane.classList.toggle("sheet-whole", isWhole);
    this.#grow.ariaPressed = String(isWhole);
  }

  #follow({ atOnce = false } = {}) {
    const isOpen = NARROW.matches && this.#pane.matches(":is(:target, :has(:target))");
    if (isOpen === this.#isOpen) return;
    this.#isOpen = isOpen;
    this.#setApart(isOpen);
    if (isOpen) editorOf(this.#body).commands.focus();
    else {
      this.#cameByPage = false;
      if (!atOnce && NARROW.matches) this.#opener?.focus();
    }
  }

  /** While the sheet is open, nothing beside it can be reached. */
  #setApart(isOpen) {
    if (isOpen) {
      this.#pane.setAttribute("role", "dialog");
      this.#pane.ariaModal = "true";
      this.#pane.ariaLabel = this.#pane.querySelector("[data-compose]").ariaLabel;
    } else {
      for (const name of ["role", "aria-modal", "aria-label"]) this.#pane.removeAttribute(name);
    }
    for (let part = this.#pane; part !== document.body; part = part.parentElement) {
      for (const other of part.parentElement.children) {
        if (other !== part && !other.matches("dialog, script")) other.inert = isOpen;
      }
    }
  }

  /** A pull upwards makes the sheet higher, one downwards lower, and then closes it. */
  #takeDrags(grip) {
    let from = null;
    grip.addEventListener("pointerdown", (event) => {
      from = event.clientY;
    });
    window.addEventListener("pointerup", (event) => {
      const way = from === null ? 0 : event.clientY - from;
      from = null;
      if (Math.abs(way) < FAR) return;
      if (way > 0 && this.#grow.ariaPressed !== "true") this.close();
      else this.#setWhole(way < 0);
    });
  }

  /** Stay above a keyboard that lies over the page instead of making it smaller. */
  #leaveRoomForKeyboard() {
    const view = window.visualViewport;
    view?.addEventListener("resize", () => {
      const hidden = Math.max(0, window.innerHeight - view.height - view.offsetTop);
      this.#pane.style.setProperty("--keyboard", view.scale === 1 ? `${Math.round(hidden)}px` : "0px");
    });
  }
}
