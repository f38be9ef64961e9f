/** The one place where the page meets its workers: starts them, hands the stores their commands, tells of a loss. */
import { createDataClient, createEngineClient } from "@/worker/client";
import { errorInfo, UserError } from "@/shared/errors";
import { useBackend } from "./backend";
import { provideCommands } from "./commands";
import { useDatasets } from "./datasets";
import { followEstimate } from "./estimate";
import { useEvaluating } from "./evaluating";
import { useExperiment } from "./experiment";
import { followRuns, useExperts } from "./experts";
import { useExpertSets } from "./expertSets";
import { useExporting } from "./exporting";
import { useImporting } from "./importing";
import { isActive, useRun } from "./run";
import { useSnapshots } from "./snapshots";
import { useStorage } from "./storage";
import { createStorageKeeper } from "./storageKeeper";
import { useArchitectures, useContinual } from "./studies";

/** Starts both workers and loads what the page shows first. */
export function connect(): void {
  const worker = createDataClient((error) => {
    const lost = new UserError(
      `The part of the studio that reads and stores files ended: ${error.message}`,
      "Reload the page. Stored datasets are kept.",
    );
    useDatasets.getState().fail(lost);
    useImporting.getState().fail(lost);
  });
  const keeper = createStorageKeeper(worker);
  const { data, startMemory } = keeper;

  const startEngine = () => {
    const engine = createEngineClient((error) => {
      const lost = new UserError(
        `The engine ended unexpectedly: ${error.message}`,
        "Renew the engine, then begin the run again. A smaller network or batch needs less memory.",
      );
      engine.terminate();
      useRun.getState().fail(errorInfo(lost));
      useExporting.getState().fail(errorInfo(lost));
      useExperts.getState().fail(errorInfo(lost));
      useExpertSets.getState().fail(errorInfo(lost));
      for (const study of [useEvaluating, useContinual, useArchitectures])
        study.getState().fail(errorInfo(lost));
      useBackend.getState().fail(lost);
    });
    keeper.serve(engine);
    provideCommands({ data, engine, renewEngine: startEngine, startMemory });
    void useBackend.getState().start();
    if (!useExperiment.getState().catalog) void useExperiment.getState().load();
  };

  startEngine();
  keepEndedRuns();
  followRuns();
  followEstimate();
  void useDatasets.getState().load();
  void useSnapshots.getState().load();
  void useImporting.getState().loadSamples();
  void useStorage.getState().refresh();
}

/** A run that has ended leaves its set in the list of runs; one that learned nothing leaves none. */
function keepEndedRuns(): void {
  useRun.subscribe((now, before) => {
    if (isActive(now) && !isActive(before)) useSnapshots.getState().beginRun();
    const hasEnded = isActive(before) && (now.phase === "done" || now.phase === "stopped");
    if (hasEnded && now.iteration > 0) void useSnapshots.getState().keepRun();
  });
}
