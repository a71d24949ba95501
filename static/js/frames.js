// Frames with customers' mail take the height of what they show.

function fit(frame) {
  const page = frame.contentDocument?.documentElement;
  if (!page) return;
  const set = () => {
    frame.style.height = "0";
    frame.style.height = `${Math.min(page.scrollHeight + 2, 4000)}px`;
  };
  set();
  let width = frame.clientWidth;
  new ResizeObserver(() => {
    if (frame.clientWidth === width) return;
    width = frame.clientWidth;
    set();
  }).observe(frame);
}

const frames = [...document.querySelectorAll("iframe[data-mail-frame]")];
const conversation = document.querySelector("[data-conversation]");

function showNewest() {
  if (conversation) conversation.scrollTop = conversation.scrollHeight;
}

const loaded = frames.map((frame) => new Promise((done) => {
  const fitted = () => { fit(frame); done(); };
  if (frame.contentDocument?.readyState === "complete" && frame.contentDocument.body?.hasChildNodes()) fitted();
  else frame.addEventListener("load", fitted, { once: true });
}));
Promise.all(loaded).then(showNewest);
