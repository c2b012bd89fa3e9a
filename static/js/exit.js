// "Seite verlassen": hides the page at once and puts another page in its place in the history. Back does not lead into
// the portal again in this tab; its address, typed or from a link, does. Without this script the link is a plain link.
// Loaded in the head, before anything is drawn.
const outside = document.currentScript.dataset.outside;
const presses = [];

function leave(event) {
  event?.preventDefault();
  document.documentElement.classList.add("gone");
  try { sessionStorage.setItem("left", "1"); } catch { /* a browser that keeps nothing */ }
  location.replace(outside);
}

function hasLeft() {
  try { return sessionStorage.getItem("left") !== null; } catch { return false; }
}

if (hasLeft()) {
  if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") leave();
  else sessionStorage.removeItem("left");
}
addEventListener("pageshow", (event) => { if (event.persisted && hasLeft()) leave(); });
// A page that Firefox brings back from its memory has the storage of its own time and does not know that somebody left.
// Pages with this listener are loaded again instead. Other browsers need it not, and it would make them slower.
if ("mozInnerScreenX" in window) addEventListener("unload", () => {});
document.addEventListener("click", (event) => { if (event.target.closest?.(".exit")) leave(event); });
// Shift three times within five seconds, with no other key between.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Shift") { presses.length = 0; return; }
  if (event.repeat) return;
  presses.push(event.timeStamp);
  if (presses.length > 3) presses.shift();
  if (presses.length === 3 && presses[2] - presses[0] <= 5000) leave();
});
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".needs-script").forEach((part) => { part.hidden = false; });
});
