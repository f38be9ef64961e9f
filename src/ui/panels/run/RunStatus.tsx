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
          evaluating: network {evaluating.network} / {evaluating.networks}, epoch {evaluating.epoch} /{" "}
          {evaluating.epochs}
        </span>
      )}
      {phase === "preparing" && preparing && (
        <span className="quiet">
          {preparing.step}
          {preparing.total > 1 && ` ${preparing.done} / ${preparing.total}`}
        </span>
      )}
      <span className="run-phase">{isRecovering ? "Recovering" : PHASE_WORDS[phase]}</span>
    </span>
  );
}
