/** A project file that is being read: its manifest, and its files as slices that have been checked. */
import { UserError } from "@/shared/errors";
import { readZipDirectory, ZipContents, type ZipEntry } from "../codecs/zip";
import { sha256 } from "../shards/sha256";
import type { ByteMeter } from "./byteMeter";
import { MANIFEST, MARKER, noProject, parseManifest, type ProjectManifest } from "./manifest";

/** No stored value is larger: Chromium takes at most 133 MB. */
const MOST_FILE_BYTES = 256 * 2 ** 20;
const AGAIN = "Copy the file again, or save the project again; nothing was changed here.";

/** Whether a file begins as a project file does. */
export async function isProjectFile(file: Blob): Promise<boolean> {
  const start = new Uint8Array(await file.slice(0, 30 + MARKER.length).arrayBuffer());
  return start[0] === 0x50 && start[1] === 0x4b && new TextDecoder().decode(start.subarray(30)) === MARKER;
}

export class ProjectArchive {
  private readonly contents: ZipContents;

  private constructor(
    zip: Blob,
    readonly where: string,
    readonly manifest: ProjectManifest,
    private readonly entries: ReadonlyMap<string, ZipEntry>,
  ) {
    this.contents = new ZipContents(zip, where);
  }

  /**
   * Reads the manifest and holds it against the table of contents; the files are not read yet.
   * @throws UserError that names the entry that is missing, too much, or of another size
   */
  static async open(zip: Blob, where: string, signal: AbortSignal): Promise<ProjectArchive> {
    const entries = new Map<string, ZipEntry>();
    for (const entry of await readZipDirectory(zip, where, signal)) {
      if (entries.has(entry.path)) throw new UserError(`${where} holds "${entry.path}" twice.`, AGAIN);
      if (entry.encrypted || entry.method !== 0)
        throw entry.path === MARKER || entries.has(MARKER)
          ? new UserError(
              `${where}: "${entry.path}" is ${entry.encrypted ? "encrypted" : "compressed"}.`,
              "Open the file as it was saved, not one that was packed again.",
            )
          : noProject(where);
      entries.set(entry.path, entry);
    }
    const listed = entries.get(MANIFEST);
    if (!listed) throw noProject(where);
    if (listed.size > MOST_FILE_BYTES) throw new UserError(`${where}: "${MANIFEST}" is too large.`, AGAIN);
    const contents = await new ZipContents(zip, where).read(listed);
    if (typeof contents === "string") throw new UserError(`${where}: "${MANIFEST}" is ${contents}.`, AGAIN);
    const manifest = parseManifest(new TextDecoder().decode(contents), where);
    const named = new Set([MANIFEST]);
    for (const { path, bytes } of manifest.files) {
      const size = entries.get(path)?.size;
      const fault =
        size === undefined
          ? "is missing"
          : size !== bytes
            ? `has ${size} bytes, its manifest says ${bytes}`
            : bytes > MOST_FILE_BYTES
              ? "is larger than anything that the studio stores"
              : named.has(path)
                ? "is listed twice"
                : "";
      if (fault) throw new UserError(`${where}: "${path}" ${fault}.`, AGAIN);
      named.add(path);
    }
    for (const path of entries.keys())
      if (!named.has(path)) throw new UserError(`${where}: "${path}" is not in its manifest.`, AGAIN);
    return new ProjectArchive(zip, where, manifest, entries);
  }

  /** Bytes of all files. */
  get bytes(): number {
    return this.manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /**
   * Reads every file and compares its SHA-256.
   * @returns the files as slices of the archive
   * @throws UserError that names the first that is damaged, or the signal's reason
   */
  async verify(meter: ByteMeter, signal: AbortSignal): Promise<ReadonlyMap<string, Blob>> {
    const files = new Map<string, Blob>();
    for (const { path, bytes, sha256: hash } of this.manifest.files) {
      signal.throwIfAborted();
      const slice = await this.contents.storedSlice(this.entries.get(path)!);
      if ((await sha256(new Uint8Array(await slice.arrayBuffer()))) !== hash)
        throw new UserError(`${this.where}: "${path}" does not match its SHA-256.`, AGAIN);
      files.set(path, slice);
      meter.add(bytes);
    }
    return files;
  }
}
