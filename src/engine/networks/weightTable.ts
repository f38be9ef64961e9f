/** Where each weight lies in a network's flat vector, and how PyTorch would lay it out. */
import type { WeightSpec } from "../layers/layer";
import { UserError } from "@/shared/errors";

/** One tensor of the flat vector: `size` numbers from `offset`, row-major in `shape`; `name` is PyTorch's. */
export interface WeightEntry extends WeightSpec {
  offset: number;
  size: number;
}

/** Tensors in PyTorch's layouts, under its names. */
export type StateDict = Record<string, { shape: readonly number[]; data: Float32Array }>;

/** Lays weights out one after another. */
export function weightTable(specs: readonly WeightSpec[]): WeightEntry[] {
  let offset = 0;
  return specs.map((spec) => {
    const size = product(spec.shape);
    const entry = { ...spec, offset, size };
    offset += size;
    return entry;
  });
}

/** The flat vector [P] as PyTorch's state dict. */
export function toStateDict(table: readonly WeightEntry[], weights: Float32Array): StateDict {
  return Object.fromEntries(
    table.map(({ name, torchShape, shape, torchAxes, offset, size }) => {
      const inverse = torchAxes.axes.map((_, axis) => torchAxes.axes.indexOf(axis));
      const data = permuteAxes(weights.subarray(offset, offset + size), shape, inverse);
      return [name, { shape: torchShape, data }];
    }),
  );
}

/**
 * PyTorch's state dict as the flat vector [P]; entries of other names are ignored.
 * @throws UserError if a tensor is missing or has another shape
 */
export function fromStateDict(table: readonly WeightEntry[], dict: StateDict): Float32Array {
  const weights = new Float32Array(table.reduce((sum, { size }) => sum + size, 0));
  for (const { name, torchShape, torchAxes, offset } of table) {
    const found = dict[name];
    if (!found) throw new UserError(`The weights have no "${name}".`, "They belong to another network.");
    if (String(found.shape) !== String(torchShape)) {
      throw new UserError(
        `The weights' "${name}" is [${found.shape.join(", ")}], this network's [${torchShape.join(", ")}].`,
        "Choose the width, depth and image size that they were made with.",
      );
    }
    weights.set(permuteAxes(found.data, torchAxes.split, torchAxes.axes), offset);
  }
  return weights;
}

/** Transposes row-major numbers: axis i of the result is axis axes[i] of `dims`. */
function permuteAxes(data: Float32Array, dims: readonly number[], axes: readonly number[]): Float32Array {
  const strides = dims.map((_, axis) => product(dims.slice(axis + 1)));
  const outDims = axes.map((axis) => dims[axis]!);
  const outStrides = axes.map((axis) => strides[axis]!);
  const out = new Float32Array(data.length);
  let at = 0;
  const walk = (axis: number, from: number): void => {
    if (axis === axes.length) out[at++] = data[from]!;
    else for (let i = 0; i < outDims[axis]!; i++) walk(axis + 1, from + i * outStrides[axis]!);
  };
  walk(0, 0);
  return out;
}

const product = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);
