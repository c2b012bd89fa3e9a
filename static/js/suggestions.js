// As one types: offers and topics whose words begin so, as a combobox with a list (ARIA Authoring Practices).
// Without this script the field is a plain search, and Enter always searches for what stands in it.
const field = document.querySelector("#q");
const list = document.querySelector("#vorschlaege");
const status = list.parentElement.querySelector("[role=status]");
const SHORTEST = 2;
const PAUSE = 150; // milliseconds after the last letter
let timer = 0;
let request = new AbortController();
let active = -1; // none of the options: the field itself

function close() {
  clearTimeout(timer);
  request.abort();
  list.hidden = true;
  field.setAttribute("aria-expanded", "false");
  status.textContent = "";
  choose(-1);
}

function choose(number) {
  active = number;
  [...list.children].forEach((option, each) => option.setAttribute("aria-selected", each === number));
  if (number < 0) { field.removeAttribute("aria-activedescendant"); return; }
  field.setAttribute("aria-activedescendant", list.children[number].id);
  list.children[number].scrollIntoView({ block: "nearest" });
}

function optionOf({ title, kind, url }, number) {
  const option = document.createElement("li");
  option.id = `vorschlag-${number}`;
  option.setAttribute("role", "option");
  option.dataset.url = url;
  option.append(title);
  if (kind) option.append(" ", Object.assign(document.createElement("span"), { className: "small", textContent: kind }));
  return option;
}

function show(suggestions) {
  list.replaceChildren(...suggestions.map(optionOf));
  if (!suggestions.length) { close(); return; }
  list.hidden = false;
  field.setAttribute("aria-expanded", "true");
  status.textContent = suggestions.length === 1 ? list.dataset.one : `${suggestions.length} ${list.dataset.many}`;
  choose(-1);
}

async function ask() {
  request.abort();
  request = new AbortController();
  const { signal } = request;
  const asked = new URLSearchParams({ q: field.value });
  try {
    const answer = await fetch(`${list.dataset.source}?${asked}`, { signal, cache: "no-store" });
    const { suggestions } = answer.ok ? await answer.json() : { suggestions: [] };
    if (!signal.aborted) show(suggestions);
  } catch {
    if (!signal.aborted) close(); // no network: the field still searches
  }
}

function open(option) {
  close();
  location.assign(option.dataset.url);
}

function typed() {
  clearTimeout(timer);
  if (field.value.trim().length < SHORTEST) close();
  else timer = setTimeout(ask, PAUSE);
}

function pressed(event) {
  const count = list.hidden ? 0 : list.children.length;
  if (event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    if (count === 0) { typed(); return; }
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    choose(((active + 1 + step + count + 1) % (count + 1)) - 1); // round, by way of the field
  } else if (event.key === "Enter" && active >= 0) {
    event.preventDefault();
    open(list.children[active]);
  } else if (event.key === "Escape" && count) {
    event.preventDefault();
    close();
  }
}

// A search field may not be a combobox (ARIA in HTML); a text field may.
field.type = "text";
field.inputMode = "search";
field.setAttribute("role", "combobox");
field.setAttribute("aria-autocomplete", "list");
field.setAttribute("aria-controls", list.id);
field.setAttribute("aria-expanded", "false");
field.addEventListener("input", typed);
field.addEventListener("keydown", pressed);
field.addEventListener("blur", close);
field.form.addEventListener("submit", close);
list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
list.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) open(option);
});
