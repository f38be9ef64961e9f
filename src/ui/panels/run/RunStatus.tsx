import type { Preparation, RunUpdate } from "@/shared/run";
import { useRecovery } from "@/state/recovery";
import { isActive, useRun } from "@/state/run";
import { PHASE_WORDS } from "../../phaseWords";

/** The phase of the run, and what a preparation or an evaluation is at. */
export function RunStatus() {
  const phase = useRun((state) => state.phase);
  const preparing = useRun((state) => state.preparing);
  const isRecovering = useRecovery((state) => state.phase === "recovering");
  const evaluating = useRun((state) => (isActive(state) ? state.evaluating : null));
  const isGoing = phase === "preparing" || phase === "running";
  const first = evaluating ? evaluating.preparing : isGoing && preparing;
  const text = first ? preparationText(first) : evaluating && evaluationText(evaluating);
  return (
    <span className="run-status figures" data-phase={isRecovering ? "preparing" : phase}>
      {text && <span className="quiet">{text}</span>}
      <span className="run-phase">{isRecovering ? "Recovering" : PHASE_WORDS[phase]}</span>
    </span>
  );
}

type Evaluating = NonNullable<RunUpdate["evaluating"]>;

/** Short enough for a phone. */
const evaluationText = ({ network, networks, epoch, epochs }: Evaluating): string =>
  `evaluating ${network} / ${networks}, epoch ${epoch} / ${epochs}`;

const preparationText = ({ step, done, total }: Preparation): string =>
  total > 1 ? `${step} ${done} / ${total}` : step;
