/** For tests of runs that go on from a checkpoint. */
import type { EngineState } from "@/shared/checkpoint";
import type { ExperimentConfig } from "@/shared/experiment";
import type { Snapshot } from "@/shared/run";
import { distil } from "./distil";
import { tinySource } from "./tinyRuns";
import type { MemoryTrajectoryStore } from "./trajectories/memoryTrajectoryStore";

/** Runs to the end; with `ask`, asking for the state after every event. */
export async function finish(
  config: ExperimentConfig,
  trajectories: MemoryTrajectoryStore,
  { from, ask = false, initialSet }: { from?: EngineState; ask?: boolean; initialSet?: Snapshot } = {},
): Promise<{ last: EngineState; asked: EngineState[] }> {
  const run = distil({
    config,
    source: tinySource,
    trajectories,
    ...(from && { resumeFrom: from }),
    ...(initialSet && { initialSet }),
  });
  const asked: EngineState[] = [];
  for await (const event of run) {
    if (!ask) continue;
    const state = structuredClone(await run.checkpoint());
    if (event.kind === "iteration" && event.iteration !== state.iteration)
      throw new Error(`after iteration ${event.iteration} the state was that of ${state.iteration}`);
    asked.push(state);
  }
  return { last: await run.checkpoint(), asked };
}

/** With the floats as bits, because NaN, 0 and -0 are easily taken for equal. */
export const bits = ({ tensors, ...rest }: EngineState): object => ({
  ...rest,
  tensors: Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, values }]) => [
      name,
      { shape, bits: Array.from(new Uint32Array(values.buffer)) },
    ]),
  ),
});

/** States that differ in the iteration or in the evaluations made. */
export const distinct = (states: readonly EngineState[]): EngineState[] => [
  ...new Map(states.map((state) => [`${state.iteration} ${state.evaluations.length}`, state])).values(),
];
