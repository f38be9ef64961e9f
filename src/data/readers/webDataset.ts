/**
 * WebDataset: tar shards whose consecutive files of one name are a sample, a picture and its label: `.cls` (a number or
 * a name), `.json` ({"label": …} or {"cls": …}) or `.txt`. Splits come from the names of the shards. Source:
 * github.com/webdataset/webdataset.
 */
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import { readTar } from "../codecs/tar";
import { declinesTars, inPathOrder } from "./archiveNames";
import { baseName, isImageName, isJunk, stem } from "./filePaths";
import { ImageSurvey } from "./imageSurvey";
import { LabelTally, NOT_LEARNABLE } from "./labelTally";
import { accepted, declined, defineReader, type ReaderItem, type SourceSplit } from "./reader";
import { isLabelField, labelOf, LABEL_BYTES, LABEL_FIELDS, sampleKey, type LabelField } from "./sampleLabels";
import { splitsOfPaths } from "./splitNames";
import { tarKind } from "./tarKind";
import { tarRefusal } from "./tarPictures";

export default defineReader({
  id: "webDataset",
  label: "WebDataset",
  about: "Tar shards of samples: 0001.jpg with 0001.cls, 0001.json or 0001.txt.",

  accepts: (files) => declinesTars(files) ?? accepted,

  async recognise(files, context) {
    for (const file of files) {
      if ((await tarKind(file, context)).kind !== "webDataset")
        return declined(
          `in ${baseName(file.path)} no label (.cls, .json or .txt) stands beside the first picture`,
        );
    }
    return accepted;
  },

  async inspect(files, { signal, onProgress }) {
    const tally = new LabelTally();
    const survey = new ImageSurvey();
    let pictures = 0;
    for await (const item of samples(files, signal)) {
      if (item.kind !== "sample") continue;
      tally.add(item.split, item.label);
      if (survey.wantsNext()) survey.add(item.bytes);
      onProgress?.(++pictures, 0);
    }
    if (pictures === 0)
      throw new UserError(
        `${baseName(files[0]!.path)} holds no labelled images.`,
        "Each picture needs a .cls, .json or .txt of its name behind it.",
      );
    return { name: nameOf(files), ...tally.classes(), ...survey.result(), notes: [] };
  },

  async *read(files, { indexOf }, { signal }) {
    for await (const item of samples(files, signal)) {
      const label = item.kind === "sample" ? indexOf?.get(item.label) : undefined;
      if (item.kind === "skipped") yield item;
      else if (label === undefined) yield { kind: "skipped", path: item.path, reason: NOT_LEARNABLE };
      else yield { kind: "image", split: item.split, label, path: item.path, bytes: item.bytes };
    }
  },
});

type Sample = {
  kind: "sample";
  split: SourceSplit;
  path: string;
  label: string;
  bytes: Uint8Array<ArrayBuffer>;
};
type Skipped = Extract<ReaderItem, { kind: "skipped" }>;

/** Samples of all shards, in the order of the shards' paths. */
async function* samples(files: readonly PickedFile[], signal: AbortSignal): AsyncGenerator<Sample | Skipped> {
  const shards = inPathOrder(files);
  const splits = splitsOfPaths(shards.map(({ path }) => path));
  for (const [i, shard] of shards.entries()) yield* samplesOf(shard, splits[i]!, signal);
}

/** What is known of the sample that is being read. */
class Parts {
  picture: { path: string; bytes: Uint8Array<ArrayBuffer> } | null = null;
  private readonly labels = new Map<LabelField, string>();

  constructor(readonly key: string) {}

  setLabel(field: LabelField, label: string | null): void {
    if (label !== null) this.labels.set(field, label);
  }

  *finished(split: SourceSplit): Generator<Sample | Skipped> {
    if (!this.picture) return; // texts without a picture are nothing that is missed
    const { path, bytes } = this.picture;
    const field = LABEL_FIELDS.find((own) => this.labels.has(own));
    if (field === undefined)
      yield { kind: "skipped", path, reason: "no label beside it (.cls, .json or .txt)" };
    else yield { kind: "sample", split, path, bytes, label: this.labels.get(field)! };
  }
}

async function* samplesOf(
  { file, path: shard }: PickedFile,
  split: SourceSplit,
  signal: AbortSignal,
): AsyncGenerator<Sample | Skipped> {
  let parts = new Parts("");
  for await (const member of readTar(file, baseName(shard), signal)) {
    const { path, size, reader } = member;
    if (isJunk(path)) continue;
    const { key, field } = sampleKey(path);
    if (key !== parts.key) {
      yield* parts.finished(split);
      parts = new Parts(key);
    }
    const refusal = parts.picture ? "a second picture of its sample" : tarRefusal(member);
    if (isImageName(path) && refusal) yield { kind: "skipped", path, reason: refusal };
    else if (isImageName(path)) parts.picture = { path, bytes: Uint8Array.from(await reader.read(size)) };
    else if (isLabelField(field) && size <= LABEL_BYTES)
      parts.setLabel(field, labelOf(field, await reader.read(size)));
  }
  yield* parts.finished(split);
}

/** "imagenette" of "imagenette-train-000.tar"; the folder where the shards are called by their split alone. */
function nameOf(files: readonly PickedFile[]): string {
  const path = inPathOrder(files)[0]!.path;
  const name = stem(path).split(/[-_.](?=train|test|val|\d)/i)[0]!;
  const usual = /^(train|test|val|shard|data|\d|part)/i.test(name);
  return usual ? (path.split("/").at(-2) ?? "WebDataset") : name;
}
