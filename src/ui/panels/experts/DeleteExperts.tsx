import type { ExperimentConfig } from "@/shared/experiment";
import type { ExpertSetInfo } from "@/shared/trajectories";
import { useExperts } from "@/state/experts";
import { useExpertSets } from "@/state/expertSets";
import { DeleteDialog } from "../../controls/DeleteDialog";
import { formatBytes, plural } from "../../format";

interface Props {
  set: ExpertSetInfo;
  config: ExperimentConfig | null;
  onClose: () => void;
}

/** Asks once more before experts are gone: hours of computing may be in them. */
export function DeleteExperts({ set, config, onClose }: Props) {
  const remove = useExpertSets((state) => state.remove);
  const plan = useExperts((state) => state.plan);
  return (
    <DeleteDialog
      title={`Delete ${plural(set.experts.length, "expert")}?`}
      about={`What was trained on ${set.dataset.name}, ${formatBytes(set.bytes)}, is removed from this browser. A run that needs them trains them again.`}
      onDelete={() => void remove(set.id).then(() => config && plan(config))}
      onClose={onClose}
    />
  );
}
