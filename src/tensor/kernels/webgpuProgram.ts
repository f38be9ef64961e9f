/** WGSL programs of our own on the device of tfjs's WebGPU backend. */
import * as tf from "@tensorflow/tfjs";
import { isBuildingOnly } from "../compileAhead";
import { recordWork } from "../submitTimes";
import {
  FLAT_ENTRY,
  FLAT_WORKGROUP,
  flatParts,
  GRID_ENTRY,
  gridParts,
  type Grid,
  type Part,
} from "./programParts";
import { dispatchesFor, type Work } from "./programTime";

export interface Program {
  /** Names everything that `code` is made from: programs of the same key share one pipeline. */
  key: string;
  /**
   * Defines `fn compute()`, or `fn main(index : i32)` where `workgroups` is a number; inputs are `array<f32>` (or i32)
   * under their names, the output is `result`, all flat; numbers are `uniforms.<name>`.
   */
  code: string;
  inputs: Readonly<Record<string, tf.TensorInfo>>;
  /** Inputs that are `array<vec4<f32>>` instead. */
  quads?: readonly string[];
  /** `result` is `array<vec4<f32>>` as well. */
  writesQuads?: boolean;
  /** i32 uniforms. */
  integers: Readonly<Record<string, number>>;
  /** f32 uniforms. */
  reals?: Readonly<Record<string, number>>;
  /** Of the output. */
  shape: readonly number[];
  /** Threads in one row, of which `index` is the number; or workgroups along x, y and z. */
  workgroups: number | Grid;
  /** Threads per workgroup along x and y, where `workgroups` has three numbers. */
  workgroupSize?: readonly [number, number];
  /** As of `Work`; left out, as many as there are numbers in inputs and output. */
  operations?: number;
  /** What is as fast as this, where programs of one key are not. */
  timedAs?: string;
}

/** The part of tfjs's `WebGPUProgram` that is used here. */
interface TfjsProgram {
  outputShape: number[];
  shaderKey: string;
  dispatchLayout: { x: number[]; y: number[] };
  dispatch: number[];
  workgroupSize: [number, number, number];
  variableNames: string[];
  /** 1 or 4 numbers of each input at once. */
  variableComponents: number[];
  /** The same of the output. */
  outputComponent: number;
  uniforms: string;
  getUserCode(): string;
}

interface Uniform {
  type: "int32" | "float32";
  data: number[];
}

interface Backend {
  makeTensorInfo(shape: number[], dtype: "float32"): tf.TensorInfo;
  runWebGPUProgram(
    program: TfjsProgram,
    inputs: tf.TensorInfo[],
    dtype: "float32",
    uniforms: Uniform[],
    output: tf.TensorInfo,
  ): tf.TensorInfo;
  disposeData(dataId: tf.DataId): void;
}

const INPUT_SHAPE = [1];
const OUTPUT_SHAPE = [2];
/** Two axes: tfjs then calls `main()` without an index. */
const LAYOUT = { x: [0], y: [0] };
/** Where the part begins (programParts.ts). */
const FIRST = ["firstX", "firstY", "firstZ"];

/** A tensor whose numbers nobody has written yet. */
export const makeOutput = (backend: unknown, shape: readonly number[]): tf.TensorInfo =>
  (backend as Backend).makeTensorInfo([...shape], "float32");

/**
 * Runs one program: one dispatch, or several where one would last too long on the device.
 * @param output what it writes; a new tensor when left out
 */
export function runProgram(
  backend: unknown,
  program: Program,
  output = makeOutput(backend, program.shape),
): tf.TensorInfo {
  const { name, operations } = workOf(program);
  const parts = partsOf(program, dispatchesFor({ name, operations }));
  const share = { name, operations: operations / parts.length };
  for (const part of parts) {
    const dispatch = () => runPart(backend as Backend, program, part, output);
    if (isBuildingOnly()) dispatch();
    else recordWork(backend as Backend, share, dispatch);
  }
  return output;
}

const numbersIn = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

