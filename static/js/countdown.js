// Seconds until a waiting reply leaves, by the server's clock; screen readers are not read each one.

let offset = 0;

function tick() {
  for (const element of document.querySelectorAll("[data-until]")) {
    const left = Math.max(0, Math.ceil((Date.parse(element.dataset.until) - (Date.now() + offset)) / 1000));
    const words = element.dataset.words.replace("{time}", clock(left));
    if (element.textContent !== words) element.textContent = words;
    const whole = Number(element.dataset.of);
    const bar = element.parentElement.querySelector("progress[data-countdown]");
    if (bar && whole) bar.value = Math.min(whole, left);
  }
}

function clock(seconds) {
  if (seconds < 60) return `${seconds} s`;
  const pad = (part) => String(part).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

function adjust(root) {
  const now = root.querySelector?.("[data-now]") ?? (root.matches?.("[data-now]") ? root : null);
  if (now) offset = Date.parse(now.dataset.now) - Date.now();
  tick();
}

adjust(document);
document.addEventListener("htmx:load", (event) => adjust(event.target));
setInterval(tick, 250);
