import type { ErrorInfo } from "@/shared/errors";
import type { Preparation, RunPhase } from "@/shared/run";
import { isStudying } from "@/state/study";
import { useTabs, viewingReason } from "@/state/tabs";
import { Alert } from "../../controls/Alert";
import { PauseIcon, PlayIcon, StopIcon } from "../../controls/Icons";
import { ProgressBar } from "../../controls/ProgressBar";
import { formatDuration } from "../../format";
import { PHASE_WORDS } from "../../phaseWords";

export interface StudyControlsProps {
  /** "the evaluation": the accessible name of the progress bar. */
  name: string;
  phase: RunPhase;
  progress: { done: number; total: number; eta: number | null; preparing?: Preparation } | null;
  error: ErrorInfo | null;
  /** Why it cannot begin, "" when it can. */
  reason: string;
  onStart: () => void;
  onPause: () => void;
  onResume: () => void;
  onStop: () => void;
}

/** Start, Pause or Resume in one place, Stop, and how far it is. */
export function StudyControls(props: StudyControlsProps) {
  const { name, phase, progress, error, reason, onStart, onPause, onResume, onStop } = props;
  const active = isStudying({ phase });
  const viewing = useTabs(viewingReason);
  const bar = progress?.preparing ?? progress;
  const next = !active
    ? { text: "Start", icon: <PlayIcon />, act: onStart, disabled: reason !== "" }
    : phase === "paused"
      ? { text: "Resume", icon: <PlayIcon />, act: onResume, disabled: false }
      : { text: "Pause", icon: <PauseIcon />, act: onPause, disabled: phase !== "running" };
  return (
    <div className="study-controls">
      <div className="row study-row">
        <button
          type="button"
          className={`button study-next ${next.text === "Pause" ? "" : "button-next"}`}
          disabled={next.disabled || viewing !== ""}
          title={viewing || undefined}
          onClick={(event) => event.detail <= 1 && next.act()}
        >
          {next.icon}
          {next.text}
        </button>
        <button
          type="button"
          className="button"
          disabled={viewing !== "" || !active || phase === "stopping"}
          title={viewing || undefined}
          onClick={onStop}
        >
          <StopIcon />
          Stop
        </button>
        <p className="study-state figures" role="status" aria-label={`State of ${name}`} data-phase={phase}>
          {active || phase !== "idle" ? stateText(phase, progress) : reason || "Ready"}
        </p>
      </div>
      {(active || phase === "stopped" || phase === "interrupted") && (
        <ProgressBar label={`Progress of ${name}`} done={bar?.done ?? 0} total={bar?.total ?? 0} />
      )}
      {!active && phase !== "idle" && reason && <p className="quiet">{reason}</p>}
      {error && <Alert error={error} />}
    </div>
  );
}

function stateText(phase: RunPhase, progress: StudyControlsProps["progress"]): string {
  if (!progress || progress.total === 0) return PHASE_WORDS[phase];
  const { done, total, eta, preparing } = progress;
  if (preparing && (phase === "preparing" || phase === "running")) return preparing.step;
  const left = phase === "running" && eta !== null ? ` · ${formatDuration(eta)} left` : "";
  return `${PHASE_WORDS[phase]} · ${done} of ${total} networks${left}`;
}
