import { canExport, isActive, useRun } from "@/state/run";
import { useTabs, viewingReason } from "@/state/tabs";
import { PauseIcon, PlayIcon, StepIcon, StopIcon } from "../../controls/Icons";
import { EstimateLine } from "./EstimateLine";
import { formatCount } from "../../format";
import { useStart } from "./useStart";

/** Start, Pause, Resume (one place: what comes next), Step, Stop. */
export function RunControls() {
  const phase = useRun((state) => state.phase);
  const { pause, resume, step, stop } = useRun.getState();
  const active = useRun(isActive);
  const savedIteration = useRun((state) => state.savedIteration);
  const { reason, start } = useStart();
  const viewing = useTabs(viewingReason);
  const whyNot = viewing || (active ? "" : reason);
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
        disabled={next.disabled || viewing !== ""}
        aria-describedby={whyNot ? "why-not" : active ? undefined : "estimate"}
        onClick={(event) => event.detail <= 1 && next.act()} // the second half of a double click on Start is no Pause
      >
        {next.icon}
        {next.name}
      </button>
      <button
        type="button"
        className="button"
        disabled={viewing !== "" || (!isPaused && phase !== "running")}
        onClick={() => void step()}
      >
        <StepIcon />
        Step
      </button>
      <button
        type="button"
        className="button"
        disabled={viewing !== "" || !active || phase === "stopping"}
        onClick={() => void stop()}
      >
        <StopIcon />
        Stop
      </button>
      {active && savedIteration !== null && (
        <p className="quiet figures why-not">Stored at iteration {formatCount(savedIteration)}</p>
      )}
      {whyNot && (
        <p className="quiet why-not" id="why-not">
          {whyNot}
        </p>
      )}
      {!active && !reason && <EstimateLine />}
    </div>
  );
}
