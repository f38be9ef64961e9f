/** The one place where the page meets its workers: starts them, hands the stores their commands, tells of a loss. */
import { createDataClient, createEngineClient, type EngineClient } from "@/worker/client";
import { errorInfo, UserError } from "@/shared/errors";
import type { BackendInfo } from "@/shared/run";
import { useBackend } from "./backend";
import { earlyCommands, provideCommands } from "./commands";
import { reportCrash } from "./crash";
import { useDatasets } from "./datasets";
import { followEstimate } from "./estimate";
import { useEvaluating } from "./evaluating";
import { useExperiment } from "./experiment";
import { followRuns, useExperts } from "./experts";
import { useExpertSets } from "./expertSets";
import { useExportFormats } from "./exportFormats";
import { useExporting } from "./exporting";
import { useImporting } from "./importing";
import { watchLeaving } from "./leaving";
import { backendFailed } from "./recovery";
import { isActive, useRun } from "./run";
import { useSnapshots } from "./snapshots";
import { useStorage } from "./storage";
import { createStorageKeeper } from "./storageKeeper";
import { useArchitectures, useContinual } from "./studies";
import { createTabDuties } from "./tabDuties";
import { joinTabs } from "./tabRoles";
import type { TabSurroundings } from "./tabSurroundings";
import { useTabs, viewingReason } from "./tabs";
import { useUnfinished } from "./unfinished";
import { rememberJobs, useJobs } from "./unfinishedJobs";

/** Starts both workers and loads what the page shows first. */
export function connect(): void {
  const worker = createDataClient((error) => {
    const lost = new UserError(
      `The part of the studio that reads and stores files ended: ${error.message}`,
      "Reload the page. What is stored is kept.",
    );
    reportCrash(lost, "the data worker");
  });
  const keeper = createStorageKeeper(worker);
  const { data, startMemory } = keeper;

  let engine: EngineClient | null = null;
  const startEngine = (only?: BackendInfo["id"]): Promise<void> => {
    engine?.terminate();
    const started = createEngineClient((error) => {
      const lost = new UserError(
        `The engine ended unexpectedly: ${error.message}`,
        "Renew the engine, then resume the run. A smaller network or batch needs less memory.",
      );
      started.terminate();
      endWork(lost);
      useBackend.getState().fail(lost);
    });
    engine = started;
    keeper.serve(started);
    provideCommands({ data, engine: started, renewEngine: startEngine, startMemory });
    const ready = useBackend.getState().start(only);
    void started.watchBackend((error) => void backendFailed(error)).catch(() => undefined); // no backend: it was said
    if (!useExperiment.getState().catalog) void useExperiment.getState().load();
    return ready;
  };

  const whenKept = keepEndedRuns();
  followRuns();
  followEstimate();
  watchLeaving();
  rememberJobs();
  provideCommands(earlyCommands(data, roleKnown()));
  const ownEngine = { start: startEngine, end: () => engine?.terminate(), whenKept };
  joinTabs(browserTab(), createTabDuties(data, ownEngine));
  void useDatasets.getState().load();
  void useSnapshots.getState().load();
  void useUnfinished.getState().load();
  void useJobs.getState().load();
  void useImporting.getState().loadSamples();
  void useExportFormats.getState().load();
  void useStorage.getState().refresh();
}

/** What goes on has ended with its engine. */
function endWork(cause: UserError): void {
  const error = errorInfo(cause);
  for (const store of [
    useRun,
    useExporting,
    useExperts,
    useExpertSets,
    useEvaluating,
    useContinual,
    useArchitectures,
  ])
    store.getState().fail(error);
}

/**
 * A run that has ended leaves its set in the list of runs; one that learned nothing leaves none. Its stored state goes
 * only once the set of the whole run is kept: until then it is all there is of it. What another tab ran is kept there.
 * @returns a function whose promise resolves once what has ended is kept
 */
function keepEndedRuns(): () => Promise<void> {
  let kept = Promise.resolve();
  useRun.subscribe((now, before) => {
    if (viewingReason(useTabs.getState())) return;
    if (isActive(now) && !isActive(before)) useSnapshots.getState().beginRun();
    if (isActive(before) && !isActive(now)) kept = keepEnded(now);
  });
  return () => kept;
}

/** Resolves once this tab has found its role. */
function roleKnown(): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = useTabs.subscribe(({ role }) => {
      if (role === "starting") return;
      unsubscribe();
      resolve();
    });
  });
}

const browserTab = (): TabSurroundings => ({
  locks: (navigator as { locks?: LockManager }).locks,
  openChannel: "BroadcastChannel" in globalThis ? (name) => new BroadcastChannel(name) : undefined,
  page: window,
  id: "randomUUID" in crypto ? crypto.randomUUID() : "", // absent where there are no locks either
  build: import.meta.url,
});

async function keepEnded({ phase, iteration, runId }: ReturnType<typeof useRun.getState>): Promise<void> {
  const hasSet = (phase === "done" || phase === "stopped") && iteration > 0;
  const isKept = hasSet && (await useSnapshots.getState().keepRun());
  if (isKept && phase === "done" && runId !== null) await useUnfinished.getState().discard(runId);
  else await useUnfinished.getState().load();
}
