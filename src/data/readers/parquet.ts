/**
 * Parquet files as the Hugging Face hub has image datasets: a column of pictures, struct{bytes, path}, and columns of
 * labels, whose names stand in the metadata under "huggingface". Several shards are read together; splits come from their
 * names. Where there are several columns of labels, the person chooses.
 */
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import { ParquetTable, type ImageColumns } from "../codecs/parquetTable";
import { inPathOrder } from "./archiveNames";
import { baseName, stem } from "./filePaths";
import { ImageSurvey } from "./imageSurvey";
import { LabelTally, NOT_LEARNABLE } from "./labelTally";
import {
  accepted,
  declined,
  defineReader,
  type Labelling,
  type ReaderContext,
  type ReaderItem,
} from "./reader";
import { plainLabel } from "./sampleLabels";
import { splitsOfPaths } from "./splitNames";

const NAME = /\.parquet$/i;
/** Files that lie beside the shards of a hub repository. */
const BESIDE = /^(readme\.md|\.gitattributes|dataset_infos?\.json|state\.json)$/i;

export default defineReader({
  id: "parquet",
  label: "Parquet (Hugging Face)",
  about: "train-00000-of-00001.parquet and others with a column of pictures and one of labels.",

  accepts(files) {
    if (!files.some(({ path }) => NAME.test(path))) return declined("there is no .parquet among them");
    const other = files.find(({ path }) => !NAME.test(path) && !BESIDE.test(baseName(path)));
    return other ? declined(`${baseName(other.path)} is no .parquet`) : accepted;
  },

  async inspect(files, context) {
    const { shards, splits, columns } = await openShards(files, context);
    const tallies = columns.labels.map((column) => ({ column, tally: new LabelTally() }));
    const survey = new ImageSurvey();
    let images = 0;
    for (const [i, shard] of shards.entries()) {
      for (let group = 0; group < shard.groups; group++) {
        context.signal.throwIfAborted();
        const rows = await shard.rows(
          group,
          columns.labels.map(({ name }) => name),
        );
        for (const row of rows)
          for (const { column, tally } of tallies) {
            const label = labelOf(row[column.name]);
            if (label !== null) tally.add(splits[i]!, label);
          }
        images += rows.length;
        context.onProgress?.(images, 0);
      }
      if (shard.groups > 0 && survey.wantsNext())
        for (const row of await shard.rows(0, [columns.image])) survey.add(bytesOf(row[columns.image]));
    }
    const labellings = tallies.map(
      ({ column, tally }): Labelling & { indexOf: ReadonlyMap<string, number> } => ({
        id: column.name,
        label: column.name,
        ...tally.classes((label) => column.classNames[Number(label)] ?? label),
      }),
    );
    const first = labellings[0]!;
    return {
      name: nameOf(files),
      classNames: first.classNames,
      counts: first.counts,
      indexOf: first.indexOf,
      ...(labellings.length > 1 && { labellings }),
      ...survey.result(),
      notes: [],
    };
  },

  async *read(files, { indexOf, labelling }, context) {
    const { shards, splits, columns } = await openShards(files, context);
    const labelColumn = labelling ?? columns.labels[0]!.name;
    for (const [i, shard] of shards.entries()) {
      let number = 0;
      for (let group = 0; group < shard.groups; group++) {
        context.signal.throwIfAborted();
        for (const row of await shard.rows(group, [columns.image, labelColumn])) {
          const path = `${shard.path}, row ${number++}`;
          const label = labelOf(row[labelColumn]);
          const index = label === null ? undefined : indexOf?.get(label);
          const bytes = bytesOf(row[columns.image]);
          const skip = (reason: string): ReaderItem => ({ kind: "skipped", path, reason });
          if (!bytes) yield skip("its picture is not in the file");
          else if (label === null) yield skip("no label in its row");
          else if (index === undefined) yield skip(NOT_LEARNABLE);
          else yield { kind: "image", split: splits[i]!, label: index, path, bytes: Uint8Array.from(bytes) };
        }
      }
    }
  },
});

/** @throws UserError when the shards do not have the same columns */
async function openShards(files: readonly PickedFile[], { signal }: ReaderContext) {
  const own = inPathOrder(files).filter(({ path }) => NAME.test(path));
  const shards: ParquetTable[] = [];
  let columns: ImageColumns | null = null;
  for (const { file, path } of own) {
    signal.throwIfAborted();
    const shard = await ParquetTable.open(file, path);
    const found = shard.imageColumns();
    const names = ({ image, labels }: ImageColumns) => [image, ...labels.map(({ name }) => name)].join(", ");
    if (columns && names(columns) !== names(found))
      throw new UserError(
        `${baseName(path)} has the columns ${names(found)}, ${baseName(own[0]!.path)} has ${names(columns)}.`,
        "Drop the shards of one dataset at a time.",
      );
    columns ??= found;
    shards.push(shard);
  }
  return { shards, splits: splitsOfPaths(own.map(({ path }) => path)), columns: columns! };
}

/** Unlabelled test splits have −1 or nothing. */
function labelOf(value: unknown): string | null {
  const label = plainLabel(value);
  return label === "-1" ? null : label;
}

/** Of struct{bytes, path} or of the bytes alone. */
function bytesOf(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  const bytes: unknown =
    typeof value === "object" && value !== null ? (value as { bytes?: unknown }).bytes : null;
  return bytes instanceof Uint8Array ? bytes : null;
}

/** The folder above "data", or what the files are called. */
function nameOf(files: readonly PickedFile[]): string {
  const { path } = files.find((file) => NAME.test(file.path))!;
  const folders = path
    .split("/")
    .slice(0, -1)
    .filter((folder) => !/^(data|train|test|plain_text|default)$/i.test(folder));
  const name = stem(path).split(/[-_.](?=train|test|val|\d)/i)[0]!;
  return folders.at(-1) ?? (/^(train|test|val|\d)/i.test(name) ? "Parquet" : name);
}
