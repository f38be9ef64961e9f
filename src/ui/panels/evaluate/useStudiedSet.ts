import type { DatasetInfo } from "@/shared/dataset";
import type { PluginChoice } from "@/shared/experiment";
import { protocolProblem, useEvaluationSetup } from "@/state/evaluationSetup";
import { useExperiment } from "@/state/experiment";
import { useBusy, type StudyKind } from "./useBusy";
import { useSnapshotDataset } from "./useSnapshotDataset";

interface StudiedSet {
  dataset: DatasetInfo | null;
  /** What the request of a study of this set begins with; null while something is missing. */
  request: { snapshotId: string; datasetId: string; protocol: PluginChoice; seed: number } | null;
  /** Why no study of it can begin, "" when one can. */
  reason: string;
}

/** The one set that a study is about, with its dataset and the protocol. */
export function useStudiedSet(kind: StudyKind): StudiedSet {
  const catalog = useExperiment((state) => state.catalog);
  const snapshotId = useEvaluationSetup((state) => state.snapshotIds[0]);
  const protocol = useEvaluationSetup((state) => state.protocol);
  const seed = useEvaluationSetup((state) => state.own.seed);
  const dataset = useSnapshotDataset(snapshotId);
  const busy = useBusy(kind);
  const isComplete = snapshotId !== undefined && dataset !== null && protocol !== null;
  return {
    dataset,
    request: isComplete ? { snapshotId, datasetId: dataset.id, protocol, seed } : null,
    reason:
      busy ||
      (snapshotId === undefined ? "A run that has ended leaves a set to study." : "") ||
      (dataset ? "" : "The dataset of this set is not stored here. Import it again.") ||
      protocolProblem(catalog, protocol),
  };
}
