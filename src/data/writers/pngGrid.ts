/** All images on one sheet, a row per class, one white pixel between them. */
import { encodePng } from "../codecs/png";
import { imagesPerClass, toBytes } from "./snapshotArrays";
import { defineWriter } from "./writer";

const GAP = 1; // pixels
const WHITE = 255;

export default defineWriter({
  id: "pngGrid",
  label: "Overview as one PNG",
  about: "The whole set on one sheet, a row per class.",
  files: "grid.png",
  isDefault: true,
  loaders: [],
  count: () => 1,

  *write(snapshot) {
    const { height, width, channels } = snapshot.shape;
    const columns = imagesPerClass(snapshot);
    const sheet = {
      width: columns * (width + GAP) - GAP,
      height: snapshot.classNames.length * (height + GAP) - GAP,
    };
    const pixels = new Uint8Array(sheet.width * sheet.height * channels).fill(WHITE);
    let column = 0;
    for (let i = 0; i < snapshot.labels.length; i++) {
      const row = snapshot.labels[i]!;
      column = i > 0 && snapshot.labels[i - 1] === row ? column + 1 : 0;
      const image = toBytes(snapshot, i);
      for (let y = 0; y < height; y++) {
        const to = ((row * (height + GAP) + y) * sheet.width + column * (width + GAP)) * channels;
        pixels.set(image.subarray(y * width * channels, (y + 1) * width * channels), to);
      }
    }
    yield { path: "grid.png", bytes: encodePng({ ...sheet, channels, pixels }) };
  },
});
