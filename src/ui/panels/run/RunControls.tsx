import { canExport, isActive, useRun } from "@/state/run";
import { PauseIcon, PlayIcon, StepIcon, StopIcon } from "../../controls/Icons";
import { EstimateLine } from "./EstimateLine";
import { useStart } from "./useStart";

/** Start, Pause, Resume (one place: what comes next), Step, Stop. */
export function RunControls() {
  const phase = useRun((state) => state.phase);
  const { pause, resume, step, stop } = useRun.getState();
  const active = useRun(isActive);
  const { reason, start } = useStart();
  const isExportNext = useRun((state) => canExport(state) && !isActive(state));
  const isPaused = phase === "paused";
  const next = !active
    ? { name: "Start", icon: <PlayIcon />, act: start, disabled: reason !== "" }
    : isPaused
      ? { name: "Resume", icon: <PlayIcon />, act: () => void resume(), disabled: false }
      : {
          name: "Pause",
          icon: <PauseIcon />,
          act: () => void pause(),
          disabled: phase !== "running" && phase !== "preparing",
        };

  return (
    <div className="run-controls">
      <button
        type="button"
        className={`button run-next ${next.name === "Pause" || isExportNext ? "" : "button-next"}`}
        disabled={next.disabled}
        aria-describedby={active ? undefined : reason ? "why-not" : "estimate"}
        onClick={(event) => event.detail <= 1 && next.act()} // the second half of a double click on Start is no Pause
      >
        {next.icon}
        {next.name}
      </button>
      <button
        type="button"
        className="button"
        disabled={!isPaused && phase !== "running"}
        onClick={() => void step()}
      >
        <StepIcon />
        Step
      </button>
      <button
        type="button"
        className="button"
        disabled={!active || phase === "stopping"}
        onClick={() => void stop()}
      >
        <StopIcon />
        Stop
      </button>
      {!active && reason && (
        <p className="quiet why-not" id="why-not">
          {reason}
        </p>
      )}
      {!active && !reason && <EstimateLine />}
    </div>
  );
}
