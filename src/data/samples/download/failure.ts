/**
 * What a failed request means. `fetch` says only "TypeError" for a dead network, an unknown host and a host that
 * does not let other pages read its files (CORS); a second request that asks for nothing readable tells them apart.
 */
import { isAbort, UserError } from "@/shared/errors";
import type { DownloadContext } from "../sample";
import { hostOf, sizeText, type PublishedFile } from "./publishedFile";

const byHand = (file: PublishedFile): string =>
  `Or download ${file.url} yourself (${sizeText(file.bytes)}) and drop the file here.`;

/** Why `fetch` threw: the computer is offline, the host refuses pages, or nothing answers. */
export async function whyNoAnswer(
  { url }: { url: string },
  context: Pick<DownloadContext, "online" | "fetch" | "signal">,
): Promise<"offline" | "blocked" | "unreachable"> {
  if (!(context.online ?? browserIsOnline)()) return "offline";
  const control = new AbortController();
  try {
    await context.fetch(url, {
      mode: "no-cors",
      cache: "no-store",
      signal: AbortSignal.any([context.signal, control.signal]),
    });
    return "blocked"; // it answers, only not to us
  } catch (error) {
    if (isAbort(error)) throw error;
    return "unreachable";
  } finally {
    control.abort(); // the body is of no use
  }
}

/** Node knows nothing of it and counts as online. */
const browserIsOnline = (): boolean => typeof navigator === "undefined" || navigator.onLine !== false;

export function noAnswer(reason: "offline" | "blocked" | "unreachable", file: PublishedFile): UserError {
  const host = hostOf(file.url);
  switch (reason) {
    case "offline":
      return new UserError(
        `This computer is offline, so ${file.name} cannot be fetched from ${host}.`,
        "Connect and try again. Shapes-10 needs no connection.",
      );
    case "blocked":
      return new UserError(
        `${host} does not allow web pages to read ${file.name} (no CORS permission), so the browser blocked it.`,
        byHand(file).replace("Or download", "Download"),
      );
    case "unreachable":
      return new UserError(
        `${host} could not be reached for ${file.name}.`,
        `Check the connection or a blocker, and try again. ${byHand(file)}`,
      );
    default:
      throw new Error(`noAnswer(): unknown reason ${String(reason satisfies never)}`);
  }
}

export function badStatus(status: number, file: PublishedFile): UserError {
  const gone = status === 404 || status === 410;
  return new UserError(
    `${hostOf(file.url)} answered ${status} for ${file.name}${gone ? ": the file is no longer there" : ""}.`,
    gone ? `Look for it by its name; the address was ${file.url}.` : `Try again later. ${byHand(file)}`,
  );
}

export const brokenOff = (received: number, file: PublishedFile): UserError =>
  new UserError(
    `The connection to ${hostOf(file.url)} broke again and again: ${sizeText(received)} of ${sizeText(file.bytes)} ` +
      `of ${file.name} arrived.`,
    `Try again on a steadier connection. ${byHand(file)}`,
  );

export const wrongBytes = (what: string, file: PublishedFile): UserError =>
  new UserError(
    `${file.name} from ${hostOf(file.url)} is not the published file: ${what}.`,
    "Nothing was imported. Try again; if it stays so, the host has changed the file or something on the way alters it.",
  );
