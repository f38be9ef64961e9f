import * as tf from "@tensorflow/tfjs";

/** What a kernel's output is like, given its inputs' shapes. */
export type OutputShape = (shapes: readonly number[][]) => number[];

export const likeFirstInput: OutputShape = (shapes) => shapes[0]!;

/** Reads float32 inputs and adds to the float32 output, which starts as zeros; all flat, in row-major order. */
export type HostFunction = (
  inputs: Float32Array[],
  shapes: readonly number[][],
  output: Float32Array,
) => void;

/** What the cpu and wasm backends offer to a kernel beyond the public `KernelBackend`. */
interface HostBackend {
  readSync(dataId: tf.DataId): Float32Array;
  /** cpu only */
  makeTensorInfo?(shape: number[], dtype: "float32", values: Float32Array): tf.TensorInfo;
  /** wasm only: the output and every input are views of the same heap */
  makeOutput?(shape: number[], dtype: "float32"): tf.TensorInfo;
  typedArrayFromHeap?(info: tf.TensorInfo): Float32Array;
}

/**
 * Registers one plain loop as a kernel of both CPU backends (cpu and wasm); tensors are read in place on wasm.
 * @param inputNames the kernel's inputs, in the order in which `compute` gets them
 */
export function registerHostKernel(
  kernelName: string,
  inputNames: readonly string[],
  compute: HostFunction,
  outputShape: OutputShape = likeFirstInput,
): void {
  for (const backendName of ["cpu", "wasm"]) {
    if (tf.getKernel(kernelName, backendName)) continue;
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, backend }) => {
        const host = backend as HostBackend;
        const infos = inputNames.map((name) => inputs[name]!);
        const shapes = infos.map((info) => info.shape);
        const shape = outputShape(shapes);
        if (host.makeOutput && host.typedArrayFromHeap) {
          const output = host.makeOutput(shape, "float32"); // first: growing the heap detaches older views
          const values = host.typedArrayFromHeap(output).fill(0);
          compute(
            infos.map((info) => host.typedArrayFromHeap!(info)),
            shapes,
            values,
          );
          return output;
        }
        const values = new Float32Array(tf.util.sizeFromShape(shape));
        compute(
          infos.map((info) => host.readSync(info.dataId)),
          shapes,
          values,
        );
        return host.makeTensorInfo!(shape, "float32", values);
      },
    });
  }
}
