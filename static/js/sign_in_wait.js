// After too many tries: the seconds left, counted down; screen readers hear the end of it alone.

const box = document.querySelector("[data-wait]");
const until = Date.now() + Number(box.dataset.wait) * 1000;
const left = box.querySelector("[data-wait-left]");
const told = box.querySelector("[data-wait-told]");

function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function tick() {
  const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
  left.textContent = clock(seconds);
  if (seconds) return;
  clearInterval(ticking);
  left.parentElement.hidden = true;
  told.textContent = told.dataset.words;
}

const ticking = setInterval(tick, 250);
box.hidden = false;
tick();
