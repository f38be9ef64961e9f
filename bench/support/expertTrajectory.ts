/** A small expert of CIFAR-10, and what matching makes of its epochs once they were stored. */
import * as tf from "@tensorflow/tfjs";
import { oneHotTargets } from "@/engine/evaluation/training";
import { expertNeeds, prepareExperts } from "@/engine/experts";
import { relativeError } from "@/engine/fixtures/readFixture";
import { matchTrajectory, type Student } from "@/engine/operators/studentTrajectory";
import { planRun } from "@/engine/runPlan";
import { drain, loadAll } from "@/engine/studies/drain";
import { MemoryTrajectoryStore } from "@/engine/trajectories/memoryTrajectoryStore";
import type { ExperimentConfig } from "@/shared/experiment";
import { Random } from "@/shared/random";
import { loadCifar10 } from "./cifar10";
import type { Storing } from "./halfExperts";

type Weights = Float32Array<ArrayBuffer>;
/** Values of the loss, and its gradients towards images and rate. */
type Match = Record<"loss" | "images" | "synLr", Float32Array>;

const EPOCHS = 12;
/** Epochs from start to target. */
const APART = 2;
const STARTS = [0, 3, 6, 10];
const STEPS = 5;

/** Trains on 1,000 images, 32 at a time. @returns what measures the largest relative error of a storing, by output */
export async function trainedExpert(): Promise<(storing: Storing) => Promise<Record<keyof Match, number>>> {
  const source = await loadCifar10({ train: 100, test: 0 });
  const config: ExperimentConfig = {
    datasetId: source.info.id,
    run: { ipc: 1 },
    method: {
      id: "mtt",
      params: { experts: 1, maxStartEpoch: EPOCHS - APART + 1, expertEpochs: APART, expertBatch: 32 },
    },
    network: { id: "convnet", params: { width: 16, depth: 3 } },
    augmentation: { id: "dsa", params: {} },
    evaluation: { id: "standard", params: { interval: 0 } },
  };
  const store = new MemoryTrajectoryStore();
  await drain(prepareExperts(config, source, store));
  const { key } = await expertNeeds(config, source.info, store);
  const epochs: Weights[] = [];
  for (let epoch = 0; epoch <= EPOCHS; epoch++) epochs.push(await store.weights(key, 0, epoch));
  const { network } = planRun(config, source.info);
  const { images } = (await loadAll(source)).drawPerClass(1, new Random(1));

  const match = async (start: Weights, target: Weights): Promise<Match> => {
    const {
      loss,
      images: towards,
      synLr,
    } = tf.tidy(() => {
      const student: Student = {
        network,
        ...{ start: tf.tensor1d(start), target: tf.tensor1d(target), images },
        targets: oneHotTargets([...source.info.classNames.keys()], network.classes),
        synLr: tf.scalar(0.02),
        steps: Array.from({ length: STEPS }, () => ({ rows: null, view: (x: tf.Tensor4D) => x.clone() })),
      };
      const found = matchTrajectory(student, { exact: true, towardsTargets: false });
      return { loss: found.loss, images: found.images, synLr: found.synLr };
    });
    const [a, b, c] = await Promise.all([loss, towards, synLr].map((one) => one.data<"float32">()));
    tf.dispose([loss, towards, synLr]);
    return { loss: a!, images: b!, synLr: c! };
  };
  const exact = new Map<number, Match>();
  for (const at of STARTS) exact.set(at, await match(epochs[at]!, epochs[at + APART]!));

  return async (storing) => {
    const stored = storing(epochs);
    const worst = { loss: 0, images: 0, synLr: 0 };
    for (const [at, gold] of exact) {
      const got = await match(stored[at]!, stored[at + APART]!);
      for (const output of ["loss", "images", "synLr"] as const)
        worst[output] = Math.max(worst[output], relativeError(got[output], gold[output]));
    }
    return worst;
  };
}
