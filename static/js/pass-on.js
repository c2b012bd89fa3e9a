// The buttons beside the address of a page: the system's own sharing, copying, printing. Each is shown where the browser
// can do it. Without this script the address stands there, to be marked and copied.
const passOn = document.querySelector(".pass-on");
const address = document.querySelector(".address");
const said = passOn.querySelector("[role=status]");
const ways = {
  share: navigator.share && (() => navigator.share({ title: document.title, url: address.textContent }).catch(() => {})), // thought better of it
  copy: navigator.clipboard && copy,
  print: () => print(),
};

async function copy() {
  try {
    await navigator.clipboard.writeText(address.textContent);
    said.textContent = said.dataset.copied;
  } catch {
    getSelection().selectAllChildren(address);
    said.textContent = said.dataset.refused;
  }
}

for (const button of passOn.querySelectorAll("[data-pass-on]")) {
  const act = ways[button.dataset.passOn];
  button.hidden = !act;
  if (act) button.addEventListener("click", act);
}
passOn.hidden = false;
