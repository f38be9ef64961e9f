/**
 * A CSV table that names the class of each picture beside it, `file,label`: loose pictures or a zip of them. The file may
 * be a path, a name or a name without its end (Kaggle's `id`); a column `split` or the table's name tells the split.
 */
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import { readCsvRows } from "../codecs/csvRows";
import { inPathOrder } from "./archiveNames";
import { csvTable, isCsvName } from "./csvTable";
import { baseName, isImageName, stem } from "./filePaths";
import { surveyImages } from "./imageSurvey";
import { LabelTally, NOT_LEARNABLE } from "./labelTally";
import { PathIndex } from "./pathIndex";
import { isZipName, openPictureFiles, type PictureFiles } from "./pictureFiles";
import {
  accepted,
  declined,
  defineReader,
  type ReaderContext,
  type ReaderItem,
  type SourceSplit,
} from "./reader";
import { plainLabel } from "./sampleLabels";
import { splitOfPath, splitsOfPaths } from "./splitNames";

const SPLIT = /^(split|set|subset|partition)$/i;
/** Rows that are looked up before the table is taken for one of these pictures. */
const LOOKED_UP = 20;

export default defineReader({
  id: "csvLabels",
  label: "CSV of labels beside pictures",
  about: "A table of file,label with the pictures it names, in a folder or a zip.",

  accepts(files) {
    if (!files.some(({ path }) => isCsvName(path))) return declined("there is no .csv among them");
    const zips = files.filter(({ path }) => isZipName(path)).length;
    if (zips > 1) return declined("there are several zips beside the .csv");
    return zips === 1 || files.some(({ path }) => isImageName(path))
      ? accepted
      : declined("there are no pictures and no zip beside the .csv");
  },

  async recognise(files, context) {
    const csvs = files.filter(({ path }) => isCsvName(path));
    const pictures = await openPictureFiles(besides(files), context);
    const index = new PathIndex(pictures.paths);
    for (const csv of csvs) {
      const table = await csvTable(csv, context.signal);
      if (table.kind !== "files") continue;
      let rows = 0;
      for await (const row of readCsvRows(csv.file, csv.path, context.signal)) {
        if (rows > 0 && index.find(row[table.file] ?? "") !== undefined) return accepted;
        if (++rows > LOOKED_UP) break;
      }
    }
    return declined("no .csv among them has a column of files that are there and a column of labels");
  },

  async inspect(files, context) {
    const { rows, pictures } = await openRows(files, context);
    const tally = new LabelTally();
    for (const { split, label } of rows.values()) tally.add(split, label);
    const found = [...rows.keys()];
    if (found.length === 0)
      throw new UserError("The table names none of the pictures beside it.", "Drop both together.");
    const head = async (i: number) => {
      const bytes = await pictures.read(found[i]!);
      return typeof bytes === "string" ? null : bytes;
    };
    const survey = await surveyImages(found.length, head, context);
    return { name: nameOf(files), ...tally.classes(), ...survey, notes: [] };
  },

  async *read(files, { indexOf }, context) {
    const { rows, pictures, skipped } = await openRows(files, context);
    yield* skipped;
    for (const [index, path] of pictures.paths.entries()) {
      context.signal.throwIfAborted();
      const row = rows.get(index);
      const label = row && indexOf?.get(row.label);
      const skip = (reason: string) => ({ kind: "skipped", path, reason }) as const;
      if (!row) yield skip(isImageName(path) ? "the table does not name it" : "not an image");
      else if (label === undefined) yield skip(NOT_LEARNABLE);
      else {
        const bytes = await pictures.read(index);
        if (typeof bytes === "string") yield skip(bytes);
        else yield { kind: "image", split: row.split, label, path, bytes };
      }
    }
  },
});

const besides = (files: readonly PickedFile[]): PickedFile[] => files.filter(({ path }) => !isCsvName(path));

interface Rows {
  pictures: PictureFiles;
  /** By index of the picture. */
  rows: Map<number, { split: SourceSplit; label: string }>;
  skipped: Extract<ReaderItem, { kind: "skipped" }>[];
}

/** The rows of all tables, with the pictures that they name. */
async function openRows(files: readonly PickedFile[], context: ReaderContext): Promise<Rows> {
  const pictures = await openPictureFiles(besides(files), context);
  const index = new PathIndex(pictures.paths);
  const rows: Rows["rows"] = new Map();
  const skipped: Rows["skipped"] = [];
  const csvs = inPathOrder(files.filter(({ path }) => isCsvName(path)));
  const splits = splitsOfPaths(csvs.map(({ path }) => baseName(path)));
  for (const [i, csv] of csvs.entries()) {
    const table = await csvTable(csv, context.signal);
    if (table.kind !== "files") continue;
    let splitColumn = -1;
    let number = 0;
    for await (const row of readCsvRows(csv.file, csv.path, context.signal)) {
      if (++number === 1) {
        splitColumn = row.findIndex((cell) => SPLIT.test(cell));
        continue;
      }
      const name = row[table.file] ?? "";
      const label = plainLabel(row[table.label]);
      const found = index.find(name);
      const refusal = found === undefined ? "" : pictures.refusal(found);
      const skip = (reason: string) =>
        void skipped.push({ kind: "skipped", path: `${csv.path}, row ${number}: ${name}`, reason });
      if (found === undefined) skip("no picture of that name, or several");
      else if (refusal) skip(refusal);
      else if (label === null) skip("no label in its row");
      else if (rows.has(found)) skip("a second row for the same picture");
      else rows.set(found, { label, split: splitOfPath(row[splitColumn] ?? "") ?? splits[i]! });
    }
  }
  return { pictures, rows, skipped };
}

function nameOf(files: readonly PickedFile[]): string {
  const zip = files.find(({ path }) => isZipName(path));
  if (zip) return stem(zip.path);
  const { path } = files.find((file) => isCsvName(file.path))!;
  return path.split("/").at(-2) ?? stem(path);
}
