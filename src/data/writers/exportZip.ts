/** The export: the files of the chosen writers and a manifest with their hashes, streamed into one zip. */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { pluginById } from "@/shared/plugin";
import type { Snapshot } from "@/shared/run";
import { encodeNpy } from "../codecs/npy";
import { zipStream } from "../codecs/zipStream";
import { exportName } from "@/shared/fileNames";
import { defaultFormats, writers } from "./index";
import { manifestOf, PICTURES_FILE, type FileRecord } from "./manifest";
import { checkSnapshot, imagesPerClass } from "./snapshotArrays";
import type { WrittenFile } from "./writer";

/** Zip stores local time without a zone; a fixed one makes the same set the same bytes everywhere. */
const FILE_DATE = new Date(1980, 0, 1);

export interface ExportOptions {
  /** Ids of writers; the usual ones unless told. */
  formats?: readonly string[];
  /** Files written so far, and in all. */
  onProgress?: (done: number, total: number) => void;
  signal?: AbortSignal;
}

/** The name of the export of a set. */
export const exportNameOf = (snapshot: Snapshot): string =>
  exportName(snapshot.datasetName, snapshot.config.method.id, imagesPerClass(snapshot));

/**
 * The export as one zip, piece by piece; the same snapshot gives the same bytes.
 * @throws UserError when the snapshot holds numbers that are not finite, or a format is not known
 */
export const exportPieces = (
  snapshot: Snapshot,
  options: ExportOptions = {},
): AsyncIterable<Uint8Array<ArrayBuffer>> => zipStream(zipInputs(exportFiles(snapshot, options)));

/**
 * The files of the export one after the other, the manifest last; the same snapshot gives the same bytes.
 * @throws UserError when the snapshot holds numbers that are not finite
 */
export async function* exportFiles(
  snapshot: Snapshot,
  { formats = defaultFormats(), onProgress, signal }: ExportOptions = {},
): AsyncGenerator<WrittenFile> {
  checkSnapshot(snapshot);
  const all = formats.map((id) => pluginById(writers, id, "export format"));
  const pictures = picturesFile(snapshot);
  const total = all.reduce((sum, writer) => sum + writer.count(snapshot), 1 + pictures.length);
  const records: FileRecord[] = [];
  for (const files of [...all.map((writer) => writer.write(snapshot, all)), pictures]) {
    for await (const file of files) {
      signal?.throwIfAborted();
      records.push({ path: file.path, bytes: file.bytes.length, sha256: bytesToHex(sha256(file.bytes)) });
      yield file;
      onProgress?.(records.length, total);
    }
  }
  const manifest = JSON.stringify(manifestOf(snapshot, records), null, 2) + "\n";
  yield { path: "manifest.json", bytes: new TextEncoder().encode(manifest) };
  onProgress?.(total, total);
}

/** What whitened images look like goes along in any case: without the real images nothing else says it. */
function picturesFile({ pictures, shape: { height, width, channels }, labels }: Snapshot): WrittenFile[] {
  if (!pictures) return [];
  const shape = [labels.length, height, width, channels];
  return [{ path: PICTURES_FILE, bytes: encodeNpy({ shape, dtype: "|u1", data: pictures }) }];
}

async function* zipInputs(
  files: AsyncIterable<WrittenFile>,
): AsyncGenerator<{ name: string; input: Uint8Array; lastModified: Date }> {
  for await (const { path, bytes } of files) yield { name: path, input: bytes, lastModified: FILE_DATE };
}
