// What another app shared waits in the queue of this device until a firm is chosen; then that firm's page sends it.
{
  const area = document.querySelector("[data-share]"), told = area.querySelector("[data-shared]");
  const waiting = async () => (await Queue.all()).filter(({ at }) => !at);
  const count = (items) => {
    told.textContent = items.length
      ? area.dataset.some.replace("{count}", items.length).replace("{names}", items.map(({ name }) => name).join(", "))
      : area.dataset.none;
  };
  waiting().then(count);
  area.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-firm]");
    if (!link) return;
    event.preventDefault();
    for (const item of await waiting()) await Queue.put({ ...item, at: new URL(link.href).pathname });
    location.assign(link.href);
  });
}
