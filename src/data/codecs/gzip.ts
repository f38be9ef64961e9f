/** gzip by the platform's own decompressor, which checks CRC and length at the end. */

/** Whether the bytes start as a gzip file does. */
export const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;

/** The contents of a file, unpacked when it is gzip, whatever its name says. */
export async function openUnpacked(file: Blob): Promise<ReadableStream<Uint8Array>> {
  const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return isGzip(start) ? unpack(file.stream(), "gzip") : file.stream();
}

/** A stream through a decompressor. */
export function unpack(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  format: "gzip" | "deflate-raw",
): ReadableStream<Uint8Array> {
  return stream.pipeThrough(new DecompressionStream(format));
}