function workOf({ key, inputs, shape, operations, timedAs = key }: Program): Work {
  const bound = [...Object.values(inputs), { shape }];
  return {
    name: timedAs,
    operations: operations ?? bound.reduce((sum, info) => sum + numbersIn(info.shape), 0),
  };
}

const partsOf = ({ workgroups }: Program, count: number): Part[] =>
  typeof workgroups === "number" ? flatParts(workgroups, count) : gridParts(workgroups, count);

/** One dispatch. */
function runPart(backend: Backend, program: Program, { first, dispatch }: Part, output: tf.TensorInfo): void {
  const { reals = {}, inputs, quads = [], workgroups, workgroupSize = [1, 1] } = program;
  const isFlat = typeof workgroups === "number";
  const begin = Object.fromEntries(FIRST.map((name, axis) => [name, first[axis]!]));
  const integers = { ...begin, ...program.integers };
  // tfjs puts shapes into its key of a pipeline; ours reads none, so that one pipeline serves all layers
  const unshaped = (info: tf.TensorInfo, shape: number[]): tf.TensorInfo => ({ ...info, shape });
  const uniforms: Uniform[] = [
    ...Object.values(integers).map((value): Uniform => ({ type: "int32", data: [value] })),
    ...Object.values(reals).map((value): Uniform => ({ type: "float32", data: [value] })),
  ];
  backend.runWebGPUProgram(
    {
      outputShape: OUTPUT_SHAPE,
      shaderKey: program.key,
      dispatchLayout: LAYOUT,
      dispatch: [...dispatch],
      workgroupSize: isFlat ? [FLAT_WORKGROUP, 1, 1] : [...workgroupSize, 1],
      variableNames: Object.keys(inputs),
      variableComponents: Object.keys(inputs).map((name) => (quads.includes(name) ? 4 : 1)),
      outputComponent: program.writesQuads ? 4 : 1,
      uniforms: [
        ...Object.keys(integers).map((name) => `${name} : i32, `),
        ...Object.keys(reals).map((name) => `${name} : f32, `),
      ].join(""),
      getUserCode: () => program.code + (isFlat ? FLAT_ENTRY : GRID_ENTRY),
    },
    Object.values(inputs).map((info) => unshaped(info, INPUT_SHAPE)),
    "float32",
    uniforms,
    unshaped(output, OUTPUT_SHAPE),
  );
}

/** What `run` gets of one call. */
export interface KernelCall<A> {
  inputs: Readonly<Record<string, tf.TensorInfo>>;
  attributes: A;
  /** Runs a program. */
  run: (program: Program) => tf.TensorInfo;
  /** Frees a result that does not leave the kernel. */
  free: (info: tf.TensorInfo) => void;
}

/** The inputs of these names, in this order. */
export const inputsOf = (
  inputs: KernelCall<unknown>["inputs"],
  names: readonly string[],
): Record<string, tf.TensorInfo> => Object.fromEntries(names.map((name) => [name, inputs[name]!]));

/** Registers a kernel that exists on WebGPU only; what calls it has another expression for the other backends. */
export function registerWebGpuKernel<A>(
  kernelName: string,
  kernel: (call: KernelCall<A>) => tf.TensorInfo,
): void {
  if (tf.getKernel(kernelName, "webgpu")) return;
  tf.registerKernel({
    kernelName,
    backendName: "webgpu",
    kernelFunc: ({ inputs, attrs, backend }) =>
      kernel({
        inputs: inputs as Record<string, tf.TensorInfo>,
        attributes: attrs as unknown as A,
        run: (program) => runProgram(backend, program),
        free: ({ dataId }) => (backend as Backend).disposeData(dataId),
      }),
  });
}

/** Calls a kernel of `registerWebGpuKernel`. */
export function callKernel<A extends object>(
  kernelName: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  attributes: A,
): tf.Tensor {
  return tf.engine().runKernel(kernelName, { ...inputs }, { ...attributes } as unknown as tf.NamedAttrMap);
}
