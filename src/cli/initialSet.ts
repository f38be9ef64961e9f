/** `--from`: a distilled set that the run begins with, as the page opens it. */
import { looksLikeExport } from "@/data/reopen/exportFiles";
import { openLooseSet } from "@/data/reopen/looseSet";
import { openExport } from "@/data/reopen/openExport";
import { snapshotOfSet } from "@/data/reopen/snapshotOfSet";
import { snapshotId } from "@/data/runs/snapshotStore";
import type { DatasetInfo } from "@/shared/dataset";
import type { ParamRecord } from "@/shared/params";
import type { PickedFile } from "@/shared/importing";
import type { Snapshot } from "@/shared/run";
import { CliError, EXIT, failWith } from "./exitCodes";

export interface InitialSet {
  set: Snapshot;
  /** What of the run follows from it. */
  run: ParamRecord;
}

/**
 * @throws CliError when the files are no set, or none of this dataset
 */
export async function openInitialSet(
  files: readonly PickedFile[],
  info: DatasetInfo,
  signal: AbortSignal,
): Promise<InitialSet> {
  const set = await openSet(files, info, signal).catch((error: unknown) => failWith(EXIT.data, error));
  const ipc = Math.floor(set.labels.length / set.classNames.length);
  return { set, run: { init: "set", initialSet: await snapshotId(set), ipc } };
}

async function openSet(
  files: readonly PickedFile[],
  info: DatasetInfo,
  signal: AbortSignal,
): Promise<Snapshot> {
  if (await looksLikeExport(files)) return openExport(files);
  const loose = await openLooseSet(files, signal);
  if (loose) return snapshotOfSet(loose, info, loose.normalisation ?? info);
  throw new CliError(
    EXIT.data,
    `--from: ${files[0]?.path ?? "it"} is no distilled set.`,
    "Give an export of the studio, or .pt, .npz, .npy or .safetensors files with images.",
  );
}
