import type { ExperimentConfig } from "@/shared/experiment";
import type { ExpertSetInfo } from "@/shared/trajectories";
import { useExperts } from "@/state/experts";
import { useExpertSets } from "@/state/expertSets";
import { Modal } from "../../controls/Modal";
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
    <Modal
      title={`Delete ${plural(set.experts.length, "expert")}?`}
      about={`What was trained on ${set.dataset.name}, ${formatBytes(set.bytes)}, is removed from this browser. A run that needs them trains them again.`}
      onClose={onClose}
    >
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          Keep
        </button>
        <button
          type="button"
          className="button button-danger"
          onClick={() => {
            void remove(set.id).then(() => config && plan(config));
            onClose();
          }}
        >
          Delete
        </button>
      </div>
    </Modal>
  );
}
