/** One PNG per image in one folder per class, as torchvision's ImageFolder and Hugging Face's imagefolder read it. */
import { encodePng } from "../codecs/png";
import { classFolder } from "./fileNames";
import { imageCount, toBytes } from "./snapshotArrays";
import { defineWriter } from "./writer";

export default defineWriter({
  id: "pngFolder",
  label: "PNG files in class folders",
  about: "The set as 8-bit pictures, a folder per class, in label order.",
  count: imageCount,

  *write(snapshot) {
    const written = new Map<number, number>(); // images so far, by label
    for (let i = 0; i < snapshot.labels.length; i++) {
      const label = snapshot.labels[i]!;
      const number = written.get(label) ?? 0;
      written.set(label, number + 1);
      yield {
        path: `images/${classFolder(label, snapshot.classNames[label]!)}/${String(number).padStart(5, "0")}.png`,
        bytes: encodePng({ ...snapshot.shape, pixels: toBytes(snapshot, i) }),
      };
    }
  },
});
