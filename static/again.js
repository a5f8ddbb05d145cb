// A list of files under way looks again by itself: every few seconds, slower with time, only while it is seen.
(() => {
  const list = () => document.getElementById("zips");
  let wait = 2000;

  async function again() {
    if (!list()?.querySelector("[data-again]")) return;
    if (!document.hidden) {
      try {
        const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
        if (!answer.ok || answer.redirected) return;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById("zips");
        // What somebody has opened or stands on is not taken away under their hands.
        if (fresh && !list().contains(document.activeElement)) list().replaceWith(fresh);
      } catch { /* without network it is tried again */ }
      wait = Math.min(wait * 1.2, 15000);
    }
    setTimeout(again, wait);
  }

  setTimeout(again, wait);
})();
