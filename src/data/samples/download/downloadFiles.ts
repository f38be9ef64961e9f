/** Fetches the files of a dataset one after the other, with one progress over all of them. */
import type { PickedFile } from "@/shared/importing";
import type { DownloadContext } from "../sample";
import { fetchPublished } from "./fetchPublished";
import type { PublishedFile } from "./publishedFile";

const REPORT_EVERY_MS = 100;

/** @throws UserError as `fetchPublished`; nothing is kept then */
export async function downloadFiles(
  files: readonly PublishedFile[],
  context: DownloadContext,
): Promise<PickedFile[]> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const started = context.now();
  let reported = -Infinity;
  const report = (done: number) => {
    const now = context.now();
    if (now - reported < REPORT_EVERY_MS && done < total) return;
    reported = now;
    const perSecond = now > started ? (1000 * done) / (now - started) : 0;
    const eta = perSecond > 0 ? (total - done) / perSecond : null;
    context.onProgress({ phase: "downloading", done, total, unit: "bytes", perSecond, eta });
  };

  const picked: PickedFile[] = [];
  let finished = 0;
  report(0);
  for (const file of files) {
    const blob = await fetchPublished(file, context, (received) => report(finished + received));
    finished += file.bytes;
    report(finished);
    picked.push({ path: file.name, file: blob });
  }
  return picked;
}
