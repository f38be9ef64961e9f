import type { DatasetInfo } from "@/shared/dataset";
import { useDatasets } from "@/state/datasets";
import { useSnapshots } from "@/state/snapshots";

/** The stored dataset that a kept set was made from, null when it is no longer stored. */
export function useSnapshotDataset(snapshotId: string | undefined): DatasetInfo | null {
  const fingerprint = useSnapshots(
    (state) => state.list.find(({ id }) => id === snapshotId)?.datasetFingerprint,
  );
  return useDatasets((state) => state.list.find((dataset) => dataset.fingerprint === fingerprint)) ?? null;
}
