// Makes the pages quicker for hands that know them. Everything works without it.
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector, within = document) => within.querySelector(selector);
const rows = () => all("tr[data-row]").filter((row) => !row.hidden);
const picks = () => all("input[data-pick]").filter((box) => !box.closest("tr").hidden);

// „Zatwierdź zaznaczone (14)": the count follows the ticks, a filtered-out row is not ticked.
function count() {
  const boxes = picks(), ticked = boxes.filter((box) => box.checked).length;
  all("[data-count]").forEach((place) => { place.textContent = `(${ticked})`; });
  const whole = one("input[data-all]");
  if (whole) {
    whole.checked = ticked > 0 && ticked === boxes.length;
    whole.indeterminate = ticked > 0 && ticked < boxes.length;
  }
}

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-all]")) picks().forEach((box) => { box.checked = target.checked; });
  if (target.matches("[data-all], [data-pick]")) count();
});

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-filter]")) return;
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/ł/g, "l");
  const squeeze = (text) => text.replace(/[\s-]/g, "");
  const wanted = plain(target.value.trim());
  all("tr[data-row]").forEach((row) => {
    const text = plain(row.textContent);
    row.hidden = !text.includes(wanted) && !squeeze(text).includes(squeeze(wanted));
    if (row.hidden) all("[data-pick]", row).forEach((box) => { box.checked = false; });
  });
  count();
});

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (button) {
    await navigator.clipboard.writeText(button.dataset.copy);
    const label = one("span", button), before = label.textContent;
    if (before === button.dataset.done) return;
    label.textContent = button.dataset.done;
    button.classList.add("done");
    setTimeout(() => { label.textContent = before; button.classList.remove("done"); }, 2000);
  }
  all("details.pop[open]").filter((open) => !open.contains(target)).forEach((open) => { open.open = false; });
});

let at = -1;
function go(step) {
  const shown = rows(), focused = shown.indexOf(document.activeElement.closest("tr"));
  if (!shown.length) return;
  at = Math.max(0, Math.min(shown.length - 1, (focused < 0 ? at : focused) + step));
  shown[at].tabIndex = -1;
  shown[at].focus();
  shown[at].scrollIntoView({ block: "nearest" });
}

// Beside a list, the neighbours of what is shown take the place of rows.
const beside = one("[data-keep]");
const turn = (step) => one(step > 0 ? "[data-after]" : "[data-before]")?.click();

const here = () => document.activeElement.closest("tr[data-row]");
const keys = {
  "/": () => one("[data-filter]")?.focus(),
  j: () => (beside ? turn : go)(1),
  k: () => (beside ? turn : go)(-1),
  x: () => {
    const boxes = all("[data-pick]", here()), ticked = boxes.every((box) => box.checked);
    boxes.forEach((box) => { box.checked = !ticked; });
    count();
  },
  a: () => one("[data-approve]", here() ?? document)?.click(),
  o: () => one("[data-open]", here() ?? document)?.click(),
  "?": () => { const help = one("#shortcuts"); if (help) { help.open = !help.open; help.scrollIntoView({ block: "nearest" }); } },
};
if (beside) Object.assign(keys, { ArrowRight: keys.j, ArrowLeft: keys.k });

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (key === "Escape") {
    all("details.pop[open]").forEach((open) => { open.open = false; one("summary", open).focus(); });
    if (target.matches("[data-filter]")) target.blur();
  }
  const typing = target.matches("input:not([type=checkbox]), select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[key] || !one("#shortcuts")) return;
  if ("xao".includes(key) && !here() && !(beside && key !== "x")) return;
  event.preventDefault();
  keys[key]();
});

count();
// A row of tabs that scrolls begins at the current one, with older browsers too.
all(":is(.top nav, .tabs) > [aria-current]").forEach((tab) => { const row = tab.parentNode; row.scrollLeft ||= tab.offsetLeft - row.offsetLeft - 40; });
if (beside) { const mine = one("[aria-current]", beside); if (mine) beside.scrollTop = mine.offsetTop - beside.offsetTop - 80; }
one("#problem")?.focus();
