/** The state of a run that is under way: where it lies, and how it is read. */
import type * as tf from "@tensorflow/tfjs";
import type { EngineState } from "@/shared/checkpoint";
import type { EvaluationScore } from "@/shared/run";
import type { Boundaries } from "./boundaries";
import { PICTURES, storeTensors } from "./engineState";
import type { MethodRun } from "./methods/method";
import type { NetworkImages } from "./preprocessing/networkImages";
import type { SyntheticSet } from "./syntheticSet";

/** What the run shares with whoever asks for its state meanwhile. */
export interface RunState {
  /** On the backend, while the run is under way. */
  boundaries: Boundaries;
  evaluations: EvaluationScore[];
  /** On the host, before and after that; null when it could not be read. */
  stored: EngineState | null;
  /** How images become bytes, where mean and deviation of the dataset do not say it. */
  toBytes?: NetworkImages["toBytes"];
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
  { boundaries, evaluations, toBytes }: RunState,
): Promise<EngineState> {
  const { iteration, tensors } = await boundaries.lastGood();
  const { firstLoss } = boundaries;
  const stored = await storeTensors(tensors);
  const { images } = stored;
  if (toBytes && images)
    stored[PICTURES] = { shape: images.shape, values: Float32Array.from(await toBytes(images.values)) };
  return {
    ...start,
    iteration,
    tensors: stored,
    evaluations: [...evaluations],
    ...(firstLoss !== undefined && { firstLoss }),
  };
}
