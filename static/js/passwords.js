// Password fields: a button that shows what is typed, and a word while Caps Lock is on.

const words = document.querySelector("[data-password-words]").dataset;

function addButton(field) {
  const box = document.createElement("span");
  const button = document.createElement("button");
  box.className = "password-box";
  button.type = "button";
  button.className = "btn";
  button.setAttribute("aria-controls", field.id);
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = shown ? words.hide : words.show;
    button.setAttribute("aria-label", shown ? words.hideLong : words.showLong);
  };
  button.addEventListener("click", () => {
    show(field.type === "password");
    field.focus();
  });
  // Browsers offer to keep what was typed into a password field only.
  field.form.addEventListener("submit", () => show(false));
  const hadFocus = document.activeElement === field;
  field.replaceWith(box);
  box.append(field, button);
  if (hadFocus) field.focus();
  show(false);
  return box;
}

function warnOfCapsLock(field, box) {
  const warning = document.createElement("span");
  warning.className = "caps-lock";
  warning.setAttribute("role", "status");
  box.after(warning);
  const look = (event) => {
    const on = event.getModifierState?.("CapsLock") ?? false;
    warning.textContent = on ? words.caps : "";
  };
  field.addEventListener("keydown", look);
  field.addEventListener("keyup", look);
  field.addEventListener("blur", () => { warning.textContent = ""; });
}

for (const field of document.querySelectorAll("input[type=password]")) {
  warnOfCapsLock(field, addButton(field));
}
