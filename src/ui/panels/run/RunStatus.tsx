import type { RunPhase } from "@/shared/run";
import { useRun } from "@/state/run";

const WORDS: Record<RunPhase, string> = {
  idle: "Not begun",
  preparing: "Preparing",
  running: "Running",
  pausing: "Pausing",
  paused: "Paused",
  stopping: "Stopping",
  stopped: "Stopped",
  done: "Done",
  failed: "Failed",
};

/** The phase of the run, and what an evaluation is at. */
export function RunStatus() {
  const phase = useRun((state) => state.phase);
  const preparing = useRun((state) => state.preparing);
  const evaluating = useRun((state) => state.evaluating);
  return (
    <span className="run-status figures" data-phase={phase}>
      {evaluating && (
        <span className="quiet">
          evaluating: network {evaluating.network} / {evaluating.networks}, epoch {evaluating.epoch} /{" "}
          {evaluating.epochs}
        </span>
      )}
      {phase === "preparing" && preparing && <span className="quiet">{preparing.step}</span>}
      <span className="run-phase">{WORDS[phase]}</span>
    </span>
  );
}
