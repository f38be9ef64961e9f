/** The one place where the page meets its workers: starts them, hands the stores their commands, tells of a loss. */
import { createDataClient, createEngineClient } from "@/worker/client";
import { errorInfo, UserError } from "@/shared/errors";
import { useBackend } from "./backend";
import { provideCommands } from "./commands";
import { useDatasets } from "./datasets";
import { useExperiment } from "./experiment";
import { useExporting } from "./exporting";
import { useImporting } from "./importing";
import { useRun } from "./run";
import { useStorage } from "./storage";

/** Starts both workers and loads what the page shows first. */
export function connect(): void {
  const data = createDataClient((error) => {
    const lost = new UserError(
      `The part of the studio that reads and stores files ended: ${error.message}`,
      "Reload the page. Stored datasets are kept.",
    );
    useDatasets.getState().fail(lost);
    useImporting.getState().fail(lost);
  });

  const startEngine = () => {
    const engine = createEngineClient((error) => {
      const lost = new UserError(
        `The engine ended unexpectedly: ${error.message}`,
        "Renew the engine, then begin the run again. A smaller network or batch needs less memory.",
      );
      engine.terminate();
      useRun.getState().fail(errorInfo(lost));
      useExporting.getState().fail(errorInfo(lost));
      useBackend.getState().fail(lost);
    });
    provideCommands({ data, engine, renewEngine: startEngine });
    void useBackend.getState().start();
    if (!useExperiment.getState().catalog) void useExperiment.getState().load();
  };

  startEngine();
  void useDatasets.getState().load();
  void useImporting.getState().loadSamples();
  void useStorage.getState().refresh();
}
