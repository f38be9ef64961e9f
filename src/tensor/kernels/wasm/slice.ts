/**
 * `Slice` on tfjs's heap. The kernel of tfjs 4.22 copies its whole input out of the heap first, so that k slices of one
 * tensor take time that grows with k times its size; this one copies what is asked for, inside the heap.
 */
import * as tf from "@tensorflow/tfjs";

/** The part of tfjs's WebAssembly backend that is used here. */
interface Backend {
  wasm: { HEAPU8: Uint8Array };
  dataIdMap: { get(dataId: tf.DataId): { memoryOffset: number } };
  makeOutput: (shape: number[], dtype: tf.DataType) => tf.TensorInfo;
}

/**
 * Replaces tfjs's kernel where the slice is one run of numbers, or whole runs of the rows of a matrix; other slices go on
 * through tfjs's own. To be called once its backend is there; a second call changes nothing.
 */
export function useSlicesInHeap(): void {
  const stock = tf.getKernel("Slice", "wasm");
  if (!stock || stock.kernelFunc === replaced) return;
  others = stock.kernelFunc;
  tf.unregisterKernel("Slice", "wasm");
  tf.registerKernel({ ...stock, kernelFunc: replaced });
}

let others: tf.KernelFunc;

const replaced: tf.KernelFunc = (call) => {
  const x = call.inputs["x"] as tf.TensorInfo;
  const { begin, size } = call.attrs as unknown as { begin: number[]; size: number[] };
  const [from = [], shape = []] = tf.slice_util.parseSliceParams(x, begin, size);
  const isRun = tf.slice_util.isSliceContinous(x.shape, from, shape);
  if (x.dtype === "string" || !(isRun || x.shape.length === 2)) return others(call);
  const backend = call.backend as Backend;
  const out = backend.makeOutput(shape, x.dtype);
  const bytes = tf.util.bytesPerElement(x.dtype);
  const strides = tf.util.computeStrides(x.shape);
  const offset = tf.slice_util.computeFlatOffset(from, strides);
  const [rows, length] = isRun ? [1, tf.util.sizeFromShape(shape)] : [shape[0]!, shape[1]!];
  const source = backend.dataIdMap.get(x.dataId).memoryOffset + offset * bytes;
  const target = backend.dataIdMap.get(out.dataId).memoryOffset;
  const { HEAPU8: heap } = backend.wasm; // after makeOutput, which may have grown it
  for (let row = 0; row < rows; row++) {
    const at = source + row * (strides[0] ?? 0) * bytes;
    heap.copyWithin(target + row * length * bytes, at, at + length * bytes);
  }
  return out;
};
