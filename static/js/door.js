// The list for the door: a tap is sent in the background, again until it is taken. Without this script every tick loads
// the page anew. The server keeps the latest tap, so nothing counts twice and no late copy undoes a newer tap.
// Nothing is kept in the browser: what is not sent yet stands on the page, and closing it asks first.
const form = document.querySelector("#tuer");
const notice = document.querySelector("#hinweis");
const LOOK = 20, PATIENCE = 10, RETRY = [1, 2, 4, 8]; // seconds

const taps = new Map(); // the last tap of each row until it is taken
const [served, loaded] = [Number(form?.dataset.now), Date.now()];
let last = 0, tries = 0, busy = false, over = false, changed = false, timer;

function tapped(event) {
  const button = event.submitter;
  if (over || button?.name !== "da") return;
  event.preventDefault();
  const row = button.closest("tr");
  last = Math.max(last + 1, served + Date.now() - loaded); // by the server's clock
  taps.set(row, { url: button.formAction, here: button.value === "ja", at: last });
  paint(row, button.value === "ja");
  say(row, "wird gesendet");
  tries = 0;
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
  if (busy || over) return;
  clearTimeout(timer);
  if (!taps.size && document.hidden) return wait(LOOK);
  busy = true;
  const [row, tap] = taps.entries().next().value ?? [];
  const answer = await ask(tap).catch(() => null);
  busy = false;
  if (answer === null) {
    if (tap && taps.get(row) === tap) say(row, "noch nicht gesendet");
    tries += 1;
  } else if (answer) {
    if (tap && taps.get(row) === tap) {
      taps.delete(row);
      say(row, "gesendet");
    }
    tries = 0;
    show(answer);
  }
  tell();
  wait(tries ? RETRY[Math.min(tries, RETRY.length) - 1] : taps.size ? 0 : LOOK);
}

// null: the network or the server is away. false: the server wants a sign-in first, and asking again is no use.
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
  if (response.headers.get("Content-Type") === "application/json") return response.json();
  over = true;
  return false;
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
  if (over) notice.textContent = "Sie sind nicht mehr angemeldet. Laden Sie die Seite neu, und haken Sie ab, was noch fehlt.";
  else if (waits) notice.textContent = `${ticks} noch nicht gesendet. Lassen Sie diese Seite offen: Es geht weiter, sobald das Netz wieder da ist.`;
  else if (changed) notice.textContent = "Auf der Liste stehen jetzt andere Familien. Laden Sie die Seite neu.";
  notice.hidden = !(over || waits || changed);
}

function wait(seconds) {
  clearTimeout(timer);
  if (!over) timer = setTimeout(exchange, seconds * 1000);
}

if (form) {
  form.addEventListener("submit", tapped);
  addEventListener("online", exchange);
  addEventListener("beforeunload", (event) => {
    if (taps.size) event.returnValue = true;
  });
  wait(LOOK);
}
