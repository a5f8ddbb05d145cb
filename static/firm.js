// Checks numbers of a firm while they are typed, by the rules and with the sentences of the server, which decides;
// and fills the form from the register without leaving the page.
{
  const form = document.querySelector("[data-firm]");
  const at = (name) => form.elements[name];
  const sum = (text, weights) => weights.reduce((all, weight, place) => all + weight * text[place], 0);
  const compact = (text) => text.replace(/[\s-]/g, "").toUpperCase();
  const short = (text) => /^\d{9}$/.test(text) && (sum(text, [8, 9, 2, 3, 4, 5, 6, 7]) % 11) % 10 === +text[8];
  const iban = (text) => /^\d{26}$/.test(text) && BigInt(`${text.slice(2)}2521${text.slice(0, 2)}`) % 97n === 1n;

  function born(text) {
    const [year, month, day] = [0, 2, 4].map((place) => +text.slice(place, place + 2));
    const found = new Date(Date.UTC([1900, 2000, 2100, 2200, 1800][Math.floor(month / 20)] + year, (month % 20) - 1, day));
    return month % 20 > 0 && found.getUTCMonth() === (month % 20) - 1 && found.getUTCDate() === day;
  }

  const rules = {
    nip: (text) => /^\d{10}$/.test(text) && +text > 0 && sum(text, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === +text[9],
    pesel: (text) => /^\d{11}$/.test(text) && born(text) && (10 - (sum(text, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === +text[10],
    regon: (text) => +text > 0 && (text.length === 14
      ? /^\d{14}$/.test(text) && short(text.slice(0, 9)) && (sum(text, [2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8]) % 11) % 10 === +text[13]
      : short(text)),
    accounts: (text) => iban(text.replace(/^PL/, "")),
    zus: (text) => /^(PL)?\d{2}60000002026\d{13}$/.test(text) && iban(text.replace(/^PL/, "")) && rules.nip(text.slice(-10)),
  };

  function say(field, sentence) {
    let place = field.parentElement.querySelector("[data-said]");
    if (sentence) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
    if (sentence && !place) {
      place = Object.assign(document.createElement("p"), { className: "error" });
      place.dataset.said = "";
      place.setAttribute("role", "status");
      field.after(place);
    }
    if (place) place.textContent = sentence;
  }

  function check(field) {
    const lines = (field.name === "bank_accounts" ? field.value.split("\n") : [field.value]).map(compact).filter(Boolean);
    const type = at("id_type")?.value;
    const [rule, sentence] = {
      number: [rules[type], field.dataset[`says${type?.[0].toUpperCase()}${type?.slice(1)}`]],
      bank_accounts: [rules.accounts, field.dataset.says],
      zus_account: [rules.zus, field.dataset.says],
    }[field.name] ?? [];
    if (rule) say(field, lines.every((line) => rule(type === "nip" ? line.replace(/^PL(?=\d{10}$)/, "") : line)) ? "" : sentence);
    else if (field.name === "number") say(field, "");
  }

  form.addEventListener("change", ({ target }) => check(target.name === "id_type" ? at("number") : target));
  form.addEventListener("input", ({ target }) => { if (target.hasAttribute("aria-invalid")) check(target); });

  form.querySelector("[data-look-up]")?.addEventListener("click", async (event) => {
    const button = event.currentTarget, told = form.querySelector("[data-register]").dataset;
    const number = compact(at("number").value).replace(/^PL/, "");
    event.preventDefault();
    at("id_type").value = "nip";
    check(at("number"));
    if (!rules.nip(number)) return at("number").focus();
    button.disabled = true;
    try {
      const answer = await fetch(button.dataset.lookUp + number, { headers: { Accept: "application/json" } });
      const found = await answer.json();
      const state = !answer.ok ? "silent" : found.known ? "filled" : "unknown";
      if (state === "filled") {
        for (const name of ["name", "legal_form", "street", "postcode", "city"]) if (found[name]) at(name).value = found[name];
        if (found.bank_accounts.length) at("bank_accounts").value = found.bank_accounts.join("\n");
      }
      form.querySelector("[data-register]").textContent = told[state];
    } catch {
      form.querySelector("[data-register]").textContent = told.silent;
    } finally {
      button.disabled = false;
    }
  });
}
