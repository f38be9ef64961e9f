/** What was going on when the engine's backend failed, and how each goes on: the run, experts, evaluations, studies. */
import type { ErrorInfo } from "@/shared/errors";
import type { RunPhase } from "@/shared/run";
import { commands } from "./commands";
import { useEvaluating } from "./evaluating";
import { isTraining, useExperts } from "./experts";
import { isActive, useRun } from "./run";
import { useArchitectures, useContinual } from "./studies";
import { isStudying } from "./study";

export interface BrokenWork {
  /** How far it was, in steps of its own. */
  steps: number;
  /** Begins it again; resolves once the engine has accepted it. */
  resume: () => Promise<void>;
}

const STUDIES = [useEvaluating, useContinual, useArchitectures];

/** True while something computes that will itself say how it ended; what is paused says nothing. */
export function isComputing(): boolean {
  const goesOn = ({ phase }: { phase: RunPhase }) => phase !== "paused";
  const run = useRun.getState();
  const experts = useExperts.getState();
  return (
    (isActive(run) && goesOn(run)) ||
    (isTraining(experts) && goesOn(experts)) ||
    STUDIES.some((store) => isStudying(store.getState()) && goesOn(store.getState()))
  );
}

/** What a lost device broke: what failed by it, what was paused, and what has not answered. */
export function brokenWork(): BrokenWork[] {
  const works: BrokenWork[] = [];
  const run = useRun.getState();
  if (isBroken(run, isActive(run)) && run.config && run.dataset)
    works.push(brokenRun(run.phase === "paused"));
  const experts = useExperts.getState();
  const { config } = experts;
  if (isBroken(experts, isTraining(experts)) && config)
    works.push({ steps: experts.progress?.done ?? 0, resume: () => useExperts.getState().train(config) });
  for (const study of STUDIES) {
    const { request, update, start, ...state } = study.getState();
    if (isBroken(state, isStudying(state)) && request)
      works.push({ steps: update?.done ?? 0, resume: () => start(request as never) });
  }
  return works;
}

const isBroken = (state: { phase: RunPhase; error: ErrorInfo | null }, goesOn: boolean): boolean =>
  goesOn ? state.phase !== "stopping" : state.phase === "failed" && state.error?.kind === "deviceLost";

/** From its newest stored state; from its config when it was lost before anything of it was stored. */
function brokenRun(wasPaused: boolean): BrokenWork {
  const { config, dataset, runId, iteration } = useRun.getState();
  return {
    steps: iteration,
    async resume() {
      if (!config || !dataset) return;
      const stored = (await commands().data.listUnfinished()).find(({ id }) => id === runId);
      const { start, goOn, pause } = useRun.getState();
      await (stored ? goOn(stored, dataset) : start(config, dataset));
      if (wasPaused) await pause();
    },
  };
}
