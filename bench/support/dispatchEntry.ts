/** The page's side of the bench `dispatches`: every case once on the software adapter, counted. */
import * as tf from "@tensorflow/tfjs";
import { distil } from "@/engine/distil";
import { avgPool } from "@/engine/layers/avgPool";
import { buildChain, chainBackward, chainForward, chainWeights, dealValues } from "@/engine/layers/chain";
import { fuseLayers } from "@/engine/layers/fuseLayers";
import { instanceNorm } from "@/engine/layers/groupNorm";
import { relu } from "@/engine/layers/relu";
import { networks } from "@/engine/networks";
import { sliceWeights } from "@/engine/operators/sliceWeights";
import { lossGradient } from "@/engine/operators/weightGradient";
import { stripes } from "@/engine/testData";
import { MemoryTrajectoryStore } from "@/engine/trajectories/memoryTrajectoryStore";
import type { ExperimentConfig } from "@/shared/experiment";
import { parseParams, type ParamRecord } from "@/shared/params";
import { pluginById } from "@/shared/plugin";
import { Random } from "@/shared/random";
import { startBackend, throwIfBackendFailed } from "@/tensor/backend";
import { forceDispatches } from "@/tensor/kernels/programTime";
import { setKernelVariant, type KernelVariant } from "@/tensor/kernels/variant";
import { finish } from "@/tensor/memory";
import { countsBetween, gpuCounts, startCounting, type GpuCounts } from "./gpuCounter";

const SHAPE = { height: 16, width: 16, channels: 3 } as const;
const CLASSES = 10;
const WIDTH = 8;
const REAL = 8; // images of each class

/** @param variant of the kernels, whatever the device would take. @returns what computes */
export async function start(variant: KernelVariant): Promise<string> {
  startCounting();
  const { adapter } = await startBackend({ only: "webgpu" });
  setKernelVariant(variant);
  forceDispatches(1); // a GPU is not so slow that it would cut what is as small as this
  return adapter;
}

/** Norm, ReLU and pooling of one tensor: counts forward and backward, `bytes` as passes over that tensor. */
export async function block(): Promise<{ forward: GpuCounts; backward: GpuCounts }> {
  const side = 16;
  const channels = 32;
  const makers = [
    ["norm", instanceNorm],
    ["relu", relu],
    ["pool", avgPool(2)],
  ] as const;
  const chain = fuseLayers(buildChain([side, side, channels], makers));
  const random = new Random(1);
  const normal = (shape: number[]) =>
    tf.tensor(random.fillNormal(new Float32Array(tf.util.sizeFromShape(shape))), shape);
  const x = normal([8, side, side, channels]);
  const dy = normal([8, side / 2, side / 2, channels]);
  const flat = normal([chainWeights(chain).reduce((sum, { shape }) => sum + shape[0]!, 0)]);
  const passes = (counts: GpuCounts): GpuCounts => ({ ...counts, bytes: counts.bytes / (4 * x.size) });
  const run = async () => {
    const values = dealValues(chain, { weights: sliceWeights(chain, flat) });
    const first = gpuCounts();
    const { y, saved } = chainForward(chain, values, x, { keep: true });
    const second = gpuCounts();
    const { dx, dw } = chainBackward(chain, values, saved, dy, { input: true, weights: true });
    const third = gpuCounts();
    await finish(dx!);
    tf.dispose([y, ...dw]);
    return { forward: passes(countsBetween(first, second)), backward: passes(countsBetween(second, third)) };
  };
  await run(); // uploads
  return run();
}

/** The loss gradient of a ConvNet of three blocks towards its weights. */
export async function convNet(): Promise<GpuCounts> {
  const plugin = pluginById(networks, "convnet", "network");
  const network = plugin.build(SHAPE, CLASSES, parseParams(plugin.params, { width: WIDTH, depth: 3 }));
  const weights = network.init(new Random(1));
  const images = tf.randomNormal<tf.Rank.R4>([16, SHAPE.height, SHAPE.width, SHAPE.channels]);
  const targets = tf.oneHot(tf.range(0, 16, 1, "int32").mod(tf.scalar(CLASSES, "int32")), CLASSES).toFloat();
  const run = async () => {
    const before = gpuCounts();
    const { loss, gradient } = lossGradient(network, weights, images, targets as tf.Tensor2D);
    const counts = countsBetween(before, gpuCounts());
    await finish(gradient);
    tf.dispose([loss, gradient]);
    return counts;
  };
  await run();
  return run();
}

/** A whole iteration of a run without display, behind the first, which uploads. */
export async function iteration(
  id: string,
  params: ParamRecord,
  augmentation: "none" | "dsa",
): Promise<GpuCounts> {
  const config: ExperimentConfig = {
    datasetId: "stripes",
    run: { ipc: 1, iterations: 3, imageLr: 0.1 },
    method: { id, params },
    network: { id: "convnet", params: { width: WIDTH, depth: 3 } },
    augmentation: { id: augmentation, params: {} },
    evaluation: { id: "standard", params: { interval: 0 } },
  };
  const source = stripes(SHAPE, CLASSES, { train: REAL, test: 1 });
  const counts: GpuCounts[] = [];
  let before = gpuCounts();
  const trajectories = new MemoryTrajectoryStore();
  for await (const event of distil({ config, source, trajectories, shouldRead: () => false })) {
    if (event.kind !== "iteration") continue;
    const now = gpuCounts();
    counts.push(countsBetween(before, now));
    before = now;
  }
  throwIfBackendFailed();
  return counts[1]!;
}
