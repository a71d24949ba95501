// Leads to the first message that came since this person last had the ticket before them. What was
// seen is kept on this computer, for the newest tickets; where nothing is, the page's own answer
// stands: what came since the newest reply.

const MOST_TICKETS = 200;
const link = document.querySelector("[data-unread]");
const NAME = `portal-seen:${document.body.dataset.person}`;

function seen() {
  try {
    return JSON.parse(localStorage.getItem(NAME)) ?? {};
  } catch {
    return {};
  }
}

function keep(tickets) {
  const newest = Object.entries(tickets).toSorted(([, one], [, other]) => other.at - one.at);
  try {
    localStorage.setItem(NAME, JSON.stringify(Object.fromEntries(newest.slice(0, MOST_TICKETS))));
  } catch {
    // Without room for it, the page's own answer stands the next time.
  }
}

function numberOf(message) {
  return Number(message.id.replace("message-", "")) || 0;
}

function messages() {
  return [...document.querySelectorAll(".message-list > [id]")];
}

/** Keep that what the page shows now was seen. */
function markSeen() {
  const newest = Math.max(0, ...messages().map(numberOf));
  keep({ ...seen(), [link.dataset.ticket]: { message: newest, at: Date.now() } });
}

function start() {
  const last = seen()[link.dataset.ticket]?.message;
  if (last !== undefined) {
    const first = messages().find((message) => {
      return numberOf(message) > last && !message.matches(".message-reply, .message-system");
    });
    link.hidden = !first || first === messages().at(-1);
    if (first) link.hash = first.id;
  }
  markSeen();
  window.addEventListener("pagehide", markSeen);
}

if (link) start();
