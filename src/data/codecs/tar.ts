/** Tar archives, plain or gzipped, as a stream of their files. A tar has no checksum of its contents; gzip has one. */
import { createTarDecoder } from "modern-tar";
import { UserError } from "@/shared/errors";
import { ByteReader } from "./byteReader";
import { openUnpacked } from "./gzip";

const DRAIN_BYTES = 1 << 20;

/** A file of an archive. */
export interface TarMember {
  path: string;
  /** Bytes that the archive announces. */
  size: number;
  /** A link to another file, which has no contents of its own. */
  isLink: boolean;
  /** Its contents, to be read before the next member is asked for; what is left unread is passed over. */
  reader: ByteReader;
}

/**
 * The files and links of an archive in its order; folders and devices are left out.
 * @param name of the archive, for errors
 * @throws UserError when it is damaged or ends too soon, or the signal's reason
 */
export async function* readTar(file: Blob, name: string, signal: AbortSignal): AsyncGenerator<TarMember> {
  const tar = (await openUnpacked(file, name)).pipeThrough(createTarDecoder({ strict: true }));
  const entries = tar.getReader();
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value: entry } = await entries.read().catch((error: unknown) => {
        throw damaged(name, error);
      });
      if (done) return;
      const { name: path, size, type = "file" } = entry.header;
      const reader = new ByteReader(entry.body, `${name}, ${path}`);
      const isLink = type === "link" || type === "symlink";
      if (isLink || (type === "file" && !path.endsWith("/"))) yield { path, size, isLink, reader };
      while ((await reader.readUpTo(DRAIN_BYTES)).length > 0) signal.throwIfAborted();
    }
  } finally {
    await entries.cancel().catch(() => undefined);
  }
}

function damaged(name: string, error: unknown): unknown {
  if (error instanceof UserError || (error instanceof Error && error.name === "AbortError")) return error;
  return new UserError(
    `${name} is damaged or cut short: it cannot be unpacked.`,
    "Copy or download it again.",
  );
}
