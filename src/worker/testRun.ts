/** A run for tests: real session and real store, around a generator that only counts. */
import { CheckpointStore } from "@/data/runs/checkpointStore";
import type { Checkpoint, EngineState } from "@/shared/checkpoint";
import type { ExperimentConfig } from "@/shared/experiment";
import type { RunEvent, RunUpdate } from "@/shared/run";
import { HistoryLog, historyShape } from "@/shared/setHistory";
import { RunCheckpoints } from "./runCheckpoints";
import { RunSession } from "./runSession";

const choice = { id: "x", params: {} };
export const TEST_CONFIG: ExperimentConfig = {
  datasetId: "d",
  run: {},
  ...{ method: choice, network: choice, augmentation: choice, evaluation: choice },
};

/** The state of a run whose only number is its iteration. */
export const stateAt = (iteration: number): EngineState => ({
  config: TEST_CONFIG,
  datasetFingerprint: "f",
  datasetName: "pets",
  iteration,
  tensors: { images: { shape: [1], values: Float32Array.of(iteration) } },
  evaluations: [],
});

let databases = 0;

export interface TestOptions {
  store?: CheckpointStore;
  restored?: Checkpoint;
  intervalMs?: number;
  clock?: () => number;
  /** Default: the state of the iteration that was told last. */
  checkpoint?: () => Promise<EngineState>;
}

/** A session around `events`, with what it posts. */
export function testSession(
  events: (session: () => RunSession) => AsyncGenerator<RunEvent, void, void>,
  iterations: number,
  options: TestOptions = {},
) {
  const store = options.store ?? new CheckpointStore(`runs-${databases++}`);
  const { restored, intervalMs = Infinity, clock = () => performance.now() } = options;
  let iteration = restored?.iteration ?? 0;
  async function* noted(): AsyncGenerator<RunEvent, void, void> {
    for await (const event of events(() => session)) {
      if (event.kind === "iteration") iteration = event.iteration;
      yield event;
    }
  }
  const run = {
    id: "r",
    config: TEST_CONFIG,
    datasetName: "pets",
    datasetFingerprint: "f",
    iterations,
  };
  const checkpoints = new RunCheckpoints({
    ...{ store, run, intervalMs, clock, now: () => 7 },
    savedIteration: restored?.iteration ?? null,
  });
  const updates: RunUpdate[] = [];
  const session: RunSession = new RunSession({
    run: Object.assign(noted(), {
      snapshot: () => Promise.reject(new Error("none")),
      checkpoint: options.checkpoint ?? (() => Promise.resolve(stateAt(iteration))),
    }),
    ...{ iterations, checkpoints, clock },
    history: new HistoryLog(historyShape({ height: 1, width: 1, channels: 3 }, 1, 1), 1),
    ...(restored && { restored }),
    post: (update) => updates.push(update),
    explain: (error) => error,
    tensorBytes: () => 0,
  });
  const phase = () => updates.at(-1)?.phase;
  const until = async (wanted: () => boolean) => {
    const deadline = performance.now() + 5000;
    while (!wanted()) {
      if (performance.now() > deadline) throw new Error(`still ${phase()}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  return { run: session, store, updates, phase, until };
}

/** The pictures and the word of one iteration. */
export function* iterationEvents(iteration: number): Generator<RunEvent> {
  const size = { width: 1, height: 1, count: 1 };
  yield { kind: "images", iteration, pixels: new Uint8ClampedArray(4), ...size };
  yield { kind: "iteration", iteration, loss: 1 / iteration };
}
