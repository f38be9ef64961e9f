/** gzip by the platform's own decompressor, which checks CRC and length at the end. */
import { UserError } from "@/shared/errors";

/** deflate cannot pack more bytes into one. */
export const MAX_DEFLATE_RATIO = 1032;
/** Files that grow more than this are made to fill memory and disks: datasets grow by less than 50. */
const MAX_RATIO = 200;
/** Where the ratio begins to matter, for a whole dataset. */
const FREE_BYTES = 64 * 2 ** 20;

/** Whether the bytes start as a gzip file does. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The contents of a file, unpacked when it is gzip, whatever its name says. */
export async function openUnpacked(file: Blob, where: string): Promise<ReadableStream<Uint8Array>> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return isGzip(start) ? guarded(unpack(file.stream(), "gzip"), file.size, where) : file.stream();
}

/** The most bytes that `openUnpacked` can give, by the file's size alone. */
export async function mostUnpacked(file: Blob): Promise<number> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return isGzip(start) ? MAX_DEFLATE_RATIO * file.size : file.size;
}

/** Why contents that grow to `bytes` are not unpacked further, "" when they may be. */
export function growthRefusal(packedBytes: number, bytes: number, freeBytes = FREE_BYTES): string {
  if (bytes <= freeBytes || bytes <= MAX_RATIO * packedBytes) return "";
  return `unpacks to more than ${MAX_RATIO} times its size, as no images do`;
}

/** The same stream, which errs once it has grown too much. */
function guarded(
  stream: ReadableStream<Uint8Array>,
  packedBytes: number,
  where: string,
): ReadableStream<Uint8Array> {
  let size = 0;
  return stream.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, controller) {
        size += bytes.length;
        const refusal = growthRefusal(packedBytes, size);
        if (refusal) throw new UserError(`${where} ${refusal}.`, "It may be broken: download it again.");
        controller.enqueue(bytes);
      },
    }),
  );
}

/** A stream through a decompressor. */
export function unpack(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  format: "gzip" | "deflate-raw",
): ReadableStream<Uint8Array> {
  return stream.pipeThrough(new DecompressionStream(format));
}
