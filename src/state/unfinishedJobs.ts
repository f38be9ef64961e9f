/**
 * What was begun beside runs and broke off with the page: training of experts, evaluations, studies. Each is noted when
 * it begins and forgotten when it ends; what it has stored is not done again when it goes on.
 */
import { create } from "zustand";
import type { UnfinishedJob } from "@/shared/checkpoint";
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import type { RunPhase } from "@/shared/run";
import { commands } from "./commands";
import { useEvaluating } from "./evaluating";
import { useExperiment } from "./experiment";
import { useExperts } from "./experts";
import { useArchitectures, useContinual } from "./studies";
import { isStudying } from "./study";
import { useTabs, viewingReason } from "./tabs";

type Kind = UnfinishedJob["kind"];

interface JobsState {
  /** Those that an earlier visit left. */
  list: readonly UnfinishedJob[];
  error: ErrorInfo | null;
  load: () => Promise<void>;
  goOn: (job: UnfinishedJob) => Promise<void>;
  forget: (kind: Kind) => Promise<void>;
  dismissError: () => void;
}

export const useJobs = create<JobsState>((set) => {
  const without = (kind: Kind) =>
    set(({ list }) => ({ list: list.filter((job) => job.kind !== kind), error: null }));

  return {
    list: [],
    error: null,

    async load() {
      try {
        set({ list: await commands().data.listJobs(), error: null });
      } catch (error) {
        set({ error: errorInfo(error) });
      }
    },

    goOn(job) {
      without(job.kind);
      switch (job.kind) {
        case "experts":
          useExperiment.getState().adopt(job.config);
          return useExperts.getState().train(job.config);
        case "evaluation":
          return useEvaluating.getState().start(job.request);
        case "continual":
          return useContinual.getState().start(job.request);
        case "architectures":
          return useArchitectures.getState().start(job.request);
      }
    },

    async forget(kind) {
      without(kind);
      await commands().data.forgetJob(kind);
    },

    dismissError: () => set({ error: null }),
  };
});

/** Notes each job from its beginning to its end; one that failed is offered again at the next visit. */
export function rememberJobs(): void {
  useExperts.subscribe((now, before) =>
    follow(now, before, "experts", now.config && { kind: "experts", config: now.config }),
  );
  useEvaluating.subscribe((now, before) =>
    follow(now, before, "evaluation", now.request && { kind: "evaluation", request: now.request }),
  );
  useContinual.subscribe((now, before) =>
    follow(now, before, "continual", now.request && { kind: "continual", request: now.request }),
  );
  useArchitectures.subscribe((now, before) =>
    follow(now, before, "architectures", now.request && { kind: "architectures", request: now.request }),
  );
}

function follow(
  now: { phase: RunPhase },
  before: { phase: RunPhase },
  kind: Kind,
  job: UnfinishedJob | null,
): void {
  if (viewingReason(useTabs.getState())) return; // the tab that does it notes it
  const { data } = commands();
  const tell = (error: unknown) => useJobs.setState({ error: errorInfo(error) });
  if (isStudying(now) && !isStudying(before) && job) data.rememberJob(job).catch(tell);
  const hasEnded = isStudying(before) && (now.phase === "done" || now.phase === "stopped");
  if (hasEnded) data.forgetJob(kind).catch(tell);
}
