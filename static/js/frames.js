// Frames with customers' mail take the height of what they show; the newest message is in sight.

const TALLEST = 4000;

/** Keys by which the letter itself is read: scrolled, its links followed, left. */
const OWN = ["Escape", "Enter", "Tab", " ", "PageUp", "PageDown", "Home", "End"];

// A frame keeps the keys pressed in it to itself: the page's shortcuts hear them as if pressed beside it.
function passOn(frame, event) {
  if (event.defaultPrevented || OWN.includes(event.key) || event.key.startsWith("Arrow")) return;
  const { key, code, ctrlKey, metaKey, altKey, shiftKey, repeat, isComposing } = event;
  const heard = !frame.dispatchEvent(new KeyboardEvent("keydown", {
    key, code, ctrlKey, metaKey, altKey, shiftKey, repeat, isComposing,
    modifierAltGraph: event.getModifierState("AltGraph"), bubbles: true, cancelable: true,
  }));
  if (heard) event.preventDefault();
}

function fit(frame) {
  const page = frame.contentDocument?.documentElement;
  if (!page) return;
  const set = () => {
    const sideways = page.scrollWidth > page.clientWidth ? 16 : 0;
    const height = Math.ceil(page.getBoundingClientRect().height) + sideways + 2;
    frame.style.height = `${Math.min(height, TALLEST)}px`;
  };
  set();
  page.addEventListener("toggle", set, true);
  page.addEventListener("keydown", (event) => passOn(frame, event));
  let width = frame.clientWidth;
  new ResizeObserver(() => {
    if (frame.clientWidth === width) return;
    width = frame.clientWidth;
    set();
  }).observe(frame);
}

// What stands above the conversation decides how much of the window is left for it.
function useWindow(conversation) {
  if (!conversation) return;
  const above = conversation.getBoundingClientRect().top + window.scrollY;
  if (window.scrollY === 0) conversation.style.setProperty("--above", `${Math.ceil(above)}px`);
}

/** Let a message begin at the top of the list, where it does not stand in sight whole. */
export function showMessage(list, message) {
  const box = list.getBoundingClientRect();
  const own = message.getBoundingClientRect();
  if (own.top < box.top || own.bottom > box.bottom) {
    list.scrollBy({ top: own.top - box.top, behavior: "instant" });
  }
}

// The list begins at its end; a message longer than the list begins at its own beginning.
function showNewest(list) {
  const newest = list?.querySelector(".message-list > :last-child");
  if (!newest) return;
  const above = newest.getBoundingClientRect().top - list.getBoundingClientRect().top;
  if (above < 0) list.scrollBy({ top: above, behavior: "instant" });
}

/** Give the frames under *root* the height of what they show, once they have loaded. */
export function fitFrames(root) {
  const frames = [...root.querySelectorAll("iframe[data-mail-frame]")];
  return Promise.all(frames.map((frame) => new Promise((done) => {
    const fitted = () => { fit(frame); done(); };
    const page = frame.contentDocument;
    if (page?.readyState === "complete" && page.body?.hasChildNodes()) fitted();
    else frame.addEventListener("load", fitted, { once: true });
  })));
}

useWindow(document.querySelector(".conversation"));
fitFrames(document).then(() => showNewest(document.querySelector("[data-conversation]")));
