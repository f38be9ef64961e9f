/**
 * A Parquet shard as the Hugging Face hub has them: image as a struct of bytes and path, label as a class index, the
 * class names in the key "huggingface". Source: github.com/huggingface/datasets, features/image.py.
 */
import { encodePng } from "../codecs/png";
import { toBytes } from "./snapshotArrays";
import { defineWriter } from "./writer";

/** The hub reads the split from the name. */
const NAME = "train-00000-of-00001.parquet";

export default defineWriter({
  id: "parquet",
  label: "Parquet for the Hugging Face hub",
  about: "8-bit pictures and labels as the hub stores them; class names are in the file.",
  files: NAME,
  isDefault: false,
  loaders: [
    {
      library: "Hugging Face datasets, Parquet",
      code: `from datasets import load_dataset\nset = load_dataset("parquet", data_files="${NAME}", split="train")`,
    },
  ],
  count: () => 1,

  async *write(snapshot) {
    const { parquetWriteBuffer } = await import("hyparquet-writer"); // few need it
    const { labels, targets, classNames, shape } = snapshot;
    const images = Array.from(labels, (_, i) => ({
      bytes: encodePng({ ...shape, pixels: toBytes(snapshot, i) }),
      path: `${String(i).padStart(5, "0")}.png`,
    }));
    const soft = Array.from(labels, (_, i) => [
      ...(targets?.subarray(i * classNames.length, (i + 1) * classNames.length) ?? []),
    ]);
    const features = {
      image: { _type: "Image" },
      label: { _type: "ClassLabel", names: classNames },
      ...(targets && { soft_label: { _type: "Sequence", feature: { _type: "Value", dtype: "float32" } } }),
    };
    const written = parquetWriteBuffer({
      columnData: [
        { name: "image", data: images },
        { name: "label", data: Array.from(labels, BigInt) },
        ...(targets ? [{ name: "soft_label", data: soft }] : []),
      ],
      schema: [
        { name: "root", num_children: targets ? 3 : 2 },
        { name: "image", num_children: 2, repetition_type: "OPTIONAL" },
        { name: "bytes", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
        { name: "path", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" },
        { name: "label", type: "INT64", repetition_type: "OPTIONAL" },
        ...(targets
          ? ([
              { name: "soft_label", num_children: 1, converted_type: "LIST", repetition_type: "OPTIONAL" },
              { name: "list", num_children: 1, repetition_type: "REPEATED" },
              { name: "element", type: "FLOAT", repetition_type: "OPTIONAL" },
            ] as const)
          : []),
      ],
      kvMetadata: [{ key: "huggingface", value: JSON.stringify({ info: { features } }) }],
    });
    yield { path: NAME, bytes: new Uint8Array(written) };
  },
});
