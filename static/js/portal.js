// Small things several modules share: words from the page, the token, answers of the portal.

/** What the page hands to its scripts: the words they show, and what the server knows as well. */
export const pageData = JSON.parse(document.getElementById("page-data")?.textContent ?? "{}");

/** Return the current CSRF token; after a sign-in in another tab the page's own one is stale. */
export function csrfToken() {
  const cookie = document.cookie.match(/(?:^|;\s*)(?:__Host-csrf|portal_csrf)=([^;]+)/);
  return cookie?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

/** Put the current token into *form* and return it. */
export function freshenToken(form) {
  const token = csrfToken();
  form.elements.namedItem("csrfmiddlewaretoken").value = token;
  return token;
}

/** Tell whether an answer means that nobody is signed in any more. */
export function signedOut(status, url = "") {
  return status === 401 || url.includes("/accounts/login/");
}

/** Return the time of day as the reader writes it, with the day unless it is today. */
export function clock(at = new Date()) {
  const today = at.toDateString() === new Date().toDateString();
  const day = today ? {} : { day: "numeric", month: "long" };
  return at.toLocaleString(document.documentElement.lang, { ...day, hour: "2-digit", minute: "2-digit" });
}

/** Put words into an element only when they differ, so that screen readers hear changes alone. */
export function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

/** Say in *line* that nobody is signed in any more, with a link to sign in beside the page. */
export function offerSignIn(line, address) {
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.rel = "noopener";
  link.textContent = pageData.words.sign_in;
  line.replaceChildren(`${pageData.words.signed_out} `, link);
  line.classList.add("worried");
}
