/**
 * Fetches one file onto the shelf as a stream. A broken connection goes on with a Range request where it stopped, now or
 * when the page is opened again, as long as the host still has the same version; a host without ranges starts over.
 */
import type { UserError } from "@/shared/errors";
import { REDIRECT_REFUSED, type WebFile } from "@/shared/webImport";
import { whyNoAnswer } from "../samples/download/failure";
import { isNetworkFailure, pause } from "../samples/download/network";
import type { DownloadContext } from "../samples/sample";
import type { ShelvedFile } from "./downloadShelf";
import { contentRange, isSameVersion, strongEtag, versionOf } from "./fileVersion";
import { badAnswer, differentSize, keptBreaking, noAnswerFrom, passedOn } from "./webFailure";

export type WebContext = Pick<DownloadContext, "signal" | "fetch" | "online" | "retryDelayMs">;

/** Requests in a row that bring nothing new before it is given up. */
const TRIES = 5;
const RETRY_DELAY_MS = 500;
/** While a host is silent, it is told this often how far it came, so that the speed shown falls. */
const TELL_MS = 500;

/** How every request is made: nothing of the person goes along. */
export const ANONYMOUS = {
  credentials: "omit",
  cache: "no-store", // the browser's cache mixes whole and partial answers
  referrerPolicy: "no-referrer",
} as const satisfies RequestInit;

/**
 * @param onBytes bytes that are there; goes back when a host starts over
 * @throws UserError when offline, blocked, refused, broken off for good, or when there is no room
 * @throws AbortError once `context.signal` is aborted; what has arrived stays on the shelf
 */
export async function fetchFile(
  file: WebFile,
  shelved: ShelvedFile,
  context: WebContext,
  onBytes: (received: number) => void,
): Promise<void> {
  const { signal } = context;
  if (shelved.isWhole && file.version && shelved.version && isSameVersion(shelved.version, file.version))
    return onBytes(shelved.size);
  let isConditional = true;
  let fruitless = 0;
  let best = shelved.isWhole ? 0 : shelved.size;
  for (;;) {
    signal.throwIfAborted();
    const from = shelved.version && !shelved.isWhole ? shelved.size : 0;
    const etag = from > 0 && isConditional ? strongEtag(shelved.version!) : null;
    let failure: () => UserError = () => keptBreaking(file, shelved.size, shelved.version?.total ?? null);
    try {
      const response = await context.fetch(file.url, {
        ...ANONYMOUS,
        // from the first byte on too: then no host packs it on the way, and its length is that of the file
        headers: { Range: `bytes=${from}-`, ...(etag !== null && { "If-Range": etag }) },
        signal,
      });
      const { status } = response;
      if (status === 200 || status === 206) {
        if (await place(response, from, shelved)) {
          if (await receive(response, file, shelved, onBytes)) return await shelved.finish();
        } else best = 0; // another version: once more, from its first byte
      } else {
        await response.body?.cancel();
        if (status === 416 && from > 0) {
          if (contentRange(response.headers).total === from) return await shelved.finish(); // nothing is missing
          await shelved.begin(versionOf(response));
        } else if (status >= 500 || status === 429) failure = () => badAnswer(status, file);
        else throw badAnswer(status, file);
      }
    } catch (error) {
      if ((error as Error).name === REDIRECT_REFUSED) throw passedOn(file);
      if (!isNetworkFailure(error)) throw error;
      if (shelved.size === from) {
        if (etag !== null) isConditional = false; // the host may refuse the header: the answer is compared instead
        const reason = await whyNoAnswer(file, context);
        if (reason !== "unreachable" && etag === null) throw noAnswerFrom(reason, file, shelved.size);
        failure = () => noAnswerFrom(reason, file, shelved.size);
      }
    }
    fruitless = shelved.size > best ? 0 : fruitless + 1;
    best = Math.max(best, shelved.size);
    if (fruitless >= TRIES) throw failure();
    await pause((context.retryDelayMs ?? RETRY_DELAY_MS) * 2 ** fruitless, signal);
  }
}

/** Makes the shelf ready for an answer. @returns false when it holds the end of another version than the shelf */
async function place(response: Response, from: number, shelved: ShelvedFile): Promise<boolean> {
  const version = versionOf(response, from);
  const start = contentRange(response.headers).start ?? (response.status === 206 ? from : 0);
  if (start === 0) {
    await shelved.begin(version);
    return true;
  }
  if (start === shelved.size && shelved.version && isSameVersion(shelved.version, version)) return true;
  await response.body?.cancel();
  await shelved.begin(version);
  return false;
}

/** Reads a body to its end or to where it breaks. @returns whether all of the file is there */
async function receive(
  response: Response,
  file: WebFile,
  shelved: ShelvedFile,
  onBytes: (received: number) => void,
): Promise<boolean> {
  const reader = response.body?.getReader();
  const tell = () => onBytes(shelved.size);
  const telling = setInterval(tell, TELL_MS);
  try {
    while (reader) {
      const { value, done } = await reader.read();
      if (done) break;
      await shelved.append(value);
      tell();
    }
  } finally {
    clearInterval(telling);
  }
  const total = shelved.version?.total ?? null;
  if (total !== null && response.status === 206 && shelved.size > total)
    throw differentSize(file, shelved.size, total);
  return total === null || shelved.size >= total; // a connection may end early without saying so
}
