// A picture that is no PNG, or is too large, is made a small PNG before it is sent. Without script the server says what is wrong.
const MOST_BYTES = 300_000, WIDTH = 1200, HEIGHT = 600, TRIES = 6;

async function smaller(file) {
  const picture = await createImageBitmap(file);
  let scale = Math.min(1, WIDTH / picture.width, HEIGHT / picture.height);
  if (file.type === "image/png" && file.size <= MOST_BYTES && scale === 1) return file;
  for (let tried = 0; tried < TRIES; tried += 1, scale *= 0.7) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((done) => { canvas.toBlob(done, "image/png"); });
    if (made && made.size <= MOST_BYTES) return new File([made], "logo.png", { type: "image/png" });
  }
  return file;
}

const field = document.querySelector("input[data-logo]");
field.accept = "image/*"; // here other pictures are welcome too
field.addEventListener("change", async () => {
  const [chosen] = field.files;
  if (!chosen) return;
  try {
    const kept = new DataTransfer();
    kept.items.add(await smaller(chosen));
    field.files = kept.files;
    field.setCustomValidity("");
  } catch {
    field.setCustomValidity(field.dataset.logo);
    field.reportValidity();
  }
});
