// A button that copies a link which is shown once.

const field = document.querySelector("[data-link]");
const button = document.querySelector("[data-copy]");
const status = document.querySelector("[data-copied]");

async function copy() {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    // Without HTTPS browsers keep the clipboard from pages; what is selected can still be copied.
    document.execCommand("copy");
  }
  status.textContent = status.dataset.copied;
}

button.hidden = false;
button.addEventListener("click", copy);
