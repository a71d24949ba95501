// Alt and I takes what is offered, wherever the cursor is; AltGr and I types a sign of its own.

/** Call *act* on Alt and the key *code*, until one that was asked says it did something. */
export function onAltKey(code, act) {
  document.addEventListener("keydown", (event) => {
    const isChord = event.code === code && event.altKey && !event.ctrlKey && !event.metaKey
      && !event.shiftKey && !event.getModifierState("AltGraph");
    if (!isChord || event.defaultPrevented || event.repeat) return;
    if (act(event)) event.preventDefault();
  });
}
