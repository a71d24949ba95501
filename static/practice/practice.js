// Brings in new replies while the page is open, without disturbing whoever reads or types.
const PAUSE = 2000;
const live = document.querySelector("[data-live]");
const status = document.querySelector("[data-arrived]");
let shown = "";

function busy() {
  const selected = document.getSelection();
  const selecting = selected && !selected.isCollapsed && live.contains(selected.anchorNode);
  return document.hidden || selecting || (live.contains(document.activeElement) && document.activeElement !== live);
}

function show(html) {
  const open = [...live.querySelectorAll("details[open][id]")].map((details) => details.id);
  const known = new Set([...live.querySelectorAll("[data-reply]")].map((reply) => reply.dataset.reply));
  live.innerHTML = html;
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  let arrived = 0;
  for (const reply of live.querySelectorAll("[data-reply]")) {
    if (known.has(reply.dataset.reply)) continue;
    reply.classList.add("fresh");
    arrived += 1;
  }
  status.textContent = arrived ? status.dataset.arrived : "";
}

async function look() {
  if (busy()) return;
  try {
    const answer = await fetch(live.dataset.live);
    const html = await answer.text();
    if (!answer.ok || html === shown || busy()) return;
    show(html);
    shown = html;
  } catch {
    // The practice Thulium is being restarted; the next look finds it again.
  }
}

if (live) {
  look();
  setInterval(look, PAUSE);
}
