/** CSV tables with a picture a row: its label and one number per pixel, `label,pixel0,pixel1,…` (Kaggle's MNIST). */
import type { ImageShape } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import { readCsvRows } from "../codecs/csvRows";
import { inPathOrder } from "./archiveNames";
import { csvTable, isCsvName, sideOf, type CsvTable } from "./csvTable";
import { FilesMemo } from "./filesMemo";
import { baseName, stem } from "./filePaths";
import { LabelTally, NOT_LEARNABLE } from "./labelTally";
import { planesToPixels } from "./planes";
import {
  accepted,
  declined,
  defineReader,
  type ReaderContext,
  type ReaderItem,
  type SourceSplit,
} from "./reader";
import { plainLabel } from "./sampleLabels";
import { splitsOfPaths } from "./splitNames";

const CHUNK = 256; // images

export default defineReader({
  id: "csvPixels",
  label: "CSV of pixels",
  about: "Tables of label,pixel0,pixel1,…, one picture a row, as Kaggle has MNIST.",

  accepts(files) {
    if (!files.some(({ path }) => isCsvName(path))) return declined("there is no .csv among them");
    const other = files.find(({ path }) => !isCsvName(path));
    return other ? declined(`${baseName(other.path)} is no .csv`) : accepted;
  },

  async recognise(files, { signal }) {
    const tables = await Promise.all(files.map((file) => csvTable(file, signal)));
    if (tables.some(({ kind }) => kind === "pixels")) return accepted;
    const [first] = tables;
    return declined(
      first?.kind === "other"
        ? first.why
        : `${baseName(files[0]!.path)} names files, and none of them is among what was dropped`,
    );
  },

  async inspect(files, context) {
    const { tables, shape, notes } = await openTables(files, context.signal);
    const { tally, images, scale } = await surveyed.get(files, () => survey(tables, context));
    if (images === 0)
      throw new UserError(`${tables[0]!.path} holds no images.`, "Rows of a label and its pixels are read.");
    return {
      name: nameOf(tables.map(({ path }) => path)),
      ...tally.classes(),
      sizes: [{ width: shape.width, height: shape.height, count: images }],
      sampled: images,
      channels: shape.channels,
      notes: [...notes, ...(scale > 1 ? ["Values from 0 to 1 were taken as black to white."] : [])],
    };
  },

  async *read(files, { indexOf }, context) {
    const { tables, shape } = await openTables(files, context.signal);
    const { scale } = await surveyed.get(files, () => survey(tables, context));
    let chunk = new Chunk(shape);
    for await (const item of rowsOf(tables, context.signal)) {
      const label = item.kind === "row" ? indexOf?.get(item.label) : undefined;
      if (item.kind === "skipped") yield item;
      else if (label === undefined) yield { kind: "skipped", path: item.path, reason: NOT_LEARNABLE };
      else {
        if (chunk.count > 0 && (chunk.split !== item.split || chunk.count === CHUNK)) {
          yield chunk.item();
          chunk = new Chunk(shape);
        }
        chunk.add(item.split, label, item.values, scale);
      }
    }
    if (chunk.count > 0) yield chunk.item();
  },
});

interface Survey {
  tally: LabelTally;
  images: number;
  /** What a value is multiplied with to be a byte: 255 where no value is above 1. */
  scale: number;
}

/** What a pass over all rows found. */
const surveyed = new FilesMemo<Survey>();

async function survey(tables: readonly OpenTable[], { signal, onProgress }: ReaderContext): Promise<Survey> {
  const tally = new LabelTally();
  let images = 0;
  let brightest = 0;
  for await (const item of rowsOf(tables, signal)) {
    if (item.kind === "skipped") continue;
    tally.add(item.split, item.label);
    for (const value of item.values) brightest = Math.max(brightest, value);
    onProgress?.(++images, 0);
  }
  return { tally, images, scale: brightest <= 1 ? 255 : 1 };
}

type PixelTable = Extract<CsvTable, { kind: "pixels" }>;

interface OpenTable {
  file: Blob;
  path: string;
  split: SourceSplit;
  table: PixelTable;
}

