// The small window that asks for a link's address.

/** Make "example.org" and "anna@example.org" into addresses a mail program opens. */
function address(typed) {
  const text = typed.trim();
  if (!text || /^(https?:|mailto:|tel:)/i.test(text)) return text;
  return /^[^\s/]+@[^\s/]+$/.test(text) ? `mailto:${text}` : `https://${text}`;
}

/** Ask for the address of the link at the cursor; *id* is the textarea's. */
export function linkWindow(editor, id) {
  const dialog = document.querySelector(`[data-link-window="${id}"]`);
  const input = dialog.querySelector("input");
  const remove = dialog.querySelector("[data-remove-link]");
  input.value = editor.getAttributes("link").href ?? "";
  remove.hidden = !editor.isActive("link");
  const done = (change) => {
    dialog.close();
    change(editor.chain().focus().extendMarkRange("link")).run();
  };
  const apply = () => {
    const href = address(input.value);
    if (!href) return done((chain) => chain.unsetLink());
    if (editor.state.selection.empty && !editor.isActive("link")) {
      const marks = [{ type: "link", attrs: { href } }];
      return done((chain) => chain.insertContent({ type: "text", text: input.value.trim(), marks }));
    }
    return done((chain) => chain.setLink({ href }));
  };
  dialog.querySelector("[data-apply-link]").onclick = apply;
  remove.onclick = () => done((chain) => chain.unsetLink());
  input.onkeydown = (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
    apply();
  };
  dialog.onclose = () => editor.commands.focus();
  dialog.showModal();
  input.select();
}
