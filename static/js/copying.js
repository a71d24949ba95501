// A button that copies what stands in a field, or in a list, a line each; without scripts the text
// can be marked.

for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  const word = button.querySelector("span");
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const lines = [...source.children].map((line) => line.textContent.trim());
    await navigator.clipboard.writeText(source.value ?? lines.join("\n"));
    word.textContent = button.dataset.copied;
  });
}
