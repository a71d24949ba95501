// Shows what would leave, over the page; the form stays as it is.

import { fitFrames } from "./frames.js";
import { leadToHalfFilled } from "./half_filled.js";
import { freshenToken, offerSignIn, pageData, say, signedOut } from "./portal.js";
import { onShortcut } from "./keys.js";
import { askAsPerson } from "./sign_in_again.js";

const form = document.querySelector("[data-compose]");
const sheet = document.querySelector("dialog[data-preview-sheet]");

function ask(button) {
  freshenToken(form);
  const data = new FormData(form);
  data.delete("attachments"); // in the page's list they are drafts' files already
  return fetch(button.formAction, {
    method: "POST",
    body: data,
    redirect: "manual",
    headers: { "HX-Request": "true" },
  });
}

/** Fill the sheet with the answer's markup, and let frames take the height of what they show. */
async function fill(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const place = sheet.querySelector("[data-preview-place]");
  place.replaceChildren(...page.body.childNodes);
  if (!sheet.open) sheet.showModal();
  sheet.scrollTop = 0;
  await fitFrames(place);
}

async function show(button) {
  const line = form.querySelector("[data-send-line]") ?? document.querySelector("[data-saved-line]");
  try {
    const answer = await askAsPerson(() => ask(button));
    if (signedOut(answer.status) || answer.type === "opaqueredirect") {
      offerSignIn(line, form.dataset.loginUrl);
    } else if ([200, 422].includes(answer.status)) {
      await fill(answer);
    } else {
      throw new Error(answer.status);
    }
  } catch {
    say(line, pageData.words.no_preview);
  }
}

const button = form?.querySelector("[data-preview]");
if (button && sheet) {
  let returnTo = button;
  const open = () => {
    if (leadToHalfFilled(form)) return;
    returnTo = document.activeElement;
    show(button);
  };
  button.addEventListener("click", (event) => {
    event.preventDefault();
    open();
  });
  onShortcut("preview", open);
  sheet.addEventListener("close", () => {
    sheet.querySelector("[data-preview-place]").replaceChildren();
    (returnTo?.isConnected ? returnTo : button).focus();
  });
}
