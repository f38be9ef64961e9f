import type { Preparation } from "@/shared/run";
import { useRecovery } from "@/state/recovery";
import { isActive, useRun } from "@/state/run";
import { PHASE_WORDS } from "../../phaseWords";

/** The phase of the run, and what a preparation or an evaluation is at. */
export function RunStatus() {
  const phase = useRun((state) => state.phase);
  const preparing = useRun((state) => state.preparing);
  const isRecovering = useRecovery((state) => state.phase === "recovering");
  const evaluating = useRun((state) => (isActive(state) ? state.evaluating : null));
  return (
    <span className="run-status figures" data-phase={isRecovering ? "preparing" : phase}>
      {evaluating && (
        <span className="quiet">
          evaluating: network {evaluating.network} / {evaluating.networks},{" "}
          {evaluating.preparing
            ? preparationText(evaluating.preparing)
            : `epoch ${evaluating.epoch} / ${evaluating.epochs}`}
        </span>
      )}
      {!evaluating && preparing && (phase === "preparing" || phase === "running") && (
        <span className="quiet">{preparationText(preparing)}</span>
      )}
      <span className="run-phase">{isRecovering ? "Recovering" : PHASE_WORDS[phase]}</span>
    </span>
  );
}

const preparationText = ({ step, done, total }: Preparation): string =>
  total > 1 ? `${step} ${done} / ${total}` : step;
