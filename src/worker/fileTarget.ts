/** Where a file goes that is written piece by piece: straight to the disk, or into a Blob. */
import { UserError } from "@/shared/errors";

export interface FileTarget {
  write(this: void, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** @returns null where it went to the disk */
  finish(): Promise<Blob | null>;
  discard(why: unknown): Promise<void>;
}

/** @param place where the person wants it, null for a Blob */
export const openTarget = (place: FileSystemFileHandle | null): Promise<FileTarget> =>
  place ? intoPlace(place) : Promise.resolve(intoBlob());

/** Straight to the disk. What was at the place stays there until all is written. */
async function intoPlace(place: FileSystemFileHandle): Promise<FileTarget> {
  const refused = (error: unknown): never => {
    throw diskError(place.name, error);
  };
  const stream = await place.createWritable().catch(refused);
  return {
    write: (bytes) => stream.write(bytes).catch(refused),
    finish: () => stream.close().then(() => null, refused),
    discard: (why) => stream.abort(why).catch(() => undefined),
  };
}

/** What the disk said, with what can be done about it. */
export function diskError(name: string, error: unknown): Error {
  const { name: kind, message } = error instanceof Error ? error : new Error(String(error));
  if (kind === "AbortError") return error as Error;
  const isFull = kind === "QuotaExceededError";
  return new UserError(
    isFull ? `There is no room for ${name} at its place.` : `${name} could not be written: ${message}`,
    `${isFull ? "Free some room there" : "Check that you may write there"}, or choose another place; what was there before is untouched.`,
  );
}

/** Bytes are gathered up to this before they become a Blob, which the browser may keep on disk. */
const PIECE_BYTES = 4 * 2 ** 20;

function intoBlob(): FileTarget {
  const pieces: Blob[] = [];
  let waiting: Uint8Array<ArrayBuffer>[] = [];
  let bytesWaiting = 0;
  const flush = () => {
    pieces.push(new Blob(waiting));
    waiting = [];
    bytesWaiting = 0;
  };
  return {
    write: (bytes) => {
      waiting.push(bytes);
      if ((bytesWaiting += bytes.length) >= PIECE_BYTES) flush();
      return Promise.resolve();
    },
    finish: () => {
      flush();
      return Promise.resolve(new Blob(pieces, { type: "application/zip" }));
    },
    discard: () => Promise.resolve(void pieces.splice(0)),
  };
}
