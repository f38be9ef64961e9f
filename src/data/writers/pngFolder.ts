/**
 * One PNG per image in one folder per class, as torchvision's ImageFolder and Hugging Face's imagefolder read it, with
 * `metadata.jsonl` for the latter: a line per file, label and class name, the soft label where there is one.
 */
import { encodePng } from "../codecs/png";
import { classFolder } from "@/shared/fileNames";
import { imageCount, toBytes } from "./snapshotArrays";
import { defineWriter } from "./writer";

export default defineWriter({
  id: "pngFolder",
  label: "PNG files in class folders",
  about: "8-bit pictures, a folder per class in label order, with metadata.jsonl.",
  files: "images/",
  isDefault: true,
  loaders: [
    {
      library: "torchvision",
      code: 'from torchvision import datasets, transforms\nset = datasets.ImageFolder("images", transforms.ToTensor())',
    },
    {
      library: "Hugging Face datasets",
      code: 'from datasets import load_dataset\nset = load_dataset("imagefolder", data_dir="images", split="train")',
    },
    {
      library: "TensorFlow",
      code: 'set = tf.keras.utils.image_dataset_from_directory(\n    "images", image_size=None, shuffle=False)',
    },
  ],
  count: (snapshot) => imageCount(snapshot) + 1,

  *write(snapshot) {
    const { labels, targets, classNames, shape } = snapshot;
    const written = new Map<number, number>(); // images so far, by label
    const lines: string[] = [];
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i]!;
      const number = written.get(label) ?? 0;
      written.set(label, number + 1);
      const name = `${classFolder(label, classNames[label]!)}/${String(number).padStart(5, "0")}.png`;
      const soft = targets?.subarray(i * classNames.length, (i + 1) * classNames.length);
      lines.push(
        JSON.stringify({
          file_name: name,
          label,
          class_name: classNames[label],
          ...(soft && { soft_label: [...soft] }),
        }),
      );
      yield { path: `images/${name}`, bytes: encodePng({ ...shape, pixels: toBytes(snapshot, i) }) };
    }
    yield { path: "images/metadata.jsonl", bytes: new TextEncoder().encode(lines.join("\n") + "\n") };
  },
});
