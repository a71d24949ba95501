// A date that is typed by half reaches no server: the browser sends an empty field. Said here, in
// the page's words, before anything is sent.

const words = document.querySelector("[data-half-filled]")?.dataset.halfFilled;

function tell(field) {
  const box = field.closest(".field") ?? field.parentElement;
  let line = box.querySelector("[data-half-filled-error]");
  if (!line) {
    line = document.createElement("p");
    line.className = "field-error";
    line.id = `${field.id}-half-filled`;
    line.setAttribute("role", "alert");
    line.dataset.halfFilledError = "";
    field.before(line);
    const before = field.getAttribute("aria-describedby") ?? "";
    field.setAttribute("aria-describedby", `${line.id} ${before}`.trim());
    field.addEventListener("input", () => {
      line.remove();
      field.setAttribute("aria-describedby", before);
      field.removeAttribute("aria-invalid");
    }, { once: true });
  }
  line.textContent = words;
  field.setAttribute("aria-invalid", "true");
}

/** Say of each field of *form* that is typed by half that it is, and lead to the first; tell whether one is. */
export function leadToHalfFilled(form) {
  const bad = [...form.elements].filter((field) => field.validity?.badInput);
  bad.forEach(tell);
  const folded = bad[0]?.closest("details");
  if (folded) folded.open = true;
  bad[0]?.focus();
  return bad.length > 0;
}

function check(event) {
  if (!event.target.noValidate || event.submitter?.formNoValidate) return;
  if (!leadToHalfFilled(event.target)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

document.addEventListener("submit", check, true);
