// Practice mode: one click fills in a demo person's sign-in; sending it stays the person's act.
for (const button of document.querySelectorAll("[data-fill-login]")) {
  button.addEventListener("click", () => {
    document.querySelector("#id_login").value = button.dataset.fillLogin;
    document.querySelector("#id_password").value = button.dataset.fillPassword;
    document.querySelector("[data-sign-in] button[type=submit]").focus();
  });
}
