// The form of an invoice: the server counts while it is typed, lines go by keyboard, what is remembered fills itself in.
// Everything here can be done without it: there is a button that counts, and a few empty lines.
{
  const form = document.querySelector("[data-invoice]"), { home } = form.dataset;
  const find = (selector, within = form) => within.querySelector(selector);
  const all = (selector, within = form) => [...within.querySelectorAll(selector)];
  const at = (name) => form.elements.namedItem(name);
  const list = find("[data-lines]"), pattern = find(".spare", list);
  all(".spare", list).forEach((row) => row.remove());
  const rows = () => all("tr", list);
  let next = +pattern.dataset.line;

  // Lines
  function renumbered(row, number) {
    const before = `lines.${row.dataset.line}.`, after = `lines.${number}.`;
    const copy = row.cloneNode(true);
    for (const element of all("*", copy)) {
      for (const name of ["id", "name", "for", "aria-describedby"]) {
        const value = element.getAttribute(name);
        if (value?.startsWith(before)) element.setAttribute(name, value.replace(before, after));
      }
    }
    all(".unseen", copy).forEach((place) => { place.textContent = place.textContent.replace(/\d+/, number + 1); });
    copy.dataset.line = number;
    copy.classList.remove("spare");
    return copy;
  }

  const field = (row, name) => find(`[name="lines.${row.dataset.line}.${name}"]:not([type=hidden])`, row);

  function add() {
    const last = rows().at(-1), row = renumbered(pattern, next++);
    list.append(row);
    if (last) for (const name of ["unit", "rate"]) field(row, name).value = field(last, name).value;
    field(row, "name").focus();
  }

  function drop(row) {
    const near = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    if (near) field(near, "name").focus();
    else add();
    recount();
  }

  form.addEventListener("click", ({ target }) => {
    if (target.closest("[data-add]")) add();
    const row = target.closest("[data-drop]") && target.closest("tr");
    if (row) drop(row);
  });

  form.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.key !== "Enter" || event.isComposing || !target.matches("input:not([type=checkbox])")) return;
    event.preventDefault(); // never by accident a draft that is saved, or an invoice that is issued
    const row = target.closest("tr");
    if (!row || !list.contains(row)) return;
    if (row.nextElementSibling) field(row.nextElementSibling, "name").focus();
    else if (field(row, "name").value.trim()) add();
  });

  // What is remembered
  const kept = (name) => JSON.parse(form.dataset[name]);
  const products = new Map(kept("products").map((one) => [one.name, one])), parties = new Map(kept("parties").map((one) => [one.name, one]));

  function fill(row, product) {
    for (const name of ["unit", "price", "rate", "code", "gtu"]) {
      const place = field(row, name);
      if (name !== "rate" || [...place.options].some(({ value }) => value === product.rate)) place.value = product[name];
    }
    field(row, "annex_15").checked = product.annex_15;
  }

  function know(party) {
    for (const [name, value] of Object.entries(party)) if (at(`buyer.${name}`) && (value || name !== "nip")) at(`buyer.${name}`).value = value;
  }

  form.addEventListener("change", ({ target }) => {
    const row = target.closest("[data-lines] tr");
    if (row && target === field(row, "name") && products.has(target.value) && !field(row, "price").value) fill(row, products.get(target.value));
    if (target.name === "buyer.name" && parties.has(target.value)) know(parties.get(target.value));
    if (target.name === "method") { const head = find("[data-price-head]"); head.textContent = head.dataset[target.value]; }
    // Other rates, other fields: the server shows the form anew, with all that was typed.
    if (["kind", "currency"].includes(target.name)) form.requestSubmit(find("[data-count-again]"));
    else recount();
  });

  find("[data-look-up]").addEventListener("click", async (event) => {
    const number = at("buyer.nip").value.replace(/[\s-]/g, "").replace(/^PL/i, "");
    const say = (text) => { find("[data-register]").textContent = text; };
    const told = JSON.parse(form.dataset.told), button = event.currentTarget;
    if (!/^\d{10}$/.test(number)) return; // the server says what is wrong with it
    event.preventDefault();
    button.disabled = true;
    try {
      const answer = await fetch(`${home}/registers/nip/${number}`, { headers: { Accept: "application/json" } });
      const found = await answer.json();
      if (answer.ok && found.party) know(found.party);
      say(answer.ok ? told[found.source || "unknown"] : answer.status < 500 ? found.detail : told.silent);
    } catch {
      say(told.silent);
    } finally {
      button.disabled = false;
    }
  });

  // What it comes to: the server counts, a moment after the last key; an answer that is late is passed over.
  const plain = (minor) => {
    const digits = String(Math.abs(minor)).padStart(3, "0"), whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, "\u00a0");
    return `${minor < 0 ? "-" : ""}${whole},${digits.slice(-2)}`;
  };
  const texts = JSON.parse(find("[data-hints]").dataset.texts);
  let wait, asked;

  function recount() {
    clearTimeout(wait);
    wait = setTimeout(ask, 350);
  }

  async function ask() {
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked, body = new URLSearchParams(new FormData(form));
    try {
      const answer = await fetch(`${home}/figures`, { method: "POST", body, signal, headers: { Accept: "application/json" } });
      const found = await answer.json();
      if (answer.ok) show(found);
      find("[data-trouble]").textContent = answer.ok ? "" : found.detail;
    } catch { /* without network, or too late: what is shown stays until the next key */ }
  }

  function cell(kind, text, look) {
    const made = Object.assign(document.createElement(kind), { textContent: text, className: look });
    if (kind === "th") made.scope = "row";
    return made;
  }

  function show(found) {
    for (const row of rows()) {
      const line = found.lines[row.dataset.line];
      find("[data-net]", row).textContent = line ? plain(line.net) : "";
      find("[data-gross]", row).textContent = line ? plain(line.gross) : "";
    }
    find("[data-rates]").replaceChildren(...found.rates.map((one) => {
      const row = document.createElement("tr");
      row.append(cell("th", one.written, ""), cell("td", plain(one.net), "num"), cell("td", plain(one.vat), "num"));
      return row;
    }));
    all("[data-figure]").forEach((place) => { place.textContent = plain(found[place.dataset.figure]); });
    find("[data-words]").textContent = found.words;
    find("[data-supply]").hidden = found.supply_gross === found.gross;
    find("[data-pln]").hidden = found.currency === "PLN" || !found.vat_pln;
    find("[data-hints]").replaceChildren(...found.hints.map((hint) => cell("li", texts[hint], "warn")));
  }

  form.addEventListener("input", ({ target }) => { if (!target.matches("textarea")) recount(); });

  // What was typed is not lost by a click aside.
  let typed = false;
  form.addEventListener("input", () => { typed = true; });
  form.addEventListener("submit", () => { typed = false; });
  addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
}
