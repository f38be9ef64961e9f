/** The state of a run as plain data: made of tensors, made into tensors again, and seen as a snapshot. */
import * as tf from "@tensorflow/tfjs";
import type { EngineState, StoredTensor } from "@/shared/checkpoint";
import type { DatasetInfo } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import type { Snapshot } from "@/shared/run";

/** The images as bytes, which are not needed to go on: only where they cannot be made of the images alone. */
export const PICTURES = "pictures";

/** Gives what was saved under a name, null where nothing was; the caller disposes it. */
export type SavedTensors = (name: string, shape: readonly number[]) => tf.Tensor | null;

/** @returns a reader that throws a UserError for a tensor of another shape than the run needs */
export const savedTensors =
  ({ tensors }: Pick<EngineState, "tensors">): SavedTensors =>
  (name, shape) => {
    const saved = tensors[name];
    if (!saved) return null;
    if (String(saved.shape) !== String(shape))
      throw new UserError(
        `The saved run holds "${name}" as ${size(saved.shape)}, and this one needs ${size(shape)}.`,
        "It was saved with other settings or damaged; start a new run.",
      );
    return tf.tensor(saved.values.slice(), saved.shape);
  };

const size = (shape: readonly number[]): string => (shape.length > 0 ? shape.join(" × ") : "one number");

/** Reads all of them back at once. */
export async function storeTensors(
  tensors: Readonly<Record<string, tf.Tensor>>,
): Promise<Record<string, StoredTensor>> {
  const stored = async ([name, tensor]: [string, tf.Tensor]): Promise<[string, StoredTensor]> => {
    const values = Float32Array.from(await tensor.data());
    return [name, { shape: [...tensor.shape], values }];
  };
  return Object.fromEntries(await Promise.all(Object.entries(tensors).map(stored)));
}

/**
 * The synthetic set of a state.
 * @throws UserError where there are no images yet
 */
export function snapshotOf(state: EngineState, info: DatasetInfo): Snapshot {
  const { images, targets, targetLogits, synLr, [PICTURES]: pictures } = state.tensors;
  if (!images)
    throw new UserError("There are no synthetic images yet.", "Wait until the first iteration is done.");
  const count = images.shape[0]!;
  const ipc = count / info.classNames.length;
  return {
    config: state.config,
    iteration: state.iteration,
    shape: info.shape,
    images: images.values,
    ...(pictures && { pictures: Uint8Array.from(pictures.values) }),
    labels: Uint16Array.from({ length: count }, (_, i) => Math.floor(i / ipc)),
    ...(targets && { targets: targets.values }),
    ...(targetLogits && { targets: softmaxRows(targetLogits) }),
    ...(synLr && { synLr: synLr.values[0]! }),
    classNames: info.classNames,
    datasetName: info.name,
    datasetFingerprint: info.fingerprint,
    mean: info.mean,
    std: info.std,
    evaluations: [...state.evaluations],
  };
}

/** Of logits [n, classes], row by row. */
function softmaxRows({ shape, values }: StoredTensor): Float32Array<ArrayBuffer> {
  const classes = shape[1]!;
  const out = new Float32Array(values.length);
  for (let at = 0; at < values.length; at += classes) {
    const row = values.subarray(at, at + classes);
    const highest = row.reduce((a, b) => Math.max(a, b));
    const shares = Array.from(row, (logit) => Math.exp(logit - highest));
    const sum = shares.reduce((a, b) => a + b);
    out.set(
      shares.map((share) => share / sum),
      at,
    );
  }
  return out;
}
