import { lazy } from "react";
import type { ExperimentConfig } from "@/shared/experiment";
import type { RunPhase } from "@/shared/run";
import type { ExpertNeeds } from "@/shared/trajectories";
import { useBackend } from "@/state/backend";
import { useEvaluating } from "@/state/evaluating";
import { isTraining, useExperts } from "@/state/experts";
import { isActive, useRun } from "@/state/run";
import { useArchitectures, useContinual } from "@/state/studies";
import { isStudying } from "@/state/study";
import { useTabs, viewingReason } from "@/state/tabs";
import { ChartBox } from "../../charts/ChartBox";
import { Alert } from "../../controls/Alert";
import { PauseIcon, PlayIcon, StopIcon } from "../../controls/Icons";
import { ProgressBar } from "../../controls/ProgressBar";
import { formatBytes, formatDuration, plural } from "../../format";

/** Brings the chart library, which is larger than the page. */
const ExpertChart = lazy(() => import("../../charts/ExpertChart"));

/** What the present settings need, its training, and the accuracy of each expert as it grows. */
export function ExpertTraining({ config, reason }: { config: ExperimentConfig | null; reason: string }) {
  const needs = useExperts((state) => state.needs);
  const points = useExperts((state) => state.points);
  const phase = useExperts((state) => state.phase);
  const error = useExperts((state) => state.error);
  const { train, pause, resume, stop } = useExperts.getState();
  const active = useExperts(isTraining);
  const isRunning = useRun(isActive);
  const studies = [useEvaluating(isStudying), useContinual(isStudying), useArchitectures(isStudying)];
  const viewing = useTabs(viewingReason);
  const backend = useBackend((state) => state.phase);

  const isReady = needs !== null && needs.ready >= needs.experts;
  const whyNot =
    viewing ||
    reason ||
    (backend !== "ready"
      ? "The engine is not ready."
      : isRunning
        ? "A run goes on; it trains its experts by itself."
        : studies.includes(true)
          ? "An evaluation goes on. Wait until it ends, or stop it."
          : "");
  const next = !active
    ? { text: "Train", act: () => config && void train(config), disabled: whyNot !== "" || !needs || isReady }
    : phase === "paused"
      ? { text: "Resume", act: () => void resume(), disabled: false }
      : { text: "Pause", act: () => void pause(), disabled: phase === "pausing" || phase === "stopping" };
  const isLocked = viewing !== "";

  return (
    <section className="experts-needs" aria-label="Experts for these settings">
      <div className="experts-head">
        <h3>For these settings</h3>
        <p className="quiet figures">{needs ? needsText(needs) : reason || "Looking at what is stored …"}</p>
      </div>
      <div className="experts-chart">
        {points.length === 0 ? (
          <p className="quiet experts-empty">
            The test accuracy of each expert appears here, epoch by epoch.
          </p>
        ) : (
          <ChartBox waitingClass="experts-empty">
            {(width, height) => (
              <ExpertChart
                width={width}
                height={height}
                points={points}
                lastEpoch={Math.max(...(needs?.epochs ?? [1]))}
              />
            )}
          </ChartBox>
        )}
      </div>
      <div className="experts-controls">
        <button
          type="button"
          className={`button experts-next ${next.text === "Pause" ? "" : "button-next"}`}
          disabled={isLocked || next.disabled}
          title={viewing || undefined}
          onClick={next.act}
        >
          {next.text === "Pause" ? <PauseIcon /> : <PlayIcon />}
          {next.text}
        </button>
        <button
          type="button"
          className="button"
          disabled={isLocked || !active || phase === "stopping"}
          title={viewing || undefined}
          onClick={() => void stop()}
        >
          <StopIcon />
          Stop training
        </button>
        <ExpertState whyNot={whyNot} isReady={isReady} />
      </div>
      {error && <Alert error={error} />}
    </section>
  );
}

const ENDS: Partial<Record<RunPhase, string>> = {
  stopped: "Stopped. What is trained is kept.",
  interrupted: "Interrupted. What is trained is kept.",
};

/** Where the training stands, in one line over its bar; the place stays when there is nothing to say. */
function ExpertState({ whyNot, isReady }: { whyNot: string; isReady: boolean }) {
  const phase = useExperts((state) => state.phase);
  const progress = useExperts((state) => state.progress);
  const eta = useExperts((state) => state.eta);
  const ofRun = useRun(({ phase: run, preparing }) => (run === "preparing" ? preparing : null));
  const active = useExperts(isTraining);
  const words = phase === "pausing" ? "Pausing" : phase === "stopping" ? "Stopping" : "Paused";
  const text = !active
    ? isReady
      ? "All are trained."
      : whyNot || ENDS[phase] || ""
    : [
        phase === "running" || phase === "preparing" ? "" : words,
        progress?.step ?? "Preparing the engine",
        phase === "running" && eta !== null ? `${formatDuration(eta)} left` : "",
      ]
        .filter(Boolean)
        .join(" · ");
  const bar = active ? (progress ?? { done: 0, total: 0 }) : ofRun;
  return (
    <div className="experts-state">
      <p className="quiet figures" role="status" aria-label="State of the experts">
        {active ? text : (ofRun?.step ?? text)}
      </p>
      {bar && <ProgressBar label="Training of experts" done={bar.done} total={bar.total} />}
    </div>
  );
}

function needsText({ experts, epochs, ready, missingEpochs, bytes }: ExpertNeeds): string {
  const wanted = `${plural(experts, "expert")} to epoch ${Math.max(...epochs)}, ${formatBytes(bytes)} on disk`;
  if (ready >= experts) return `${wanted} · all stored`;
  return `${wanted} · ${ready} stored, ${plural(missingEpochs, "epoch")} to train`;
}
