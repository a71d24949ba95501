// Passkeys: django-allauth's script talks to the browser; here it is started, and what went wrong said.

const FORMS = { add: "addForm", authenticate: "authenticateForm", login: "loginForm" };
const WORDS = {
  InvalidStateError: "invalidState", NotAllowedError: "notAllowed", SecurityError: "security",
};
const { forms } = window.allauth.webauthn;
const form = document.querySelector("form[data-passkey]");

function say(name) {
  const line = form.querySelector("[data-passkey-error]");
  line.textContent = line.dataset[WORDS[name] ?? "other"];
  line.hidden = false;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  say(event.detail.exception.name);
});

if (form && window.PublicKeyCredential) {
  const kind = form.dataset.passkey;
  const button = document.getElementById("passkey-button");
  form.hidden = false;
  if (button.autofocus) button.focus();
  forms[FORMS[kind]]({
    ids: {
      [kind]: "passkey-button",
      credential: "passkey-credential",
      data: "passkey-options",
      passwordless: "id_passwordless",
    },
  });
} else if (form && !form.hidden) {
  say("SecurityError");
}
