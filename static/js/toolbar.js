// The toolbar over an editor: one stop for Tab, arrow keys within.

const COMMANDS = {
  bold: (chain) => chain.toggleBold(),
  italic: (chain) => chain.toggleItalic(),
  bulletList: (chain) => chain.toggleBulletList(),
  orderedList: (chain) => chain.toggleOrderedList(),
  undo: (chain) => chain.undo(),
  redo: (chain) => chain.redo(),
};
const TOGGLES = ["bold", "italic", "bulletList", "orderedList", "link"];

/** Show which buttons apply where the cursor stands. */
export function showState(editor, toolbar) {
  for (const button of toolbar?.querySelectorAll("[data-command]") ?? []) {
    const { command } = button.dataset;
    if (TOGGLES.includes(command)) {
      button.setAttribute("aria-pressed", String(editor.isActive(command)));
    } else {
      button.setAttribute("aria-disabled", String(!editor.can()[command]()));
    }
  }
}

/** Let the buttons act; *openLink* belongs to the link's. */
export function wireToolbar(editor, toolbar, openLink) {
  const buttons = [...toolbar.querySelectorAll("[data-command]")];
  const enter = (button) => {
    for (const other of buttons) other.tabIndex = other === button ? 0 : -1;
  };
  toolbar.hidden = false;
  enter(buttons[0]);
  showState(editor, toolbar);
  // Keeps the selection in the text while a button is pressed.
  toolbar.addEventListener("mousedown", (event) => event.preventDefault());
  toolbar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-command]");
    if (!button) return;
    enter(button);
    if (button.dataset.command === "link") openLink();
    else COMMANDS[button.dataset.command](editor.chain().focus()).run();
  });
  toolbar.addEventListener("keydown", (event) => {
    const last = buttons.length - 1;
    const here = buttons.indexOf(event.target.closest("[data-command]"));
    const to = {
      ArrowRight: here === last ? 0 : here + 1,
      ArrowLeft: here === 0 ? last : here - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    enter(buttons[to]);
    buttons[to].focus();
  });
}
