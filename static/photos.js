// Photos become one PDF, in their order: turned right, no larger than a page needs, each as the JPEG it is.
const LONGEST = 2000, QUALITY = 0.8, PAGE = 842; // pixels; of 1; points: the long side of A4

// A photo as a canvas. The browser turns it as the camera held it. Throws where it cannot read the file.
export async function load(file) {
  const photo = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(photo.width, photo.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(photo.width * scale), height: Math.round(photo.height * scale) });
  canvas.getContext("2d").drawImage(photo, 0, 0, canvas.width, canvas.height);
  photo.close();
  return canvas;
}

// The same photo, a quarter to the right.
export function turned(from) {
  const canvas = Object.assign(document.createElement("canvas"), { width: from.height, height: from.width });
  const drawn = canvas.getContext("2d");
  drawn.translate(canvas.width, 0);
  drawn.rotate(Math.PI / 2);
  drawn.drawImage(from, 0, 0);
  return canvas;
}

export async function pdf(pages) {
  const parts = [], offsets = [];
  let length = 0;
  const write = (...some) => {
    for (const part of some) { parts.push(part); length += part.size ?? part.length; }
  };
  const object = (number, ...some) => { offsets[number] = length; write(`${number} 0 obj\n`, ...some, "\nendobj\n"); };
  write("%PDF-1.4\n");
  const first = (place) => 3 + place * 3;
  object(1, "<</Type/Catalog/Pages 2 0 R>>");
  object(2, `<</Type/Pages/Count ${pages.length}/Kids[${pages.map((_, place) => `${first(place)} 0 R`).join(" ")}]>>`);
  for (const [place, canvas] of pages.entries()) {
    const photo = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); });
    const point = PAGE / Math.max(canvas.width, canvas.height), number = first(place);
    const [width, height] = [canvas.width, canvas.height].map((pixels) => (pixels * point).toFixed(2));
    const drawing = `q ${width} 0 0 ${height} 0 0 cm /P Do Q`;
    object(number, `<</Type/Page/Parent 2 0 R/MediaBox[0 0 ${width} ${height}]/Contents ${number + 1} 0 R/Resources<</XObject<</P ${number + 2} 0 R>>>>>>`);
    object(number + 1, `<</Length ${drawing.length}>>stream\n${drawing}\nendstream`);
    object(number + 2, `<</Type/XObject/Subtype/Image/Width ${canvas.width}/Height ${canvas.height}/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length ${photo.size}>>stream\n`, photo, "\nendstream");
  }
  const start = length, entries = offsets.slice(1).map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`);
  write(`xref\n0 ${offsets.length}\n0000000000 65535 f \n${entries.join("")}trailer<</Size ${offsets.length}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF\n`);
  return new Blob(parts, { type: "application/pdf" });
}
