/** Fetches the files of a dataset one after the other, with one progress over all of them. */
import type { PickedFile } from "@/shared/importing";
import { ProgressMeter } from "../../progressMeter";
import type { DownloadContext } from "../sample";
import { fetchPublished } from "./fetchPublished";
import type { PublishedFile } from "./publishedFile";

/** @throws UserError as `fetchPublished`; nothing is kept then */
export async function downloadFiles(
  files: readonly PublishedFile[],
  context: DownloadContext,
): Promise<PickedFile[]> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const { now: clock, onProgress } = context;
  const newMeter = () => new ProgressMeter({ phase: "downloading", unit: "bytes", total, clock, onProgress });
  let meter = newMeter();
  meter.finish(0);

  const picked: PickedFile[] = [];
  let finished = 0;
  let newest = 0;
  for (const file of files) {
    const blob = await fetchPublished(file, context, (received) => {
      if (finished + received < newest) meter = newMeter(); // it had to start over
      newest = finished + received;
      meter.update(newest);
    });
    finished += file.bytes;
    newest = finished;
    picked.push({ path: file.name, file: blob });
  }
  meter.finish(total);
  return picked;
}