/** @throws UserError when the tables are of different images */
async function openTables(
  files: readonly PickedFile[],
  signal: AbortSignal,
): Promise<{ tables: OpenTable[]; shape: ImageShape; notes: string[] }> {
  const tables: Omit<OpenTable, "split">[] = [];
  const notes: string[] = [];
  for (const { file, path } of inPathOrder(files)) {
    const table = await csvTable({ file, path }, signal);
    if (table.kind === "pixels") tables.push({ file, path, table });
    else notes.push(`${baseName(path)} has no column of labels and was left out.`);
  }
  const [first] = tables;
  const other = tables.find(({ table }) => table.pixels !== first!.table.pixels);
  if (other)
    throw new UserError(
      `${baseName(other.path)} has ${other.table.pixels} pixels a row, ${baseName(first!.path)} has ${first!.table.pixels}.`,
      "Import one dataset at a time.",
    );
  const { side, channels } = sideOf(first!.table.pixels)!;
  if (channels === 3) notes.push("The pixels of a row were taken as a red, a green and a blue plane.");
  const splits = splitsOfPaths(tables.map(({ path }) => path));
  return {
    tables: tables.map((own, i) => ({ ...own, split: splits[i]! })),
    shape: { height: side, width: side, channels },
    notes,
  };
}

type Row =
  | { kind: "row"; split: SourceSplit; path: string; label: string; values: Float64Array }
  | Extract<ReaderItem, { kind: "skipped" }>;

async function* rowsOf(tables: readonly OpenTable[], signal: AbortSignal): AsyncGenerator<Row> {
  for (const { file, path, split, table } of tables) {
    let number = 0;
    for await (const row of readCsvRows(file, path, signal)) {
      if (++number === 1 && table.hasHeader) continue;
      yield rowOf(row, table, split, `${path}, row ${number}`);
    }
  }
}

function rowOf(row: readonly string[], { label, pixels }: PixelTable, split: SourceSplit, path: string): Row {
  const skipped = (reason: string) => ({ kind: "skipped", path, reason }) as const;
  if (row.length !== pixels + 1) return skipped(`${row.length} columns instead of ${pixels + 1}`);
  const own = plainLabel(row[label]);
  if (own === null) return skipped("no label in it");
  const values = new Float64Array(pixels);
  for (let column = 0, to = 0; column <= pixels; column++) {
    if (column === label) continue;
    const cell = row[column]!;
    const value = cell === "" ? NaN : Number(cell);
    if (!(value >= 0 && value <= 255))
      return skipped(`"${cell.slice(0, 20)}" is no brightness from 0 to 255`);
    values[to++] = value;
  }
  return { kind: "row", split, path, label: own, values };
}

/** Images of one split that are handed on together. */
class Chunk {
  count = 0;
  split: SourceSplit = "train";
  private readonly pixels: Uint8Array;
  private readonly labels = new Uint16Array(CHUNK);

  constructor(private readonly shape: ImageShape) {
    this.pixels = new Uint8Array(CHUNK * shape.height * shape.width * shape.channels);
  }

  add(split: SourceSplit, label: number, values: Float64Array, scale: number): void {
    const bytes = values.map((value) => Math.round(value * scale));
    planesToPixels(bytes, 0, this.pixels, this.count * values.length, this.shape);
    this.labels[this.count++] = label;
    this.split = split;
  }

  item(): Extract<ReaderItem, { kind: "pixels" }> {
    const size = this.pixels.length / CHUNK;
    return {
      kind: "pixels",
      split: this.split,
      shape: this.shape,
      pixels: this.pixels.subarray(0, this.count * size),
      labels: this.labels.subarray(0, this.count),
    };
  }
}

/** "mnist" of mnist_train.csv; the folder where the tables are called by their split alone. */
function nameOf(paths: readonly string[]): string {
  const path = paths[0]!;
  const name = stem(path).split(/[-_.](?=train|test|val)/i)[0]!;
  return /^(train|test|val)/i.test(name) ? (path.split("/").at(-2) ?? "CSV") : name;
}
