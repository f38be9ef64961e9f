/** The files of an export, zipped as it was written or unpacked into a folder, read one by one by their paths. */
import { UserError } from "@/shared/errors";
import type { PickedFile } from "@/shared/importing";
import { readZipDirectory, ZipContents } from "../codecs/zip";
import { baseName } from "../readers/filePaths";

/** How an export calls its manifest, and where a zip of it ends. */
const MANIFEST = "manifest.json";
const FORMAT = /"format"\s*:\s*"distillation-studio\//;
/** Room for the manifest's line in the table of contents and the records behind it. */
const TAIL = 512;
/** A set of so many bytes is no distilled one. */
const MOST_BYTES = 2 ** 31;

export interface ExportFiles {
  /** The name of the zip or folder. */
  where: string;
  has(path: string): boolean;
  /** @throws UserError when it cannot be read */
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** Whether these are files of an export: their manifest is that of a studio, of this version or another one. */
export async function looksLikeExport(files: readonly PickedFile[]): Promise<boolean> {
  const [file] = files;
  if (!file || !(files.length > 1 ? folderOf(files) !== null : await endsInManifest(file))) return false;
  const manifest = await openExportFiles(files)
    .then((opened) => opened.read(MANIFEST))
    .catch(() => null);
  return manifest !== null && FORMAT.test(new TextDecoder("latin1").decode(manifest));
}

/** Quick to see, also at an archive of a million files. */
async function endsInManifest({ path, file }: PickedFile): Promise<boolean> {
  if (!/\.zip$/i.test(path)) return false;
  const tail = new Uint8Array(await file.slice(-TAIL).arrayBuffer());
  return new TextDecoder("latin1").decode(tail).includes(MANIFEST); // written last
}

/** @throws UserError when the zip is damaged */
export async function openExportFiles(files: readonly PickedFile[]): Promise<ExportFiles> {
  const folder = files.length > 1 ? folderOf(files) : null;
  return folder === null ? openZip(files[0]!) : openFolder(files, folder);
}

/** Where the manifest and tensors beside it lie, null when they do not. */
function folderOf(files: readonly PickedFile[]): string | null {
  const manifest = files.find(({ path }) => baseName(path) === MANIFEST);
  if (!manifest) return null;
  const folder = manifest.path.slice(0, -MANIFEST.length);
  return files.every(({ path }) => path.startsWith(folder)) ? folder : null;
}

function openFolder(files: readonly PickedFile[], folder: string): ExportFiles {
  const byPath = new Map(files.map(({ path, file }) => [path.slice(folder.length), file]));
  const where = folder.replace(/\/$/, "") || "The folder";
  return {
    where,
    has: (path) => byPath.has(path),
    read: async (path) => {
      const file = byPath.get(path);
      if (!file) throw missing(where, path);
      return new Uint8Array(await file.arrayBuffer());
    },
  };
}

async function openZip({ file, path: name }: PickedFile): Promise<ExportFiles> {
  const where = baseName(name);
  const entries = await readZipDirectory(file, where);
  const contents = new ZipContents(file, where);
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  if (entries.reduce((sum, { size }) => sum + size, 0) > MOST_BYTES)
    throw new UserError(`${where} is too large for a distilled set.`, "Unpack it and drop its folder.");
  return {
    where,
    has: (path) => byPath.has(path),
    read: async (path) => {
      const entry = byPath.get(path);
      if (!entry) throw missing(where, path);
      const bytes = await contents.read(entry);
      if (typeof bytes === "string")
        throw new UserError(
          `${where}: "${path}" is ${bytes}.`,
          "Copy the file again, or export the set again.",
        );
      return bytes;
    },
  };
}

const missing = (where: string, path: string): UserError =>
  new UserError(`${where} has no "${path}".`, "Export the set again, with its PyTorch or NumPy tensors.");
