// The list for the door: a tap is sent in the background, again until it is taken. Without this script every tick loads
// the page anew. The server keeps the latest tap, so nothing counts twice and no late copy undoes a newer tap.
// Nothing is kept in the browser: what is not sent yet stands on the page, and closing it asks first.
const form = document.querySelector("#tuer");
const notice = document.querySelector("#hinweis");
const LOOK = 20, PATIENCE = 10, RETRY = [1, 2, 4, 8]; // seconds

const taps = new Map(); // the last tap of each row until it is taken
const [served, loaded] = [Number(form?.dataset.now), Date.now()];
let last = 0, tries = 0, busy = false, locked = false, changed = false, refusal = "", timer;

function tapped(event) {
  const button = event.submitter;
  if (button?.name !== "da") return;
  event.preventDefault();
  const row = button.closest("tr");
  last = Math.max(last + 1, served + Date.now() - loaded); // by the server's clock
  taps.set(row, { url: button.formAction, here: button.value === "ja", at: last });
  paint(row, button.value === "ja");
  say(row, "wird gesendet");
  tries = 0;
  refusal = "";
  exchange();
}

function paint(row, here) {
  const button = row.querySelector(".tick");
  button.value = here ? "nein" : "ja";
  button.setAttribute("aria-pressed", here);
}

function say(row, note) {
  row.querySelector(".tick-cell").dataset.note = note;
}

// Sends the oldest tap; if there is none, looks what another phone has ticked.
async function exchange() {
  if (busy) return;
  clearTimeout(timer);
  if (!taps.size && document.hidden) return wait(LOOK);
  busy = true;
  const [row, tap] = taps.entries().next().value ?? [];
  const answer = await ask(tap).catch(() => null);
  busy = false;
  if (answer === null) {
    if (tap && taps.get(row) === tap) say(row, "noch nicht gesendet");
    tries += 1;
  } else {
    if (tap && taps.get(row) === tap) {
      taps.delete(row);
      refusal = answer.refusal;
      say(row, refusal ? "zählt nicht" : "gesendet");
    }
    tries = 0;
    show(answer);
  }
  tell();
  if (locked || !tries) wait(taps.size && !locked ? 0 : LOOK);
  else wait(RETRY[Math.min(tries, RETRY.length) - 1]);
}

// null: the network or the server is away, or the server wants a sign-in first.
async function ask(tap) {
  const request = { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(PATIENCE * 1000) };
  if (tap) {
    request.method = "POST";
    request.body = new FormData(form);
    request.body.set("da", tap.here ? "ja" : "nein");
    request.body.set("um", tap.at);
  }
  const response = await fetch(tap ? tap.url : location.pathname, request);
  if (response.status >= 500) return null;
  const taken = response.headers.get("Content-Type") === "application/json";
  locked = !taken && !(await renewed());
  return taken ? response.json() : null;
}

// After a new sign-in in another tab the form's token is an old one: takes that of the page as it is now. False without
// a sign-in.
async function renewed() {
  const page = await fetch(location.pathname, { signal: AbortSignal.timeout(PATIENCE * 1000) });
  const token = "input[name=csrfmiddlewaretoken]";
  const current = new DOMParser().parseFromString(await page.text(), "text/html").querySelector(`#tuer ${token}`);
  if (current) form.querySelector(token).value = current.value;
  return current !== null;
}

function show({ here, count }) {
  const rows = form.querySelectorAll("tr[id]");
  changed = rows.length !== count.families[1];
  for (const row of rows) {
    if (!taps.has(row)) paint(row, here.includes(Number(row.id.split("-")[1])));
  }
  for (const number of document.querySelectorAll("[data-count]")) {
    const [some, all] = count[number.dataset.count];
    number.textContent = some;
    number.nextElementSibling.textContent = `von ${all}`;
  }
}

function tell() {
  const ticks = taps.size === 1 ? "Ein Häkchen ist" : `${taps.size} Häkchen sind`;
  const waits = taps.size && tries;
  if (locked) notice.textContent = `${taps.size ? `${ticks} noch nicht gesendet: ` : ""}Sie sind nicht mehr angemeldet. Lassen Sie diese Seite offen, und melden Sie sich in einem zweiten Tab an. Dann geht es hier weiter.`;
  else if (waits) notice.textContent = `${ticks} noch nicht gesendet. Lassen Sie diese Seite offen: Es geht weiter, sobald das Netz wieder da ist.`;
  else if (refusal) notice.textContent = refusal;
  else if (changed) notice.textContent = "Auf der Liste stehen jetzt andere Familien. Laden Sie die Seite neu.";
  notice.hidden = !(locked || waits || refusal || changed);
}

function wait(seconds) {
  clearTimeout(timer);
  timer = setTimeout(exchange, seconds * 1000);
}

if (form) {
  form.addEventListener("submit", tapped);
  addEventListener("online", exchange);
  addEventListener("beforeunload", (event) => {
    if (taps.size) event.returnValue = true;
  });
  wait(LOOK);
}
