/** Addresses → files that can be fetched, with their sizes; and such files → files to be read like any others. */
import type { ImportProgress, PickedFile } from "@/shared/importing";
import type { WebAddress, WebFile, WebOffer } from "@/shared/webImport";
import { ProgressMeter } from "../progressMeter";
import { askVersion } from "./askVersion";
import type { DownloadShelf, ShelvedFile } from "./downloadShelf";
import { fetchFile, type WebContext } from "./fetchFile";
import { hubFiles } from "./hub";

/** Looks what the addresses lead to, and fetches none of it. @param hub another server in place of the hub's, for tests */
export async function lookUpWeb(
  addresses: readonly WebAddress[],
  shelf: DownloadShelf,
  context: WebContext,
  hub?: string,
): Promise<Omit<WebOffer, "free">> {
  const files: WebFile[] = [];
  const notes: string[] = [];
  for (const address of addresses) {
    context.signal.throwIfAborted();
    if (address.kind === "hub") {
      const found = await hubFiles(address, context, hub);
      files.push(...found.files);
      notes.push(...found.notes);
    } else {
      const named = { url: address.url, name: nameOf(address.url) };
      const version = await askVersion(named, context);
      files.push({ ...named, bytes: version.total, version });
    }
  }
  const kept = await Promise.all(files.map(({ url }) => shelf.sizeOf(url)));
  return { files: withUniqueNames(files), notes, kept: kept.reduce((sum, bytes) => sum + bytes, 0) };
}

/** Files that lie on the shelf until they are let go. */
export interface Fetched {
  files: PickedFile[];
  /** Deletes them. */
  release: () => Promise<void>;
}

/**
 * Fetches files one after the other, with one progress over all of them.
 * @throws UserError as `fetchFile`: what has arrived stays; AbortError: it is deleted
 */
export async function fetchWebFiles(
  files: readonly WebFile[],
  shelf: DownloadShelf,
  context: WebContext & { onProgress: (progress: ImportProgress) => void; now: () => number },
): Promise<Fetched> {
  const { now: clock, onProgress, signal } = context;
  const total = files.every(({ bytes }) => bytes !== null)
    ? files.reduce((sum, { bytes }) => sum + bytes!, 0)
    : 0;
  let meter = null as ProgressMeter | null;
  let newest = 0;
  const shelved: ShelvedFile[] = [];
  const release = async () => {
    for (const file of shelved) await file.remove();
  };
  try {
    const picked: PickedFile[] = [];
    let finished = 0;
    for (const file of files) {
      const place = await shelf.open(file.url);
      shelved.push(place);
      await fetchFile(file, place, context, (received) => {
        const done = finished + received;
        // what is there from before, or is fetched once more, says nothing of the speed
        if (!meter || done < newest)
          meter = new ProgressMeter({
            ...{ phase: "downloading", unit: "bytes", total, clock, onProgress },
            startsAt: done,
          });
        newest = done;
        meter.update(done);
      });
      finished += place.size;
      await place.close();
      picked.push({ path: file.name, file: await place.read(), url: file.url });
    }
    meter?.finish(finished);
    return { files: picked, release };
  } catch (error) {
    for (const file of shelved) await file.close();
    if (signal.aborted) await release();
    throw error;
  }
}

/** "https://example.org/a/b%20c.zip?download=1" is "b c.zip". */
function nameOf(url: string): string {
  const { pathname, host } = new URL(url);
  const last = pathname.split("/").findLast((part) => part !== "");
  try {
    return last ? decodeURIComponent(last).replaceAll("/", "_") : host;
  } catch {
    return last ?? host;
  }
}

/** Files of the same name get the folder that they come from in front, or else a number. */
function withUniqueNames(files: readonly WebFile[]): WebFile[] {
  const seen = new Set<string>();
  return files.map((file) => {
    const folder = new URL(file.url).pathname.split("/").at(-2) ?? "";
    let { name } = file;
    if (seen.has(name) && folder) name = `${folder}/${file.name}`;
    for (let n = 2; seen.has(name); n++) name = `${n}/${file.name}`;
    seen.add(name);
    return { ...file, name };
  });
}
