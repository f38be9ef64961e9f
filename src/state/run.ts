/** The run on the screen: what the engine last said of it, and the commands that move it on. */
import { create } from "zustand";
import type { RunChanges, UnfinishedRun } from "@/shared/checkpoint";
import type { DatasetInfo } from "@/shared/dataset";
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import type { ExperimentConfig } from "@/shared/experiment";
import type { EvaluationScore, RunPhase, RunUpdate } from "@/shared/run";
import { announce } from "./announcements";
import { commands } from "./commands";
import { appendLosses, emptyLosses, type LossHistory } from "./lossHistory";

interface Shown {
  phase: RunPhase;
  config: ExperimentConfig | null;
  dataset: DatasetInfo | null;
  preparing: RunUpdate["preparing"] | null;
  iteration: number;
  iterations: number;
  losses: LossHistory;
  /** Updates that changed nothing because their loss was too large. */
  skipped: number;
  images: RunUpdate["images"] | null;
  evaluating: RunUpdate["evaluating"] | null;
  scores: EvaluationScore[];
  iterationsPerSecond: number | null;
  elapsed: number;
  eta: number | null;
  tensorBytes: number;
  error: ErrorInfo | null;
  /** By which its stored state is known; null before the engine has said it. */
  runId: string | null;
  /** The iteration of its newest stored state. */
  savedIteration: number | null;
  /** Why the newest state could not be stored; the run goes on. */
  warning: ErrorInfo | null;
  /** That the run goes on from an older state than it should. */
  note: ErrorInfo | null;
  /** The engine that held the images is gone: they can be seen, no longer exported. */
  isLost: boolean;
}

interface RunState extends Shown {
  start: (config: ExperimentConfig, dataset: DatasetInfo) => Promise<void>;
  /** Goes on with an unfinished run, from its stored state. */
  goOn: (run: UnfinishedRun, dataset: DatasetInfo | null, changes?: RunChanges) => Promise<void>;
  pause: () => Promise<void>;
  resume: () => Promise<void>;
  step: () => Promise<void>;
  stop: () => Promise<void>;
  fail: (error: ErrorInfo) => void;
  /** What was shown was computed by a tab that no longer does; nothing of it failed. */
  interrupt: () => void;
  dismissNote: () => void;
}

const nothing: Shown = {
  phase: "idle",
  config: null,
  dataset: null,
  preparing: null,
  iteration: 0,
  iterations: 0,
  losses: emptyLosses,
  skipped: 0,
  images: null,
  evaluating: null,
  scores: [],
  iterationsPerSecond: null,
  elapsed: 0,
  eta: null,
  tensorBytes: 0,
  error: null,
  runId: null,
  savedIteration: null,
  warning: null,
  note: null,
  isLost: false,
};

const ACTIVE: readonly RunPhase[] = ["preparing", "running", "pausing", "paused", "stopping"];

/** True from Start until the run has ended, however it ends. */
export const isActive = ({ phase }: Pick<Shown, "phase">): boolean => ACTIVE.includes(phase);

/** Skipped updates from which on it is no accident that none has counted. */
const MANY_SKIPPED = 10;

/** True when updates have been made and each was skipped for its loss: the images are still the first ones. */
export const learnsNothing = ({ skipped, losses }: Pick<Shown, "skipped" | "losses">): boolean =>
  skipped >= MANY_SKIPPED && skipped === losses.last?.iteration;

/** True while there is a synthetic set to take home. */
export const canExport = ({ images, isLost }: Pick<Shown, "images" | "isLost">): boolean =>
  images !== null && !isLost;

/** Counts the runs, so that a late word of an earlier one is not heard. */
let ticket = 0;

