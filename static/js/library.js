// The library of canned responses: on a phone the chosen text takes the list's place.

document.addEventListener("htmx:afterSettle", () => {
  const preview = document.getElementById("canned-preview");
  const list = document.querySelector(".library-list");
  if (!preview?.matches("[data-chosen]") || list.offsetParent) return;
  preview.scrollIntoView();
  preview.focus({ preventScroll: true });
});
