/** What the engine worker does with runs, for tests: real handlers, store and engine around one dataset. */
import { CheckpointStore } from "@/data/runs/checkpointStore";
import { MemoryTrajectoryStore } from "@/engine/trajectories/memoryTrajectoryStore";
import type { ImageSource } from "@/shared/dataset";
import type { ExperimentConfig } from "@/shared/experiment";
import type { RunUpdate } from "@/shared/run";
import { backendCause } from "@/tensor/backend";
import { tensorMemory } from "@/tensor/memory";
import { createRunHandlers } from "./runHandlers";

const ENDS: readonly RunUpdate["phase"][] = ["done", "stopped", "failed"];

/** Runs a config on the current backend; resolves with the last that is told of it. */
export async function runToEnd(config: ExperimentConfig, source: ImageSource): Promise<RunUpdate> {
  const { commands } = createRunHandlers({
    checkpoints: new CheckpointStore("test-runs"),
    listDatasets: () => Promise.resolve([source.info]),
    openSource: () => Promise.resolve(source),
    trajectoriesOf: () => new MemoryTrajectoryStore(),
    readSnapshot: () => Promise.reject(new Error("testHandlers: no set is kept")),
    takeEngine: () => Promise.resolve(),
    explain: backendCause,
    tensorBytes: () => tensorMemory().bytes,
    clock: () => performance.now(),
    now: () => Date.now(),
    newId: () => crypto.randomUUID(),
  });
  return new Promise((resolve, reject) => {
    commands
      .start(config, (update) => {
        if (ENDS.includes(update.phase)) resolve(update);
      })
      .catch(reject);
  });
}

/** The value that the hint of an error gives for a setting. */
export const adviceFor = (label: string, { error }: RunUpdate): number =>
  Number(new RegExp(`"${label}" of at most (\\d+)`).exec(error?.hint ?? "")?.[1]);