export const useRun = create<RunState>((set, get) => {
  const command = async (give: () => Promise<void>) => {
    try {
      await give();
    } catch (error) {
      set({ error: errorInfo(error) });
    }
  };

  /** A run takes the screen: `first` is what is known of it, what `give` resolves with is known once it is accepted. */
  const begin = async (
    first: Partial<Shown>,
    give: (onUpdate: (update: RunUpdate) => void) => Promise<Partial<Shown> | void>,
  ) => {
    const mine = ++ticket;
    set({ ...nothing, phase: "preparing", ...first });
    try {
      const accepted = await give((update) => {
        if (mine !== ticket) return;
        announceChange(get(), update);
        set((state) => received(state, update));
      });
      if (mine === ticket && accepted) set(accepted);
    } catch (error) {
      if (mine === ticket) get().fail(errorInfo(error));
    }
  };

  return {
    ...nothing,

    start: (config, dataset) =>
      begin({ config, dataset }, (onUpdate) => commands().engine.start(config, onUpdate)),

    goOn: (run, dataset, changes) => {
      const { id, config, iteration, iterations } = run;
      return begin({ config, dataset, iteration, iterations, runId: id }, async (onUpdate) => {
        const resumed = await commands().engine.resumeRun(id, onUpdate, changes);
        announce(`Resumed at iteration ${resumed.iteration} of ${iterations}.`);
        const { config, dataset, isOlder } = resumed;
        return { config, dataset, note: isOlder ? olderState(resumed.iteration) : null };
      });
    },

    pause: () => command(() => commands().engine.pause()),
    resume: () => command(() => commands().engine.resume()),
    step: () => command(() => commands().engine.step()),
    stop: () => command(() => commands().engine.stop()),

    // a run that has ended before stays as it ended
    fail: (error) =>
      set((state) => ({ isLost: true, ...(isActive(state) ? { phase: "failed", error } : {}) })),

    interrupt: () => {
      ticket++;
      set((state) => ({
        isLost: true,
        ...(isActive(state) ? { phase: "interrupted", error: null, warning: null } : {}),
      }));
    },

    dismissNote: () => set({ note: null }),
  };
});

function received(state: Shown, update: RunUpdate): Partial<Shown> {
  return {
    runId: update.runId,
    savedIteration: update.savedIteration,
    warning: update.warning ?? null,
    phase: update.phase,
    preparing: update.preparing ?? null,
    iteration: update.iteration,
    iterations: update.iterations,
    losses: appendLosses(state.losses, update.losses),
    skipped: update.skipped ?? 0,
    images: update.images ?? state.images,
    evaluating: update.evaluating ?? null,
    scores: withScores(state.scores, update.scores),
    iterationsPerSecond: update.iterationsPerSecond,
    elapsed: update.elapsed,
    eta: update.eta,
    tensorBytes: update.tensorBytes,
    error: update.error ?? state.error,
  };
}

const olderState = (iteration: number): ErrorInfo => ({
  name: "UserError",
  message: `The newest checkpoint was damaged; the run goes on from the one before, at iteration ${iteration}.`,
  hint: "Nothing else is lost: the iterations after it are computed again and come out the same.",
});

/** The scores with those that are new; the same array when there are none, so that nothing is drawn again. */
function withScores(known: EvaluationScore[], told: readonly EvaluationScore[]): EvaluationScore[] {
  const iterations = new Set(known.map(({ iteration }) => iteration));
  const added = told.filter(({ iteration }) => !iterations.has(iteration));
  return added.length === 0 ? known : [...known, ...added];
}

const WORDS: Partial<Record<RunPhase, string>> = {
  running: "Running.",
  paused: "Paused.",
  stopped: "Stopped.",
  done: "Done.",
  failed: "The run failed.",
};

function announceChange(before: Shown, { phase, iteration, scores }: RunUpdate): void {
  const words = WORDS[phase];
  const newest = scores.at(-1);
  if (phase !== before.phase && words) announce(`${words} Iteration ${iteration}.`);
  else if (newest && scores.length > before.scores.length)
    announce(`Test accuracy ${(newest.mean * 100).toFixed(1)} percent at iteration ${newest.iteration}.`);
}
