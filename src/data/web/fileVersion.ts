/** What an answer tells of the file behind it (RFC 9110): which version it is, and which bytes of it. */
import type { FileVersion } from "@/shared/webImport";

/** Of `Content-Range: bytes 100-199/200`, or the total alone of one that was out of range. */
export function contentRange(headers: Headers): { start: number | null; total: number | null } {
  const [, start, total] =
    /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(headers.get("content-range") ?? "") ?? [];
  return { start: numberOf(start), total: numberOf(total) };
}

/** @param from the first byte that was asked for. Hosts need not show pages every header: null is "not shown" */
export function versionOf({ status, headers }: Pick<Response, "status" | "headers">, from = 0): FileVersion {
  const length = headers.has("content-encoding") ? null : numberOf(headers.get("content-length"));
  const rest = status === 206 ? from : 0;
  return {
    etag: headers.get("etag"),
    lastModified: headers.get("last-modified"),
    total: contentRange(headers).total ?? (length === null ? null : rest + length),
  };
}

/** Whether bytes of both belong together, as far as the host shows: by a strong ETag, else by date and size. */
export function isSameVersion(one: FileVersion, other: FileVersion): boolean {
  if (one.total !== null && other.total !== null && one.total !== other.total) return false;
  if (one.etag !== null && other.etag !== null) return one.etag === other.etag;
  return one.lastModified !== null && one.lastModified === other.lastModified && one.total !== null;
}

/** What `If-Range` may hold: a strong ETag. */
export const strongEtag = ({ etag }: FileVersion): string | null =>
  etag !== null && !etag.startsWith("W/") ? etag : null;

const numberOf = (text: string | null | undefined): number | null =>
  text && /^\d+$/.test(text) ? Number(text) : null;
