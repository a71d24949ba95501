// One file on its way into the draft: sent whole, tried again until the portal has it or refuses it.

import { freshenToken, pageData, signedOut } from "./portal.js";
import { signInAgain } from "./sign_in_again.js";

/** Without a sign of life for so long, a request is given up and tried again. */
const SILENT_FOR = 60000;

/** Return a new id; browsers give `randomUUID` to pages over HTTPS alone. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] % 16) + 64;
  bytes[8] = (bytes[8] % 64) + 128;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

export class Upload {
  #form;
  #request = null;
  #changed;

  /** "waiting", "uploading", "kept", "refused" or "gone". */
  state = "waiting";
  key = newKey();
  share = 0;
  note = "";
  isSignedOut = false;

  constructor(form, file, changed) {
    this.#form = form;
    this.#changed = changed;
    this.file = file;
    this.name = file.name;
    this.size = file.size;
  }

  /** Return the entry of a file that the draft has already. */
  static kept(form, { key, name, size }, changed) {
    const entry = new Upload(form, { name, size: Number(size) }, changed);
    Object.assign(entry, { key, state: "kept" });
    return entry;
  }

  get isUnderWay() {
    return this.state === "waiting" || this.state === "uploading";
  }

  /** Say why this file is not sent. */
  refuse(note, state = "refused") {
    Object.assign(this, { state, note });
    this.#changed();
  }

  /** Try once; return what the portal answered, null where it is to be tried again. */
  async send() {
    Object.assign(this, { state: "uploading", note: "", share: 0, isSignedOut: false });
    this.#changed();
    const { status: answered, told } = await this.#post();
    // Whoever is not signed in may send nothing large; that is no fault of the file.
    const status = answered === 413 && await isSignedOut() ? 401 : answered;
    if (this.state !== "uploading") return null;
    if (told?.saved) {
      Object.assign(this, { state: "kept", key: told.file, name: told.name, size: told.size });
    } else if ([400, 413, 422, 429].includes(status)) {
      this.refuse(told?.label ?? pageData.words.not_taken.replace("{name}", () => this.name));
      return null;
    } else {
      this.isSignedOut = signedOut(status);
      if (this.isSignedOut) signInAgain();
      Object.assign(this, { state: "waiting", note: pageData.words.upload_again });
    }
    this.#changed();
    return told?.saved ? told : null;
  }

  /** Break off what is under way. */
  stop() {
    this.state = "gone";
    this.#request?.abort();
  }

  #post() {
    const data = new FormData();
    const { submission_key: key, snapshot } = this.#form.elements;
    data.append("csrfmiddlewaretoken", freshenToken(this.#form));
    data.append("submission_key", key.value);
    data.append("snapshot", snapshot.value);
    data.append("key", this.key);
    data.append("person", document.body.dataset.person);
    data.append("file", this.file, this.file.name);
    const request = new XMLHttpRequest();
    this.#request = request;
    return new Promise((resolve) => {
      let watch = 0;
      const listen = () => {
        clearTimeout(watch);
        watch = setTimeout(() => request.abort(), SILENT_FOR);
      };
      request.upload.addEventListener("progress", ({ loaded, total }) => {
        listen();
        this.share = total ? loaded / total : 0;
        this.#changed();
      });
      request.addEventListener("loadend", () => {
        clearTimeout(watch);
        resolve({ status: request.status, told: readJson(request.responseText) });
      });
      request.open("POST", this.#form.dataset.filesUrl);
      request.setRequestHeader("HX-Request", "true");
      request.setRequestHeader("Accept", "application/json");
      listen();
      request.send(data);
    });
  }
}

async function isSignedOut() {
  const headers = { "HX-Request": "true" };
  return fetch("/session/", { headers }).then((answer) => signedOut(answer.status), () => true);
}

function readJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
