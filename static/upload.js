// Handing documents over: files go straight to the storage, several at once, and outlive a lost connection.
// Without script the same link leads to a page that sends one file.
{
  const area = document.querySelector("[data-upload]"), { at, period, source, photos, worker } = area.dataset;
  const texts = JSON.parse(area.dataset.texts), limit = +area.dataset.limit, most = +area.dataset.most;
  const find = (selector, within = area) => within.querySelector(selector);
  const list = find("[data-list]"), row = find("[data-row]"), chooser = find("[data-files]"), camera = find("[data-photo-file]");
  const atOnce = 3, tasks = [];
  let sending = 0, held = false, wait = 0, replaces = "", again;

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const busy = () => tasks.filter(({ state }) => ["waiting", "sending", "offline", "paused"].includes(state));

  // What a person sees and hears of one file, and of all.
  function show(task, state, why = "") {
    Object.assign(task, { state, why });
    const { line } = task, [word, icon, tone] = texts.states[state].split("|");
    find("[data-state]", line).className = `state ${tone}`;
    find("use", line).setAttribute("href", `#i-${icon}`);
    find("[data-word]", line).textContent = word;
    find("[data-why]", line).textContent = why;
    find("[data-why]", line).hidden = !why;
    find("progress", line).hidden = !["sending", "paused"].includes(state);
    find("[data-pause]", line).hidden = !["waiting", "sending", "offline"].includes(state);
    find("[data-again]", line).hidden = !["paused", "failed", "offline"].includes(state);
    find("[data-cancel]", line).hidden = state === "done";
    total();
  }

  function total() {
    const done = tasks.filter(({ state }) => state === "done").length, left = busy().length;
    find("[data-total]").hidden = !tasks.length;
    const bytes = tasks.reduce((all, { blob }) => all + blob.size, 0), sent = tasks.reduce((all, task) => all + (task.state === "done" ? task.blob.size : task.sent), 0);
    find("[data-bar]").value = bytes ? sent / bytes : 0;
    find("[data-hold]").hidden = !left;
    find("[data-hold]").textContent = held ? texts.resume : texts.hold;
    const told = fill(texts.total, { done, all: tasks.length }) + (busy().some(({ state }) => state === "offline") ? ` ${texts.offline}` : "");
    if (find("[data-said]").textContent !== told) find("[data-said]").textContent = told;
  }

  function task(item) {
    const made = { ...item, sent: 0, line: row.content.cloneNode(true).firstElementChild };
    find("[data-name]", made.line).textContent = item.name;
    made.line.querySelectorAll("[data-of]").forEach((place) => { place.textContent = `: ${item.name}`; });
    find("[data-pause]", made.line).addEventListener("click", () => { made.request?.abort(); show(made, "paused"); });
    find("[data-again]", made.line).addEventListener("click", () => { made.problem = ""; show(made, "waiting"); go(); });
    find("[data-cancel]", made.line).addEventListener("click", () => cancel(made));
    list.append(made.line);
    tasks.push(made);
    return made;
  }

  async function cancel(made) {
    made.request?.abort();
    made.state = "cancelled";
    made.line.remove();
    tasks.splice(tasks.indexOf(made), 1);
    total();
    find("[data-choose]").focus();
    await Queue.remove(made.id);
    // What was announced and will not come is taken back, or it would be told of as lost.
    if (made.document) await fetch(`${at}/${made.document}/removal`, { method: "POST", headers: { Accept: "application/json", "Content-Type": "application/json" }, body: '{"version":1}' }).catch(() => {});
  }

  async function add(files, more = {}) {
    const told = { at, period, source, kind: find("[name=kind]")?.value ?? "other", note: find("[name=note]")?.value ?? "", replaces, ...more };
    replaces = "";
    for (const file of files) {
      const item = { id: crypto.randomUUID(), since: Date.now() + tasks.length / 1000, name: file.name, type: file.type, blob: file, ...told };
      const made = task(item);
      if (file.size > limit) show(made, "failed", fill(texts.large, { name: file.name, limit: Math.floor(limit / 1048576) }));
      else {
        show(made, "waiting");
        if (more.keep || !navigator.onLine || !at) await keep(made);
      }
    }
    go();
  }

  // Into the queue of this device, where it outlives the page.
  async function keep(made) {
    const { id, since, name, type, blob, period: month, kind, note, source: from, replaces: stopped, tried, sha256 } = made;
    made.kept = true;
    await Queue.put({ id, since, at, name, type, blob, period: month, kind, note, source: from, replaces: stopped, tried, sha256 });
    (await navigator.serviceWorker?.getRegistration())?.sync?.register("documents").catch(() => {});
  }

  async function go() {
    if (!at) return tasks.filter(({ state }) => state === "waiting").forEach((one) => show(one, "offline")); // the firm is asked for later
    if (held || sending) return;
    sending = 1;
    try {
      for (let next = ready(); next.length; next = ready()) await Queue.alone(() => work(next));
    } finally {
      sending = 0;
      total();
    }
  }

  // Those that can be signed with one request: the same is said of all of them.
  function ready() {
    const open = tasks.filter(({ state }) => state === "waiting"), [first] = open;
    const same = (one) => ["period", "kind", "note", "source"].every((name) => one[name] === first[name]) && !one.replaces;
    return held || !first ? [] : first.replaces ? [first] : open.filter(same).slice(0, most);
  }

  async function work(chosen) {
    const waiting = (await Queue.all()).map(({ id }) => id);
    // What the service worker has sent meanwhile is no longer in the queue.
    chosen.filter((one) => one.kept && !waiting.includes(one.id)).forEach((one) => show(one, "done"));
    const group = chosen.filter(({ state }) => state === "waiting");
    if (!group.length) return refresh();
    try {
      for (const one of group) one.sha256 ??= await Queue.digest(one.blob);
      const signing = Queue.sign(at, group);
      group.forEach((one) => { one.tried = true; });
      const { uploads, refused } = await signing;
      wait = 0;
      refused.forEach(({ file, detail }) => { show(group[file], "failed", detail); Queue.remove(group[file].id); });
      const left = uploads.map((upload) => [group[upload.file], upload]);
      await Promise.all(Array.from({ length: atOnce }, async () => {
        for (let pair = left.shift(); pair; pair = left.shift()) if (!held && pair[0].state === "waiting") await send(...pair);
      }));
    } catch (failure) {
      await trouble(group, failure);
    }
    refresh();
  }

  // No answer, or one that will be another soon, is tried again; any other is said.
  async function trouble(group, { status, message }) {
    if (status === 401) message = texts.signIn;
    const passing = !status || status >= 500 || status === 429;
    for (const one of group.filter(({ state }) => ["waiting", "sending"].includes(state))) {
      one.sent = 0;
      show(one, passing ? "offline" : "failed", passing ? "" : message);
      if (passing || status === 401) await keep(one);
    }
    if (!passing) return;
    wait = Math.min(wait * 2 || 1, 30);
    clearTimeout(again);
    again = setTimeout(resume, wait * 1000);
  }

  function resume() {
    tasks.filter(({ state }) => state === "offline").forEach((one) => show(one, "waiting"));
    go();
  }

  function send(made, { url, fields, document: named, arrived }) {
    made.document = named;
    made.period = named.slice(0, 7);
    if (arrived) return sent(made);
    return new Promise((done) => {
      const request = made.request = new XMLHttpRequest();
      show(made, "sending");
      request.upload.onprogress = ({ loaded, total: all }) => {
        made.sent = Math.min(loaded, made.blob.size);
        find("progress", made.line).value = loaded / all;
        total();
      };
      request.onabort = () => { made.sent = 0; done(); };
      request.onerror = async () => { await trouble([made], {}); done(); };
      request.onload = async () => {
        if (request.status < 300) await sent(made);
        // The form was too old: it is signed anew. Anything else the storage refuses for good.
        else await trouble([made], request.status === 403 || request.status >= 500 ? {} : { status: 400, message: texts.refused });
        done();
      };
      request.open("POST", url);
      request.send(Queue.form(fields, made.blob));
    });
  }

  async function sent(made) {
    show(made, "done");
    await Queue.remove(made.id);
  }

  // The lists below are fetched anew, until what is under way has been looked into.
  let looks = 0, looking;
  async function refresh() {
    if (!document.querySelector("[data-part]")) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.querySelectorAll("[data-part]").forEach((part) => {
      const fresh = page.getElementById(part.id);
      // What somebody is reading or typing in stays as it is.
      if (fresh && fresh.textContent !== part.textContent && !part.contains(document.activeElement)) part.replaceWith(fresh);
    });
    clearTimeout(looking);
    if (document.querySelector("[data-coming]") && looks < 8) looking = setTimeout(refresh, 1500 * 1.5 ** looks++);
  }

  // Choosing, dropping, taking photos.
  find("[data-choose]").addEventListener("click", (event) => { event.preventDefault(); chooser.click(); });
  chooser.addEventListener("change", () => { add([...chooser.files]); chooser.value = ""; });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-replaces]");
    if (!link) return;
    event.preventDefault();
    replaces = link.dataset.replaces;
    chooser.click();
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      area.classList.toggle("over", kind === "dragover");
      if (kind === "drop") add([...event.dataTransfer.files]);
    });
  }
  find("[data-hold]").addEventListener("click", () => {
    held = !held;
    if (held) tasks.filter(({ state }) => state === "sending").forEach((one) => { show(one, "waiting"); one.request.abort(); });
    total();
    go();
  });

  const pages = [], sheet = find("[data-pages]");
  function draw() {
    sheet.hidden = !pages.length;
    find("[data-thumbs]").replaceChildren(...pages.map((canvas, place) => {
      const line = find("[data-thumb]").content.cloneNode(true).firstElementChild;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", fill(texts.page, { number: place + 1 }));
      line.prepend(canvas);
      const act = { turn: async () => { pages[place] = (await import(photos)).turned(canvas); }, earlier: () => { pages.splice(Math.max(place - 1, 0), 0, ...pages.splice(place, 1)); }, drop: () => { pages.splice(place, 1); } };
      line.addEventListener("click", async ({ target }) => {
        const step = target.closest("[data-act]")?.dataset.act;
        if (step) { await act[step](); draw(); find("[data-more]").focus(); }
      });
      return line;
    }));
  }
  const shoot = () => camera.click();
  find("[data-photo]").addEventListener("click", shoot);
  find("[data-more]").addEventListener("click", shoot);
  camera.addEventListener("change", async () => {
    const files = [...camera.files];
    camera.value = "";
    for (const file of files) {
      try {
        pages.push(await (await import(photos)).load(file));
      } catch {
        add([file], { source: "phone", keep: true }); // a photo that this browser cannot read goes as it is
      }
    }
    draw();
    if (pages.length) find("[data-finish]").focus();
  });
  find("[data-finish]").addEventListener("click", async () => {
    const whole = await (await import(photos)).pdf(pages.splice(0));
    const moment = new Date().toLocaleString("sv-SE").replace(/:/g, ".");
    draw();
    add([new File([whole], fill(texts.photo, { moment }), { type: whole.type })], { source: "phone", keep: true });
  });

  // The page for no network waits until there is one, whatever the device says of it, and asks then which firm it is for.
  const back = () => fetch("/offline").then(() => tasks.length ? location.assign("/share") : location.reload(), () => {});
  addEventListener("online", at ? resume : back);
  if (!at) setInterval(back, 5000);
  addEventListener("beforeunload", (event) => { if (busy().some(({ kept }) => !kept)) event.preventDefault(); });
  navigator.serviceWorker?.register(worker, { scope: "/" }).catch(() => {});
  Queue.all().then((kept) => {
    kept.filter((item) => !at || item.at === at).forEach((item) => {
      const made = Object.assign(task(item), { kept: true });
      show(made, item.problem ? "failed" : "waiting", item.problem);
    });
    go();
  });
  if (document.querySelector("[data-coming]")) refresh();
}
