// The time to send later: times offered by one key, what day it is, and words for the button.

import { pageData } from "./portal.js";

/** Return when the reply in *form* is to leave, in words; "" where it leaves at once. */
export function plannedFor(form) {
  const [day, time] = (fieldOf(form)?.value ?? "").split("T");
  if (!time) return "";
  const { today } = boxOf(form)?.dataset ?? {};
  const clock = time.slice(0, 5).replace(/^0/, "");
  return `${dayInWords(day, today)}, ${clock}`;
}

/** The field; the buttons beside it bear its name as well, for pages without scripts. */
function fieldOf(form) {
  return form.querySelector("input[name=send_at]");
}

function boxOf(form) {
  return form.querySelector("[data-send-later]");
}

function dayInWords(day, today) {
  const { words } = pageData;
  if (day === today) return words.today;
  // Noon in UTC: a day is a day in every zone.
  const at = (text) => new Date(`${text}T12:00:00Z`);
  if (today && at(day) - at(today) === 86_400_000) return words.tomorrow;
  const shape = { weekday: "short", day: "numeric", month: "long", timeZone: "UTC" };
  return new Intl.DateTimeFormat(document.documentElement.lang, shape).format(at(day));
}

/** Say quietly that nobody works on the chosen day. */
function showDayOff(box, day) {
  const off = new Set(box.dataset.daysOff.split(" "));
  const weekday = day ? new Date(`${day}T12:00:00Z`).getUTCDay() : null;
  const { words } = pageData;
  let said = "";
  if (off.has(day)) said = words.public_holiday;
  else if (weekday === 0) said = words.sunday;
  else if (weekday === 6) said = words.saturday;
  box.querySelector("[data-day-off]").textContent = said;
}

/** Let the offered times fill the field by one click or one digit; then the button that sends is next. */
export function startSendLater(form) {
  const box = boxOf(form);
  if (!box) return;
  const field = fieldOf(form);
  // The browser's own bubble speaks the browser's language; without scripts it is what there is.
  form.noValidate = true;
  const take = (button) => {
    field.value = button.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    box.closest("details").open = false;
    form.querySelector("[data-send]").focus();
  };
  const buttons = [...box.querySelectorAll("[data-send-at]")];
  const atOnce = box.querySelector("[data-send-at-once]");
  box.addEventListener("click", (event) => {
    const button = event.target.closest("[data-send-at], [data-send-at-once]");
    if (!button) return;
    event.preventDefault();
    take(button);
  });
  box.closest("details").addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && event.target !== field;
    const button = plain && box.closest("details").open && buttons[Number(event.key) - 1];
    if (!button) return;
    event.preventDefault();
    take(button);
  });
  const show = () => {
    showDayOff(box, field.value.split("T")[0]);
    atOnce.hidden = !field.value;
    // The button that sends says it then.
    box.closest("details").classList.toggle("is-planned", Boolean(field.value));
  };
  field.addEventListener("input", show);
  show();
}
