// The boxes that open above the bar that sends: one at a time, closed by Escape or a press beside them.

function isWrong(box) {
  return [...box.querySelectorAll("[data-errors]")].some((place) => place.children.length > 0);
}

function closeAll(boxes) {
  for (const box of boxes) box.open = false;
}

/** Let the boxes of *form* leave by Escape, back to their button; what is wrong in one opens it. */
export function wireBoxes(form) {
  const boxes = [...form.querySelectorAll("[data-send-box]")];
  // Without scripts a chosen time stays in sight; here the button that sends says it.
  closeAll(boxes.filter((box) => !isWrong(box)));
  document.addEventListener("keydown", (event) => {
    const open = boxes.find((box) => box.open);
    if (event.key !== "Escape" || event.isComposing || !open || document.querySelector("dialog[open]")) return;
    // Neither the phone's sheet nor the text is left by the same press.
    event.preventDefault();
    event.stopPropagation();
    open.open = false;
    open.querySelector("summary").focus();
  }, { capture: true });
  document.addEventListener("pointerdown", (event) => closeAll(boxes.filter((box) => !box.contains(event.target))));
  document.addEventListener("page:refused", () => {
    // Once its errors are put at their places.
    queueMicrotask(() => boxes.filter(isWrong).forEach((box) => { box.open = true; }));
  });
}
