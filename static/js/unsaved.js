// Leaving with words that nothing keeps asks first: a page that one goes back to is asked for anew,
// since browsers keep none of the portal's. Drafts and notes are kept by the portal itself.

const TYPED = "textarea, input:not([type]), input[type=text], input[type=email], [contenteditable]";
const KEPT = "[data-ticket], [data-note]";
const changed = new Set();

document.addEventListener("input", (event) => {
  if (!document.body.dataset.person) return;
  const form = event.target.closest?.(TYPED)?.closest("form[method=post]");
  if (form && !form.matches(KEPT)) changed.add(form);
});

// What a script sends in the form's place it answers for itself.
document.addEventListener("submit", (event) => changed.delete(event.target));

window.addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});
