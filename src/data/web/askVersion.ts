/** Asks a host how large a file is, and of which version, before any of it is fetched. */
import { REDIRECT_REFUSED, type FileVersion, type WebFile } from "@/shared/webImport";
import { whyNoAnswer } from "../samples/download/failure";
import { isNetworkFailure } from "../samples/download/network";
import { ANONYMOUS, type WebContext } from "./fetchFile";
import { versionOf } from "./fileVersion";
import { badAnswer, noAnswerFrom, passedOn } from "./webFailure";

/** By HEAD, or where a host does not take that, by its first byte. @throws UserError when it gives neither */
export async function askVersion(
  file: Pick<WebFile, "url" | "name">,
  context: WebContext,
): Promise<FileVersion> {
  try {
    const head = await ask(file, { method: "HEAD" }, context);
    if (head.ok && head.version.total !== null) return head.version;
    const first = await ask(file, { headers: { Range: "bytes=0-0" } }, context);
    if (first.ok) return first.version;
    throw badAnswer(first.status, file);
  } catch (error) {
    if ((error as Error).name === REDIRECT_REFUSED) throw passedOn(file);
    if (!isNetworkFailure(error)) throw error;
    throw noAnswerFrom(await whyNoAnswer(file, context), file, 0);
  }
}

async function ask({ url }: { url: string }, init: RequestInit, { fetch, signal }: WebContext) {
  const response = await fetch(url, { ...ANONYMOUS, ...init, signal });
  await response.body?.cancel();
  const version = versionOf(response);
  // of a 206 whose range is not shown, the length is that of the one byte
  const isOneByte = response.status === 206 && version.total === 1;
  return {
    ok: response.ok,
    status: response.status,
    version: isOneByte ? { ...version, total: null } : version,
  };
}
