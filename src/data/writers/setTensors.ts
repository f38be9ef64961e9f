/** The tensors of a set, as PyTorch code takes them. */
import type { Snapshot } from "@/shared/run";
import { encodePt, PtTensor } from "../codecs/pt";
import { imageCount, planesShape, toInt64, toPlanes } from "./snapshotArrays";
import type { WrittenFile } from "./writer";

/** Images float32 [n, channels, height, width], normalised and in class order. */
export const imageTensor = (snapshot: Snapshot): PtTensor =>
  new PtTensor(planesShape(snapshot), "float32", toPlanes(snapshot));

/** Class indices int64 [n]. */
export const labelTensor = (snapshot: Snapshot): PtTensor =>
  new PtTensor([imageCount(snapshot)], "int64", toInt64(snapshot.labels));

/** Soft labels float32 [n, classes], null where the method has none. */
export const softLabelTensor = (snapshot: Snapshot): PtTensor | null =>
  snapshot.targets
    ? new PtTensor([imageCount(snapshot), snapshot.classNames.length], "float32", snapshot.targets)
    : null;

/** The learned learning rate, a float32 scalar, null where the method has none. */
export const rateTensor = ({ synLr }: Snapshot): PtTensor | null =>
  synLr === undefined ? null : new PtTensor([], "float32", Float32Array.of(synLr));

/** A file name without ".pt", and what is in it; null where the set has no such tensor. */
export type TensorFile = readonly [stem: string, tensor: PtTensor | null];

/** @param folder "" or "name/" */
export function* tensorFiles(files: readonly TensorFile[], folder = ""): Generator<WrittenFile> {
  for (const [stem, tensor] of files)
    if (tensor) yield { path: `${folder}${stem}.pt`, bytes: encodePt(tensor, stem) };
}

/** How many of them there are. */
export const countTensors = ({ targets, synLr }: Snapshot, always: number): number =>
  always + (targets ? 1 : 0) + (synLr === undefined ? 0 : 1);
