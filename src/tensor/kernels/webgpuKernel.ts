import * as tf from "@tensorflow/tfjs";
import { likeFirstInput, type OutputShape } from "./hostKernel";

/** The part of tfjs's `WebGPUProgram` that a kernel with one thread per output number needs. */
interface FlatProgram {
  outputShape: number[];
  shaderKey: string;
  dispatchLayout: { x: number[] };
  dispatch: [number, number, number];
  workgroupSize: [number, number, number];
  variableNames: string[];
  size: true;
  getUserCode(): string;
}

interface WebGPUBackendPart {
  runWebGPUProgram(program: FlatProgram, inputs: tf.TensorInfo[], dtype: "float32"): tf.TensorInfo;
}

const WORKGROUP = 64;
/** A dispatch may have at most this many workgroups along one axis. */
const MAX_GROUPS = 65535;

/**
 * Registers a WGSL kernel with one thread per number of the output.
 * `code` defines `fn main(index : i32)`; inputs are `array<f32>` under their names, their shapes
 * `uniforms.<name>Shape`, the output is written with `setOutputAtIndex(index, value)`.
 */
export function registerFlatKernel(
  kernelName: string,
  inputNames: readonly string[],
  code: string,
  shapeOf: OutputShape = likeFirstInput,
): void {
  if (tf.getKernel(kernelName, "webgpu")) return;
  tf.registerKernel({
    kernelName,
    backendName: "webgpu",
    kernelFunc: ({ inputs, backend }) => {
      const infos = inputNames.map((name) => inputs[name]!);
      const outputShape = shapeOf(infos.map(({ shape }) => shape));
      const groups = Math.ceil(tf.util.sizeFromShape(outputShape) / WORKGROUP);
      const rows = Math.ceil(groups / MAX_GROUPS);
      const program: FlatProgram = {
        outputShape,
        shaderKey: kernelName,
        dispatchLayout: { x: outputShape.map((_, axis) => axis) },
        dispatch: [Math.ceil(groups / rows), rows, 1],
        workgroupSize: [WORKGROUP, 1, 1],
        variableNames: [...inputNames],
        size: true,
        getUserCode: () => code,
      };
      return (backend as unknown as WebGPUBackendPart).runWebGPUProgram(program, infos, "float32");
    },
  });
}
