// Files of a reply: chosen, dropped or pasted, listed with their size, taken away again.

import { pageData } from "./portal.js";

const area = document.querySelector("[data-files]");

function size(bytes) {
  const lang = document.documentElement.lang;
  if (bytes < 1024) return `${bytes} B`;
  const [amount, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
  const digits = unit === "MB" && amount < 10 ? 1 : 0;
  return `${amount.toLocaleString(lang, { maximumFractionDigits: digits })} ${unit}`;
}

function start() {
  const input = area.querySelector("input[type=file]");
  const list = area.querySelector("[data-file-list]");
  const complaints = area.querySelector("[data-file-complaints]");
  const { words } = pageData;
  const form = input.form;
  const most = Number(area.dataset.maxMb) * 1024 * 1024;
  let chosen = [];

  const show = () => {
    const held = new DataTransfer();
    for (const file of chosen) held.items.add(file);
    input.files = held.files;
    list.replaceChildren(...chosen.map((file, index) => entry(file, index)));
    form.dispatchEvent(new CustomEvent("files:changed", { detail: { count: chosen.length } }));
  };

  const entry = (file, index) => {
    const item = document.createElement("li");
    item.className = "file";
    const name = document.createElement("span");
    name.className = "file-name";
    name.textContent = file.name;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "file-remove";
    remove.textContent = "×";
    remove.setAttribute("aria-label", words.remove.replace("{name}", () => file.name));
    remove.addEventListener("click", () => {
      chosen = chosen.filter((other) => other !== file);
      show();
      (list.querySelectorAll("button")[Math.min(index, chosen.length - 1)] ?? input).focus();
    });
    item.append(name, ` · ${size(file.size)} `, remove);
    return item;
  };

  const complaint = (file) => {
    if (file.size === 0) return words.empty.replace("{name}", () => file.name);
    return file.size > most ? words.too_large.replace("{name}", () => file.name) : "";
  };

  const add = (files) => {
    const fresh = [...files].filter((file) => !chosen.some((other) => (
      other.name === file.name && other.size === file.size && other.lastModified === file.lastModified
    )));
    const refused = fresh.map(complaint).filter(Boolean);
    chosen = [...chosen, ...fresh.filter((file) => !complaint(file))];
    complaints.replaceChildren(...refused.map((words_) => {
      const line = document.createElement("p");
      line.textContent = words_;
      return line;
    }));
    show();
  };

  input.addEventListener("change", () => add(input.files));
  form.addEventListener("paste", (event) => {
    // Word and Excel put a picture beside the text; then the text is meant.
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes("text/html") || types.includes("text/plain")) return;
    event.preventDefault();
    event.stopPropagation();
    add(files);
  }, { capture: true });
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  form.addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    form.classList.add("dropping");
  }, { capture: true });
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove("dropping");
  });
  form.addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    event.stopPropagation();
    form.classList.remove("dropping");
    add(event.dataTransfer.files);
  }, { capture: true });
}

if (area) start();
