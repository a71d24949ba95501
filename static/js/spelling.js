// The language that the browser checks the spelling in; nothing of it leaves with the text.

/** Let the text be checked in the ticket's language, in that of what is inserted, or in a chosen one. */
export function wireSpelling(editor, textarea) {
  const choice = document.querySelector(`[data-spelling="${textarea.id}"]`);
  if (!choice) return;
  const use = (language) => {
    textarea.lang = language;
    editor.view.updateState(editor.view.state);
    choice.value = language;
  };
  choice.parentElement.removeAttribute("data-waiting");
  use(textarea.lang || document.documentElement.lang);
  choice.addEventListener("change", () => {
    use(choice.value);
    editor.commands.focus();
  });
  textarea.addEventListener("editor:language", ({ detail }) => {
    if ([...choice.options].some(({ value }) => value === detail.language)) use(detail.language);
  });
}
