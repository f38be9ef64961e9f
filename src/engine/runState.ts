/** The state of a run that is under way: where it lies, and how it is read. */
import type * as tf from "@tensorflow/tfjs";
import type { EngineState } from "@/shared/checkpoint";
import type { EvaluationScore } from "@/shared/run";
import type { Boundaries } from "./boundaries";
import { storeTensors } from "./engineState";
import type { MethodRun } from "./methods/method";
import type { SyntheticSet } from "./syntheticSet";

/** What the run shares with whoever asks for its state meanwhile. */
export interface RunState {
  /** On the backend, while the run is under way. */
  boundaries: Boundaries;
  evaluations: EvaluationScore[];
  /** On the host, before and after that; null when it could not be read. */
  stored: EngineState | null;
}

/** All that the rest of the run depends on, under the names of `EngineState.tensors`. */
export function tensorsOf(syn: SyntheticSet, method: MethodRun): Record<string, tf.Tensor> {
  const own = Object.entries(method.keep?.() ?? {}).map(
    ([name, tensor]) => [`method.${name}`, tensor] as const,
  );
  return { ...syn.state(), ...Object.fromEntries(own) };
}

/** The last good state of a run that is under way. */
export async function readState(
  start: EngineState,
  { boundaries, evaluations }: RunState,
): Promise<EngineState> {
  const { iteration, tensors } = await boundaries.lastGood();
  const { firstLoss } = boundaries;
  return {
    ...start,
    iteration,
    tensors: await storeTensors(tensors),
    evaluations: [...evaluations],
    ...(firstLoss !== undefined && { firstLoss }),
  };
}
