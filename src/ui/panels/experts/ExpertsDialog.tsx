import { useEffect } from "react";
import type { ExperimentConfig } from "@/shared/experiment";
import { useExpertSets } from "@/state/expertSets";
import { Modal } from "../../controls/Modal";
import { ExpertSets } from "./ExpertSets";
import { ExpertTraining } from "./ExpertTraining";
import "./experts.css";

interface Props {
  /** Of the present settings; null while they cannot be used. */
  config: ExperimentConfig | null;
  /** Why not, "" when they can. */
  reason: string;
  onClose: () => void;
}

/** The experts that the present settings need, and all that are stored. */
export default function ExpertsDialog({ config, reason, onClose }: Props) {
  const load = useExpertSets((state) => state.load);
  useEffect(() => void load(), [load]);
  return (
    <Modal
      title="Experts"
      about={
        <p className="quiet">
          Networks trained on the real images, epoch by epoch; the method makes a network that trains on the
          synthetic images go the same way. A run trains those that are missing by itself.
        </p>
      }
      onClose={onClose}
    >
      <div className="experts">
        <ExpertTraining config={config} reason={reason} />
        <ExpertSets config={config} />
      </div>
    </Modal>
  );
}
