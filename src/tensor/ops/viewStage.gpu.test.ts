/** One gather gives what the three operations give one by one on the cpu backend, and its adjoint their gradient. */
import * as tf from "@tensorflow/tfjs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Random } from "@/shared/random";
import { startBackend } from "../backend";
import { setKernelVariant } from "../kernels/variant";
import { forceSumPath } from "../kernels/workgroupSum";
import { viewStage, type ViewStage } from "./viewStage";

const SHAPE: [number, number, number, number] = [4, 7, 9, 3];
const turn = [0.8, -0.4, 1.3, 0.5, 1.1, -0.7];
const STAGES: ViewStage[] = [
  {
    color: { brightness: 0.3, saturation: 1.7, contrast: 0.6 },
    map: turn,
    cut: { top: -1, bottom: 3, left: 2, right: 5 },
  },
  { map: [-1, 0, 8, 0, 1, 0] },
  { color: { brightness: -0.2, saturation: 0.1, contrast: 1.4 } },
  {},
];

beforeAll(() => startBackend({ only: "webgpu" }));
afterAll(() => forceSumPath(null));

it.each([
  { variant: "tiled", path: "subgroups", stages: STAGES },
  { variant: "tiled", path: "memory", stages: STAGES },
  { variant: "direct", path: "memory", stages: STAGES },
  {
    variant: "direct",
    path: "memory",
    stages: STAGES.map(({ map, cut }) => ({ ...(map && { map }), ...(cut && { cut }) })),
  },
] as const)("$variant, $path", async ({ variant, path, stages }) => {
  setKernelVariant(variant);
  forceSumPath(path);
  const results: Float32Array[][] = [];
  for (const backend of ["cpu", "webgpu"]) {
    await tf.setBackend(backend);
    const random = new Random(8);
    const normal = () => tf.tensor4d(random.fillNormal(new Float32Array(4 * 7 * 9 * 3)), SHAPE);
    const tensors = tf.tidy(() => {
      const [x, dy] = [normal(), normal()];
      const view = (images: tf.Tensor) => viewStage(images as tf.Tensor4D, stages);
      return [view(x), tf.grad(view)(x, dy)];
    });
    results.push(await Promise.all(tensors.map((tensor) => tensor.data<"float32">())));
    tf.dispose(tensors);
  }
  const [wanted, got] = results as [Float32Array[], Float32Array[]];
  wanted.forEach((values, i) => {
    const off = values.reduce((most, value, at) => Math.max(most, Math.abs(value - got[i]![at]!)), 0);
    expect(off, i === 0 ? "view" : "gradient").toBeLessThan(2e-5); // of numbers around 1
  });
});
