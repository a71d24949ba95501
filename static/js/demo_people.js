// Practice mode: one click fills in a demo person's sign-in; sending it stays the person's act.

const people = document.querySelectorAll("[data-fill-login]");
const form = document.querySelector("[data-sign-in]");

for (const chosen of people) {
  chosen.addEventListener("click", () => {
    form.elements.login.value = chosen.dataset.fillLogin;
    form.elements.password.value = chosen.dataset.fillPassword;
    for (const button of people) button.setAttribute("aria-pressed", String(button === chosen));
    form.querySelector("[type=submit]").focus();
  });
}
