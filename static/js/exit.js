// "Seite verlassen": hides the page at once and puts another page in its place in the history,
// so that Back does not show it again. Without this script the link is a plain link.
const exit = document.querySelector(".exit");
const presses = [];

function leave(event) {
  event?.preventDefault();
  document.documentElement.classList.add("gone");
  location.replace(exit.href);
}

if (exit) {
  exit.addEventListener("click", leave);
  // Shift three times within five seconds, with no other key between.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift") { presses.length = 0; return; }
    if (event.repeat) return;
    presses.push(event.timeStamp);
    if (presses.length > 3) presses.shift();
    if (presses.length === 3 && presses[2] - presses[0] <= 5000) leave();
  });
  document.querySelectorAll(".needs-script").forEach((part) => { part.hidden = false; });
}
