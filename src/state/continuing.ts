/** Distilling on from a kept set: its settings come onto the page, and the next run begins with its images. */
import type { SnapshotInfo } from "@/shared/evaluating";
import { announce } from "./announcements";
import { commands } from "./commands";
import { useDatasets } from "./datasets";
import { useExperiment } from "./experiment";
import { useSnapshots } from "./snapshots";

/** Start is left to the person, who may want other settings first. */
export async function continueFrom({ id, ipc, datasetFingerprint, openedFrom }: SnapshotInfo): Promise<void> {
  try {
    const dataset = useDatasets.getState().list.find(({ fingerprint }) => fingerprint === datasetFingerprint);
    if (!dataset) return;
    // what came from a file knows no settings: those on the page stay
    const { config } = await commands().data.readSnapshot(id);
    if (openedFrom === undefined) useExperiment.getState().adopt(config);
    useExperiment.getState().beginWith(id, ipc);
    await useDatasets.getState().select(dataset.id);
    announce("The next run begins with this set. Press Start.");
  } catch (error) {
    useSnapshots.getState().fail(error);
  }
}
