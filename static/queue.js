// Documents that wait on this device until there is a network. They lie in the browser's database, so that they outlive
// the page; a page sends them, or the service worker, whichever comes first: never both, there is a lock.
const Queue = (() => {
  const memory = new Map(); // where the browser keeps no database, or it is full: as long as the page is open
  let database;

  const open = () => database ??= new Promise((done, fail) => {
    const asked = indexedDB.open("documents", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("files", { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });

  async function run(mode, step) {
    const written = (await open()).transaction("files", mode), asked = step(written.objectStore("files"));
    return new Promise((done, fail) => {
      written.oncomplete = () => done(asked.result);
      written.onabort = written.onerror = () => fail(written.error);
    });
  }

  async function all() {
    const kept = await run("readonly", (store) => store.getAll()).catch(() => []);
    return [...kept, ...memory.values()].sort((one, other) => one.since - other.since);
  }

  async function put(item) {
    try {
      await run("readwrite", (store) => store.put(item));
      memory.delete(item.id);
    } catch {
      memory.set(item.id, item);
    }
    return item;
  }

  async function remove(id) {
    memory.delete(id);
    await run("readwrite", (store) => store.delete(id)).catch(() => {});
  }

  async function digest(blob) {
    const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // One request signs many. Each item brings its `sha256`; what is said of all stands with the first.
  async function sign(at, items) {
    const [{ period, kind, note, source, replaces }] = items;
    const files = items.map(({ name, type, blob, sha256 }) => ({ name, media_type: type, size: blob.size, sha256 }));
    const body = JSON.stringify({ period, kind, note, source, replaces, again: items.some(({ tried }) => tried), files });
    const headers = { Accept: "application/json", "Content-Type": "application/json" };
    const answer = await fetch(at, { method: "POST", headers, body });
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(told.detail), { status: answer.status });
    return told;
  }

  function form(fields, blob) {
    const made = new FormData();
    for (const [name, value] of Object.entries(fields)) made.append(name, value);
    made.append("file", blob);
    return made;
  }

  const alone = (step) => navigator.locks ? navigator.locks.request("documents", step) : step();

  async function send(item) {
    item.sha256 ??= await digest(item.blob);
    const { uploads: [upload], refused: [refused] } = await sign(item.at, [item]).finally(() => put({ ...item, tried: true }));
    if (refused) return put({ ...item, problem: refused.detail });
    if (!upload.arrived) {
      const answer = await fetch(upload.url, { method: "POST", body: form(upload.fields, item.blob) });
      if (!answer.ok) throw Object.assign(new Error(), { status: 503 });
    }
    return remove(item.id);
  }

  // Sends all that waits, from the service worker. What the server refuses stays, with its reason, for a page to show.
  const flush = () => alone(async () => {
    for (const item of await all()) {
      if (!item.at || item.problem) continue;
      try {
        await send(item);
      } catch (failure) {
        if (!(failure.status >= 400 && failure.status < 500)) throw failure;
        if (failure.status !== 401) await put({ ...item, tried: true, problem: failure.message });
      }
    }
  });

  const add = (item) => put({ id: crypto.randomUUID(), since: Date.now() + performance.now() / 1e6, ...item });

  return { add, all, alone, digest, flush, form, put, remove, sign };
})();
