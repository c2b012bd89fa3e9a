// Keeps what is written in a form of the desk: sends it some seconds after a key, and when the page is left
// (kit/desk/unsaved.py). Nothing is kept in the browser. Without this script there is a button.
const box = document.querySelector(".unsaved");
const form = box.closest("form");
const status = box.querySelector("[role=status]");
const PAUSE = 3000; // milliseconds after the first key that was not sent yet
const RETRY = 10000;
const WAIT = 15000;
const LONGEST = 60000; // bytes that a browser sends for a page that is gone
let timer = 0;
let typed = false;
let stopped = false;
let underWay = null;

function say(sentence, isTrouble) {
  status.textContent = sentence;
  box.classList.toggle("caution", isTrouble);
  // Where somebody is writing, so that it is seen.
  const row = isTrouble && document.activeElement?.closest("form .field, form .form-row");
  if (row) row.after(box);
}

async function send() {
  const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const body = new URLSearchParams([...fields, ["_keep", ""]]);
  typed = false;
  const answer = await fetch(form.getAttribute("action") || location.href, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    keepalive: String(body).length < LONGEST,
    signal: AbortSignal.timeout(WAIT),
  });
  if (answer.status >= 500) throw new Error(answer.status);
  const isOurs = answer.headers.get("Content-Type")?.startsWith("application/json");
  const { told, seen } = isOurs ? await answer.json() : { told: box.dataset.signedOut, seen: "" };
  if (seen) form.elements.kept_at.value = seen;
  if (!seen) stopped = true;
  say(told, !seen);
}

function keep() {
  clearTimeout(timer);
  timer = 0;
  if (!typed || stopped || underWay) return;
  underWay = send().catch(() => {
    typed = true;
    say(box.dataset.failed, true);
    later(RETRY);
  }).finally(() => {
    underWay = null;
    if (typed) later(PAUSE);
  });
}

function later(pause) {
  if (!stopped) timer ||= setTimeout(keep, pause);
}

for (const kind of ["input", "change"]) {
  form.addEventListener(kind, () => { typed = true; later(PAUSE); });
}
document.addEventListener("visibilitychange", () => { if (document.hidden) keep(); });
addEventListener("pagehide", keep);
// What is under way arrives before the form itself: else it would come back after it was saved.
form.addEventListener("submit", async (event) => {
  const pressedBefore = stopped;
  stopped = true;
  if (!underWay) return;
  event.preventDefault();
  if (pressedBefore) return;
  await underWay;
  form.requestSubmit(event.submitter);
});
status.textContent = box.dataset.byItself;
box.querySelector("button").remove();
