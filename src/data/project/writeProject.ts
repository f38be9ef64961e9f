/**
 * The project file: one zip of stored entries. First a marker, then the bytes of every record as files, the records
 * of each store as JSON, the settings of the page, and last the manifest with the size and SHA-256 of all of them.
 * Things that are damaged in the store are left out by name, so that a file that was written can be opened.
 */
import type { LeftOut, ProjectChoice, ProjectSettings, ProjectSize } from "@/shared/project";
import { version as studioVersion } from "../../../package.json";
import { zipStream } from "../codecs/zipStream";
import type { StudioDatabase } from "../shards/database";
import { SCHEMA_VERSION } from "../shards/migrations";
import { sha256 } from "../shards/sha256";
import { ByteMeter, type Surroundings } from "./byteMeter";
import { collectItems, groupItems, withHeavyRecords, type RecordsByStore } from "./collectItems";
import { mainStore, type Item, type StoredRecord, type StoreName } from "./itemKind";
import { blobBytes, faultOf } from "./checkItem";
import { datasets } from "./kinds/datasets";
import { experts } from "./kinds/experts";
import { formatName, MANIFEST, MARKER, type FileRecord, type ProjectManifest } from "./manifest";
import { encodeRecord } from "./recordCodec";
import { SETTINGS_FILE, recordsFile } from "./projectFiles";

/** Zip stores local time without a zone; a fixed one makes the same project the same bytes everywhere. */
const FILE_DATE = new Date(1980, 0, 1);
const ABOUT =
  "This is a project file of the Distillation studio: datasets, kept synthetic sets, scores and runs.\n" +
  'Open it in the studio with "Open project". manifest.json lists every file with its size and SHA-256.\n';

/** What a project is made of. */
export interface ProjectSource {
  database: StudioDatabase;
  /** Datasets that are kept elsewhere, whole: those in memory only, beside the browser's storage. */
  datasetsBeside?: (choice: ProjectChoice) => Promise<RecordsByStore>;
}

export interface WriteOptions extends Surroundings, ProjectSource {
  choice: ProjectChoice;
  settings: ProjectSettings;
  /** ms since 1970 */
  savedAt: number;
}

/**
 * @param write takes the bytes of the file, piece after piece
 * @returns its size, and what was damaged and is not in it
 * @throws UserError when the store cannot be read, or the signal's reason
 */
export async function writeProject(
  options: WriteOptions,
  write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
): Promise<{ bytes: number; leftOut: LeftOut[] }> {
  const leftOut: LeftOut[] = [];
  let bytes = 0;
  for await (const piece of zipStream(entries(options, leftOut))) {
    options.signal.throwIfAborted();
    await write(piece);
    bytes += piece.length;
  }
  return { bytes, leftOut };
}

/** What a project file would hold. @throws UserError when the store cannot be read */
export async function measureProject(source: ProjectSource): Promise<ProjectSize> {
  const items = await itemsOf(source, { images: true, experts: true });
  const size = { datasets: 0, runs: 0, images: 0, experts: 0, rest: 0 };
  for (const item of items) {
    const main = mainStore(item.kind);
    if (main === "datasets") size.datasets++;
    if (main === "snapshots") size.runs++;
    const part = main === "datasets" ? "images" : item.kind === experts ? "experts" : "rest";
    size[part] += blobBytes(item);
  }
  return size;
}

async function itemsOf({ database, datasetsBeside }: ProjectSource, choice: ProjectChoice): Promise<Item[]> {
  const items = await collectItems(await database.open(), choice);
  const beside = await datasetsBeside?.(choice);
  return beside ? [...items, ...groupItems([datasets], beside).items] : items;
}

interface ZipInput {
  name: string;
  input: Uint8Array;
  lastModified: Date;
}

async function* entries(
  { choice, settings, savedAt, ...around }: WriteOptions,
  leftOut: LeftOut[],
): AsyncGenerator<ZipInput> {
  const files: FileRecord[] = [];
  const entry = async (path: string, content: string | Uint8Array<ArrayBuffer>): Promise<ZipInput> => {
    const input = typeof content === "string" ? new TextEncoder().encode(content) : content;
    files.push({ path, bytes: input.length, sha256: await sha256(input) });
    return { name: path, input, lastModified: FILE_DATE };
  };
  yield await entry(MARKER, ABOUT);

  const connection = await around.database.open();
  const items = await itemsOf(around, choice);
  const meter = new ByteMeter(
    "writing",
    items.reduce((sum, item) => sum + 2 * blobBytes(item), 0), // each byte is checked, then written
    around,
  );
  const records = new Map<StoreName, string[]>();
  for (const light of items) {
    const item = await withHeavyRecords(connection, light);
    const fault = await faultOf(item, choice, meter, around.signal);
    if (fault) {
      leftOut.push({ what: `${item.kind.label} "${item.kind.nameOf(item)}"`, why: fault });
      continue;
    }
    for (const [store, stored] of Object.entries(item.records) as [StoreName, StoredRecord[]][]) {
      const lines = records.get(store) ?? [];
      records.set(store, lines);
      for (const record of stored) {
        const blobs: { path: string; blob: Blob }[] = [];
        const encoded = encodeRecord(record, (blob, field) => {
          const path = `files/${store}/${String(lines.length).padStart(6, "0")}.${field}`;
          blobs.push({ path, blob });
          return path;
        });
        for (const { path, blob } of blobs) {
          yield await entry(path, new Uint8Array(await blob.arrayBuffer()));
          meter.add(blob.size);
        }
        lines.push(JSON.stringify(encoded));
      }
    }
  }
  for (const [store, lines] of records) yield await entry(recordsFile(store), `[\n${lines.join(",\n")}\n]\n`);
  yield await entry(SETTINGS_FILE, `${JSON.stringify(settings, null, 2)}\n`);

  const manifest: ProjectManifest = {
    format: formatName(),
    versions: { studio: studioVersion, database: SCHEMA_VERSION },
    savedAt,
    choice,
    leftOut,
    files: [...files],
  };
  yield await entry(MANIFEST, `${JSON.stringify(manifest, null, 1)}\n`);
  meter.finish();
}
