// The service worker: shows a page without network, takes what other apps share, and sends what waits in the queue.
const release = new URL(location).search, kept = `app${release}`;
importScripts(`/static/queue.js${release}`);
const files = ["app.css", "app.js", "upload.js", "queue.js", "photos.js", "icon.svg"].map((name) => `/static/${name}${release}`);

addEventListener("install", (event) => {
  skipWaiting();
  event.waitUntil(caches.open(kept).then((cache) => cache.addAll([new Request("/offline", { headers: { Accept: "text/html" } }), ...files])));
});

addEventListener("activate", (event) => {
  const old = async () => { for (const name of await caches.keys()) if (name !== kept) await caches.delete(name); };
  event.waitUntil(Promise.all([old(), clients.claim()]));
});

// Files from another app wait in the queue; a page asks which firm they are for.
async function take(request) {
  const given = await request.formData();
  for (const file of given.getAll("files")) {
    if (file.size) await Queue.add({ at: "", name: file.name, type: file.type, blob: file, kind: "other", note: "", source: "phone", replaces: "" });
  }
  return Response.redirect("/share", 303);
}

// The page has a header that says what it may do; `Vary` would keep it from being found.
const offline = () => caches.match("/offline", { ignoreVary: true });

addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return;
  if (request.method === "POST" && pathname === "/share") event.respondWith(take(request));
  else if (request.method !== "GET") return;
  else if (request.mode === "navigate") {
    const page = fetch(request);
    event.respondWith(page.catch(offline));
    // Where the browser has no background sync, opening the app is the next chance. The page of documents does it itself.
    if (!pathname.endsWith("/documents")) event.waitUntil(page.then(Queue.flush).catch(() => {}));
  }
  else if (pathname.startsWith("/static/")) event.respondWith(fetch(request).catch(async () => await caches.match(request, { ignoreVary: true }) ?? Response.error()));
});

addEventListener("sync", (event) => {
  if (event.tag !== "documents") return;
  event.waitUntil((async () => {
    // A page that is open does it itself, with progress.
    const open = await clients.matchAll({ type: "window" });
    if (open.some(({ url }) => new URL(url).pathname.endsWith("/documents"))) return;
    await Queue.flush();
  })());
});
