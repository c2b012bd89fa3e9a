// A mailing on its way: its numbers move by themselves. Without this script there is a link to load the page anew.
const run = document.querySelector("#run");
const SECONDS = 3;

async function look() {
  if (document.hidden) return true;
  const answer = await fetch(run.dataset.source);
  if (!answer.ok || answer.redirected) return false;
  run.innerHTML = await answer.text();
  if (!run.querySelector("[data-finished]")) return true;
  location.reload(); // without the buttons, with all failures
  return false;
}

async function keepLooking() {
  const more = await look().catch(() => true); // the network comes back
  if (more) setTimeout(keepLooking, SECONDS * 1000);
}

if (run) setTimeout(keepLooking, SECONDS * 1000);
