/**
 * Fetches one published file as a stream: a broken connection is continued with a Range request where it stopped,
 * and the bytes are hashed on the way, so nothing is held twice and nothing unchecked comes out.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import type { UserError } from "@/shared/errors";
import type { DownloadContext } from "../sample";
import { badStatus, brokenOff, noAnswer, whyNoAnswer, wrongBytes } from "./failure";
import { isNetworkFailure, pause } from "./network";
import type { PublishedFile } from "./publishedFile";

/** Requests in a row that bring nothing new before it is given up. */
const TRIES = 5;
const RETRY_DELAY_MS = 500;
/** Parts become Blobs of this size, which the browser can keep on disk. */
const PART = 4 << 20; // bytes

/**
 * @param onBytes bytes received so far; goes back to 0 when a host cannot continue a broken download
 * @throws UserError when offline, blocked by CORS, refused, broken off for good, or not the published bytes
 * @throws AbortError once `context.signal` is aborted
 */
export async function fetchPublished(
  file: PublishedFile,
  context: DownloadContext,
  onBytes: (received: number) => void,
): Promise<Blob> {
  let partial = new PartialFile();
  let resumed = false;
  let fruitless = 0;
  let best = 0; // bytes
  while (partial.received < file.bytes) {
    context.signal.throwIfAborted();
    const before = partial.received;
    let failure: () => UserError = () => brokenOff(partial.received, file);
    try {
      const response = await context.fetch(file.url, {
        ...(before > 0 ? { headers: { Range: `bytes=${before}-` } } : {}),
        credentials: "omit",
        cache: "no-store", // the browser's cache mixes whole and partial answers
        referrerPolicy: "no-referrer",
        signal: context.signal,
      });
      const usable =
        before > 0 ? response.status === 206 || response.status === 200 : response.status === 200;
      if (usable) {
        if (before > 0 && !continues(response, before)) partial = new PartialFile();
        else if (before > 0) resumed = true;
        await receive(response, partial, file, onBytes);
      } else {
        await response.body?.cancel();
        failure = () => badStatus(response.status, file);
        if (response.status === 416) partial = new PartialFile();
        else if (response.status < 500 && response.status !== 429) throw failure();
      }
    } catch (error) {
      if (!isNetworkFailure(error)) throw error;
      if (partial.received === 0) {
        const reason = await whyNoAnswer(file, context);
        if (reason !== "unreachable") throw noAnswer(reason, file);
        failure = () => noAnswer(reason, file);
      }
    }
    if (partial.received >= file.bytes) {
      const hash = partial.hash();
      if (hash === file.sha256) break;
      if (!resumed)
        throw wrongBytes(`its SHA-256 is ${hash.slice(0, 12)}…, not ${file.sha256.slice(0, 12)}…`, file);
      partial = new PartialFile(); // the parts may be of two versions: once more, in one piece
      resumed = false;
    }
    fruitless = partial.received > best ? 0 : fruitless + 1;
    best = Math.max(best, partial.received);
    if (fruitless >= TRIES) throw failure();
    await pause((context.retryDelayMs ?? RETRY_DELAY_MS) * 2 ** fruitless, context.signal);
  }
  return partial.blob();
}

/** Whether the answer goes on at byte `from`. Hosts need not let pages see Content-Range; the hash decides then. */
function continues(response: Response, from: number): boolean {
  if (response.status !== 206) return false;
  const start = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "")?.[1];
  return start === undefined || Number(start) === from;
}

/** Reads a body to its end or to where it breaks; what has arrived stays in `partial`. */
async function receive(
  response: Response,
  partial: PartialFile,
  file: PublishedFile,
  onBytes: (received: number) => void,
): Promise<void> {
  const reader = response.body?.getReader();
  if (!reader) return;
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    partial.add(value);
    if (partial.received > file.bytes) {
      await reader.cancel();
      throw wrongBytes(`it is larger than ${file.bytes} bytes`, file);
    }
    onBytes(partial.received);
  }
}

class PartialFile {
  received = 0;
  private readonly hasher = sha256.create();
  private readonly parts: Blob[] = [];
  private recent: Uint8Array<ArrayBuffer>[] = [];
  private recentBytes = 0;

  add(bytes: Uint8Array<ArrayBuffer>): void {
    this.hasher.update(bytes);
    this.received += bytes.length;
    this.recent.push(bytes);
    this.recentBytes += bytes.length;
    if (this.recentBytes >= PART) this.flush();
  }

  /** To be called once. */
  hash(): string {
    return bytesToHex(this.hasher.digest());
  }

  blob(): Blob {
    this.flush();
    return new Blob(this.parts);
  }

  private flush(): void {
    this.parts.push(new Blob(this.recent));
    this.recent = [];
    this.recentBytes = 0;
  }
}
