/** Experts of the present settings: what a run needs of them, what is stored, and their training. */
import { create } from "zustand";
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import type { ExperimentConfig } from "@/shared/experiment";
import type { ExpertPoint, RunPhase } from "@/shared/run";
import type { ExpertNeeds, ExpertUpdate } from "@/shared/trajectories";
import { announce } from "./announcements";
import { commands } from "./commands";
import { useExpertSets } from "./expertSets";
import { useRun } from "./run";
import { useStorage } from "./storage";
import { useTabs, viewingReason } from "./tabs";

interface ExpertsState {
  /** What a run with the present settings needs; null while it is not known. */
  needs: ExpertNeeds | null;
  /** The accuracies of those experts: stored, and as they come in. */
  points: readonly ExpertPoint[];
  phase: RunPhase;
  /** What is trained, or was last. */
  config: ExperimentConfig | null;
  progress: ExpertUpdate["progress"];
  elapsed: number;
  eta: number | null;
  error: ErrorInfo | null;
  /** Asks anew what the settings need. */
  plan: (config: ExperimentConfig) => Promise<void>;
  train: (config: ExperimentConfig) => Promise<void>;
  pause: () => Promise<void>;
  resume: () => Promise<void>;
  stop: () => Promise<void>;
  fail: (error: ErrorInfo) => void;
  /** The tab that trained them no longer does; what it stored can go on. */
  interrupt: () => void;
  addPoints: (points: readonly ExpertPoint[]) => void;
}

const ACTIVE: readonly RunPhase[] = ["preparing", "running", "pausing", "paused", "stopping"];
const NAMES: Partial<Record<RunPhase, string>> = {
  paused: "The experts pause.",
  stopped: "The training of experts is stopped.",
  done: "The experts are trained.",
  failed: "The training of experts failed.",
};

export const isTraining = ({ phase }: Pick<ExpertsState, "phase">): boolean => ACTIVE.includes(phase);

/** Late answers of an earlier question or training are not heard. */
let asked = 0;
let ticket = 0;

export const useExperts = create<ExpertsState>((set, get) => {
  const move = async (phase: RunPhase, give: () => Promise<void>) => {
    if (!isTraining(get())) return;
    set({ phase });
    await give().catch((error: unknown) => set({ error: errorInfo(error) }));
  };
  let refreshing = false;
  /** Looks at what is stored; while it does so, only the last word of a training makes it look again. */
  const refresh = async (config: ExperimentConfig, isLast: boolean) => {
    if (refreshing && !isLast) return;
    refreshing = true;
    await Promise.all([get().plan(config), useExpertSets.getState().load(), useStorage.getState().refresh()]);
    refreshing = false;
  };

  return {
    needs: null,
    points: [],
    phase: "idle",
    config: null,
    progress: null,
    elapsed: 0,
    eta: null,
    error: null,

    async plan(config) {
      const mine = ++asked;
      try {
        const needs = await commands().engine.expertNeeds(config);
        if (mine !== asked) return;
        set(isTraining(get()) ? { needs } : { needs, points: needs.points });
        if (get().phase !== "failed") set({ error: null });
      } catch (error) {
        if (mine === asked) set({ needs: null, points: [], error: errorInfo(error) });
      }
    },

    async train(config) {
      const mine = ++ticket;
      set({ phase: "preparing", config, progress: null, elapsed: 0, eta: null, error: null });
      void useStorage.getState().askToPersist();
      try {
        await commands().engine.trainExperts(config, (update) => {
          if (mine !== ticket) return;
          const { phase, progress, elapsed, eta, points } = update;
          const words = phase === get().phase ? undefined : NAMES[phase];
          if (words) announce(words);
          set({ phase, progress, elapsed, eta, error: update.error ?? get().error });
          get().addPoints(points);
          const isLast = !isTraining(update);
          if (isLast || points.length > 0) void refresh(config, isLast);
        });
      } catch (error) {
        if (mine === ticket) get().fail(errorInfo(error));
      }
    },

    pause: () => move("pausing", () => commands().engine.pauseExperts()),
    resume: () => move("running", () => commands().engine.resumeExperts()),
    stop: () => move("stopping", () => commands().engine.stopExperts()),

    // a training that has ended before stays as it ended
    fail: (error) => set((state) => (isTraining(state) ? { phase: "failed", error } : {})),

    interrupt: () => {
      ticket++;
      set((state) => (isTraining(state) ? { phase: "interrupted" } : {}));
    },

    addPoints: (points) => {
      if (points.length > 0) set((state) => ({ points: withPoints(state.points, points) }));
    },
  };
});

/** A point that comes again replaces the one before. */
function withPoints(known: readonly ExpertPoint[], added: readonly ExpertPoint[]): ExpertPoint[] {
  const isNew = (point: ExpertPoint) =>
    !added.some(({ expert, epoch }) => expert === point.expert && epoch === point.epoch);
  return [...known.filter(isNew), ...added];
}

/** A run that trains its experts by itself draws their curves too, and leaves them stored. */
export function followRuns(): void {
  useRun.subscribe(({ preparing, phase, config }, before) => {
    if (viewingReason(useTabs.getState())) return; // the tab that runs it tells
    const { needs, addPoints, plan } = useExperts.getState();
    if (preparing?.expert && preparing !== before.preparing) addPoints([preparing.expert]);
    const isPrepared = before.phase === "preparing" && phase !== "preparing";
    if (isPrepared && config && needs && needs.missingEpochs > 0) void plan(config);
  });
}
