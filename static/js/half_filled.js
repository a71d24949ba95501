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
    field.setAttribute("aria-describedby", line.id);
    field.addEventListener("input", () => {
      line.remove();
      field.removeAttribute("aria-invalid");
    }, { once: true });
  }
  line.textContent = words;
  field.setAttribute("aria-invalid", "true");
}

function check(event) {
  if (!event.target.noValidate || event.submitter?.formNoValidate) return;
  const bad = [...event.target.elements].filter((field) => field.validity?.badInput);
  if (!bad.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  bad.forEach(tell);
  bad[0].focus();
}

document.addEventListener("submit", check, true);
