// A personal page is for the person who got its link. Somebody who returns to it from another site by Back,
// perhaps to see what was open here, gets the start page instead. Loaded in the head, before anything is drawn.
function fromElsewhere() {
  return !window.navigation?.activation?.from;
}

function hide() {
  try { if (sessionStorage.getItem("left")) return; } catch { /* it keeps nothing */ } // exit.js leads outside
  document.documentElement.classList.add("gone");
  location.replace("/");
}

if (performance.getEntriesByType("navigation")[0]?.type === "back_forward" && fromElsewhere()) hide();
addEventListener("pageshow", (event) => { if (event.persisted && fromElsewhere()) hide(); });
