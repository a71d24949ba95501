// When to try again: soon at first, then at most a minute apart, and at once when there is hope.

const FIRST = 2000;
const LONGEST = 60000;

export class Retry {
  #act;
  #timer = 0;
  #wait = FIRST;
  #isDue = false;

  constructor(act) {
    this.#act = act;
    window.addEventListener("online", () => this.#now());
    window.addEventListener("focus", () => this.#now());
    document.addEventListener("portal:signed-in", () => this.#now());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#now();
    });
  }

  /** Plan the next try, later than the one before. */
  later() {
    clearTimeout(this.#timer);
    this.#isDue = true;
    this.#timer = setTimeout(() => this.#now(), this.#wait);
    this.#wait = Math.min(this.#wait * 2, LONGEST);
  }

  /** Take in that it went well: nothing is planned, and the next failure begins anew. */
  done() {
    clearTimeout(this.#timer);
    this.#isDue = false;
    this.#wait = FIRST;
  }

  #now() {
    if (!this.#isDue) return;
    clearTimeout(this.#timer);
    this.#isDue = false;
    this.#act();
  }
}
