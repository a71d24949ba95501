// The toolbar over an editor: one stop for Tab, arrow keys within, Alt+F10 to it, Escape back.

const NEW_TABLE = { rows: 3, cols: 3, withHeaderRow: true };
/** A mail has no title of its own: its headings are of the second level, none of a lower one. */
const HEADING = { level: 2 };
const GIVEN = { table: NEW_TABLE, heading: HEADING };
const COMMANDS = {
  bold: "toggleBold",
  italic: "toggleItalic",
  underline: "toggleUnderline",
  strike: "toggleStrike",
  heading: "toggleHeading",
  blockquote: "toggleBlockquote",
  bulletList: "toggleBulletList",
  orderedList: "toggleOrderedList",
  undo: "undo",
  redo: "redo",
  table: "insertTable",
  addRow: "addRowAfter",
  deleteRow: "deleteRow",
  addColumn: "addColumnAfter",
  deleteColumn: "deleteColumn",
  headerRow: "toggleHeaderRow",
  deleteTable: "deleteTable",
};

/** Tell whether the first row of the table with the cursor heads it. */
function hasHeaderRow({ state }) {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const table = $from.node(depth);
    if (table.type.name === "table") {
      return table.firstChild.content.content.every(({ type }) => type.name === "tableHeader");
    }
  }
  return false;
}

function isPressed(editor, command) {
  return command === "headerRow" ? hasHeaderRow(editor) : editor.isActive(command);
}

function isPossible(editor, command) {
  if (editor.state.doc.attrs.plain) return ["undo", "redo"].includes(command) && editor.can()[command]();
  if (command === "table" && editor.isActive("table")) return false;
  return editor.can()[COMMANDS[command]](GIVEN[command]);
}

/** Show which buttons apply where the cursor stands, and those of a table inside of one. */
export function showState(editor, toolbar) {
  const tools = toolbar?.querySelector("[data-table-tools]");
  if (tools) tools.hidden = !editor.isActive("table");
  const { plain } = editor.state.doc.attrs;
  for (const button of toolbar?.querySelectorAll("[data-command]") ?? []) {
    const { command } = button.dataset;
    if (command === "plain") continue; // shows itself
    if (button.hasAttribute("aria-pressed")) {
      button.setAttribute("aria-pressed", String(!plain && isPressed(editor, command)));
      button.setAttribute("aria-disabled", String(plain));
    } else if (!tools?.hidden || !tools.contains(button)) {
      button.setAttribute("aria-disabled", String(!isPossible(editor, command)));
    }
  }
}

function act(editor, command) {
  if (editor.state.doc.attrs.plain && !["undo", "redo"].includes(command)) return;
  const chain = editor.chain().focus();
  chain[COMMANDS[command]](GIVEN[command]).run();
}

/** Let the arrow keys move among the *buttons* that are shown; return what makes one the stop for Tab. */
function roving(toolbar, buttons, leave) {
  const enter = (button) => {
    for (const other of buttons) other.tabIndex = other === button ? 0 : -1;
  };
  enter(buttons[0]);
  toolbar.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leave();
    const shown = buttons.filter((button) => button.offsetParent);
    const last = shown.length - 1;
    const here = shown.indexOf(event.target.closest("[data-command]"));
    const to = {
      ArrowRight: here === last ? 0 : here + 1,
      ArrowLeft: here === 0 ? last : here - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    enter(shown[to]);
    shown[to].focus();
  });
  return enter;
}

/** Let the buttons act; *openLink* belongs to the link's. */
export function wireToolbar(editor, toolbar, openLink) {
  const buttons = [...toolbar.querySelectorAll("[data-command]")];
  toolbar.removeAttribute("data-waiting");
  const enter = roving(toolbar, buttons, () => editor.commands.focus());
  showState(editor, toolbar);
  editor.view.dom.addEventListener("keydown", (event) => {
    if (event.key !== "F10" || !event.altKey) return;
    event.preventDefault();
    const tools = buttons.filter((button) => button.closest("[data-table-tools]"));
    const first = editor.isActive("table") ? tools[0] : buttons[0];
    enter(first);
    first.focus();
  });
  // Keeps the selection in the text while a button is pressed.
  toolbar.addEventListener("mousedown", (event) => event.preventDefault());
  toolbar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-command]");
    if (!button) return;
    // The tools of a table are gone outside of one; the stop for Tab is not to go with them.
    enter(button.closest("[data-table-tools]") ? buttons[0] : button);
    if (button.dataset.command === "plain") return;
    if (button.dataset.command === "link" && !editor.state.doc.attrs.plain) openLink();
    else act(editor, button.dataset.command);
  });
}
