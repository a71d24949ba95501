// Small things several modules share: words from the page, the token, answers of the portal.

/** Return the current CSRF token; after a sign-in in another tab the page's own one is stale. */
export function csrfToken() {
  const cookie = document.cookie.match(/(?:^|;\s*)(?:__Host-csrf|portal_csrf)=([^;]+)/);
  return cookie?.[1] ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
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
