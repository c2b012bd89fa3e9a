// Passkeys: asks the browser for one and sends its answer with the form around the button (signing_in/passkeys.py).
// Without a browser that can, or without this script, the button stays hidden, and a code works.
const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// The options come as JSON; the browser wants their binary parts as bytes.
function read(options) {
  const named = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = named(options.excludeCredentials);
  if (options.allowCredentials) read.allowCredentials = named(options.allowCredentials);
  return read;
}

function written(credential) {
  const parts = ["clientDataJSON", "authenticatorData", "signature", "userHandle", "attestationObject"];
  const response = {};
  for (const part of parts) if (credential.response[part]) response[part] = text(credential.response[part]);
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  const clientExtensionResults = credential.getClientExtensionResults();
  const { id, type, rawId } = credential;
  return JSON.stringify({ id, type, rawId: text(rawId), response, clientExtensionResults });
}

const WHEN = { NotAllowedError: "stopped", AbortError: "stopped", InvalidStateError: "known" };

function offer(box) {
  const form = box.closest("form");
  const button = box.querySelector("button");
  const say = (when) => {
    for (const note of box.querySelectorAll("[data-when]")) note.hidden = note.dataset.when !== when;
  };
  async function ask() {
    const answer = await fetch(box.dataset.options, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const publicKey = read(await answer.json());
    return navigator.credentials[box.dataset.kind]({ publicKey });
  }
  // Firefox brings back what stood in the field.
  window.addEventListener("pageshow", () => { form.elements.passkey.value = ""; });
  box.hidden = false;
  for (const note of form.querySelectorAll(".no-passkey")) note.hidden = true;
  button.addEventListener("click", async () => {
    if (!form.reportValidity()) return;
    say("");
    button.disabled = true;
    try {
      form.elements.passkey.value = written(await ask());
      form.requestSubmit();
    } catch (error) {
      say(WHEN[error.name] || "failed");
    }
    button.disabled = false;
  });
}

for (const box of document.querySelectorAll(".passkey")) {
  if (window.PublicKeyCredential && location.hostname === box.dataset.host) offer(box);
}

// A form whose second sending would fail, because codes work once, goes once. Back brings it back to life.
for (const form of document.querySelectorAll("form.once")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent);
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
