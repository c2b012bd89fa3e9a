// What a page shows is for the person who opened it. Somebody who returns to it from another site by Back, perhaps to
// see what was open here, gets the start page instead. Loaded in the head, before anything is drawn.
// Some browsers do not say from where somebody comes. Then a personal page is hidden, one with data-unsure="show" is not.
const hiddenIfUnsure = document.currentScript.dataset.unsure !== "show";

function fromElsewhere() {
  const activation = window.navigation?.activation;
  return activation ? !activation.from : hiddenIfUnsure;
}

function hide() {
  try { if (sessionStorage.getItem("left")) return; } catch { /* it keeps nothing */ } // exit.js leads outside
  document.documentElement.classList.add("gone");
  location.replace("/");
}

if (performance.getEntriesByType("navigation")[0]?.type === "back_forward" && fromElsewhere()) hide();
addEventListener("pageshow", (event) => { if (event.persisted && fromElsewhere()) hide(); });
