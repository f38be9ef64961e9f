/** Runs that have not been carried to their end, and the ways on: resume, resume at a lower rate, discard. */
import { create } from "zustand";
import type { RunChanges, UnfinishedRun } from "@/shared/checkpoint";
import { errorInfo, type ErrorInfo } from "@/shared/errors";
import { announce } from "./announcements";
import { commands } from "./commands";
import { useDatasets } from "./datasets";
import { useExperiment } from "./experiment";
import { isActive, useRun } from "./run";
import { useStorage } from "./storage";

interface UnfinishedState {
  list: readonly UnfinishedRun[]; // newest first
  error: ErrorInfo | null;
  load: () => Promise<void>;
  /** Goes on with a run; the panels show its settings and its dataset. */
  resume: (run: UnfinishedRun, changes?: RunChanges) => Promise<void>;
  discard: (id: string) => Promise<void>;
  dismissError: () => void;
}

export const useUnfinished = create<UnfinishedState>((set, get) => ({
  list: [],
  error: null,

  async load() {
    try {
      set({ list: await commands().data.listUnfinished(), error: null });
      const { length } = get().list;
      if (length > 0 && !isActive(useRun.getState()))
        announce(length === 1 ? "One run is unfinished." : `${length} runs are unfinished.`);
    } catch (error) {
      set({ error: errorInfo(error) });
    }
  },

  async resume(run, changes) {
    const { list } = useDatasets.getState();
    const dataset = list.find(({ id }) => id === run.config.datasetId) ?? null;
    if (dataset) void useDatasets.getState().select(dataset.id);
    useExperiment.getState().adopt({ ...run.config, run: { ...run.config.run, ...changes } });
    await useRun.getState().goOn(run, dataset, changes);
    const found = useRun.getState().dataset;
    if (found && found.id !== dataset?.id) void useDatasets.getState().select(found.id);
  },

  async discard(id) {
    try {
      await commands().data.deleteUnfinished(id);
      set(({ list }) => ({ list: list.filter((run) => run.id !== id), error: null }));
      await useStorage.getState().refresh();
    } catch (error) {
      set({ error: errorInfo(error) });
    }
  },

  dismissError: () => set({ error: null }),
}));

/** A run that diverged goes on at half its rate, which its other settings leave alone. */
export const halfRate = ({ config }: Pick<UnfinishedRun, "config">, least: number): RunChanges => ({
  imageLr: Math.max(least, Number((Number(config.run["imageLr"]) / 2).toPrecision(6))),
});
