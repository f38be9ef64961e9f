/**
 * TFRecord files of tf.train.Examples, an encoded picture and a label each: `image/encoded` with `image/class/label` or
 * `image/class/text` (ImageNet's and Slim's), `image` with `label` (TensorFlow Datasets). Shards are read together; splits
 * come from their names, class names from `image/class/text` or a label.labels.txt beside them.
 */
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import { ByteReader } from "../codecs/byteReader";
import { openUnpacked } from "../codecs/gzip";
import { readImageHeader } from "../codecs/imageHeader";
import { decodeExample, type Feature } from "../codecs/tfExample";
import { readTfRecords } from "../codecs/tfRecord";
import { inPathOrder } from "./archiveNames";
import { baseName } from "./filePaths";
import { ImageSurvey } from "./imageSurvey";
import { LabelTally, NOT_LEARNABLE } from "./labelTally";
import { accepted, declined, defineReader, type ReaderItem, type SourceSplit } from "./reader";
import { plainLabel } from "./sampleLabels";
import { splitsOfPaths } from "./splitNames";

const NAME = /(\.tfrecords?(-\d+-of-\d+)?|-\d{5}-of-\d{5})(\.gz)?$/i;
const CLASS_NAMES = /\.labels\.txt$/i;
const BESIDE = /^(dataset_info|features)\.json$|\.labels\.txt$/i;
const IMAGES = ["image/encoded", "image", "image_raw", "img"];
const LABELS = ["image/class/label", "label", "labels", "class", "image/class/text"];
const TEXT = "image/class/text";
const MOST_NAMES_BYTES = 2 ** 20;

export default defineReader({
  id: "tfRecord",
  label: "TFRecord",
  about: "Shards of examples with image/encoded and image/class/label, or image and label.",

  accepts(files) {
    if (!files.some(({ path }) => NAME.test(path))) return declined("there is no .tfrecord among them");
    const other = files.find(({ path }) => !NAME.test(path) && !BESIDE.test(baseName(path)));
    return other ? declined(`${baseName(other.path)} is no .tfrecord`) : accepted;
  },

  async inspect(files, { signal, onProgress }) {
    const tally = new LabelTally();
    const survey = new ImageSurvey();
    const texts = new Map<string, string>();
    let pictures = 0;
    for await (const item of examples(files, signal)) {
      if (item.kind !== "example") continue;
      tally.add(item.split, item.label);
      if (item.text !== "" && !texts.has(item.label)) texts.set(item.label, item.text);
      if (survey.wantsNext()) survey.add(item.bytes);
      onProgress?.(++pictures, 0);
    }
    const first = shardsOf(files)[0]!;
    if (pictures === 0)
      throw new UserError(
        `${baseName(first.path)} holds no examples with a picture and a label.`,
        `Pictures are looked for in ${IMAGES.join(", ")}, labels in ${LABELS.join(", ")}.`,
      );
    const beside = await namesBeside(files);
    const nameOf = (label: string) => beside[Number(label)] ?? texts.get(label) ?? label;
    return { name: nameOfSet(first.path), ...tally.classes(nameOf), ...survey.result(), notes: [] };
  },

  async *read(files, { indexOf }, { signal }) {
    for await (const item of examples(files, signal)) {
      const label = item.kind === "example" ? indexOf?.get(item.label) : undefined;
      if (item.kind === "skipped") yield item;
      else if (label === undefined) yield { kind: "skipped", path: item.path, reason: NOT_LEARNABLE };
      else
        yield {
          kind: "image",
          split: item.split,
          label,
          path: item.path,
          bytes: Uint8Array.from(item.bytes),
        };
    }
  },
});

const shardsOf = (files: readonly PickedFile[]): PickedFile[] =>
  inPathOrder(files).filter(({ path }) => NAME.test(path));

interface Example {
  kind: "example";
  split: SourceSplit;
  path: string;
  label: string;
  /** The name of its class, "" for none. */
  text: string;
  bytes: Uint8Array;
}

async function* examples(
  files: readonly PickedFile[],
  signal: AbortSignal,
): AsyncGenerator<Example | Extract<ReaderItem, { kind: "skipped" }>> {
  const shards = shardsOf(files);
  const splits = splitsOfPaths(shards.map(({ path }) => path));
  for (const [i, { file, path }] of shards.entries()) {
    const reader = new ByteReader(await openUnpacked(file, path), path);
    try {
      let number = 0;
      for await (const record of readTfRecords(reader, path)) {
        signal.throwIfAborted();
        yield exampleOf(decodeExample(record, path), splits[i]!, `${path}, record ${number++}`);
      }
    } finally {
      await reader.cancel();
    }
  }
}

function exampleOf(
  features: ReadonlyMap<string, Feature>,
  split: SourceSplit,
  path: string,
): Example | Extract<ReaderItem, { kind: "skipped" }> {
  const image = first(features, IMAGES);
  if (image?.kind !== "bytes" || image.values.length === 0)
    return {
      kind: "skipped",
      path,
      reason: `no picture in it (${[...features.keys()].slice(0, 6).join(", ")})`,
    };
  const bytes = image.values[0]!;
  if (!readImageHeader(bytes))
    return { kind: "skipped", path, reason: "its picture is not encoded as PNG, JPEG, GIF, WebP or BMP" };
  const label = labelOf(first(features, LABELS));
  if (label === null) return { kind: "skipped", path, reason: "no single label in it" };
  return { kind: "example", split, path, label, text: labelOf(features.get(TEXT)) ?? "", bytes };
}

const first = (features: ReadonlyMap<string, Feature>, names: readonly string[]): Feature | undefined =>
  features.get(names.find((name) => features.has(name)) ?? "");

function labelOf(feature: Feature | undefined): string | null {
  if (feature?.values.length !== 1) return null;
  const [value] = feature.values;
  return plainLabel(value instanceof Uint8Array ? new TextDecoder().decode(value) : value);
}

/** One class name a line, in the order of the labels, as TensorFlow Datasets writes it. */
async function namesBeside(files: readonly PickedFile[]): Promise<string[]> {
  const found = files.find(({ path, file }) => CLASS_NAMES.test(path) && file.size <= MOST_NAMES_BYTES);
  const text = found ? await found.file.text() : "";
  return text.split(/\r?\n/).filter((line) => line.trim() !== "");
}

/** "mnist" of "mnist-train.tfrecord-00000-of-00001"; the folder of shards that are called by their split alone. */
function nameOfSet(path: string): string {
  const name = baseName(path).split(/[-_.](?=train|test|val|tfrecord|\d)/i)[0]!;
  return /^(train|test|val|\d|data$)/i.test(name) ? (path.split("/").at(-2) ?? "TFRecord") : name;
}
