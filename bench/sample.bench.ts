/**
 * Is Shapes-10 a fair task? `npm run bench -- sample [--width=32] [--epochs=300] [--draws=3] [--passes=20]
 * [--backend=wasm|cpu] [--json=<file>]` prints the time to make it, the test accuracy that ten random real images per class lead to
 * (the evaluation protocol: SGD 0.01, momentum 0.9, DSA), and that of the whole training set. Fails (exit code 1)
 * unless the first is within 45 … 75 % and the second above 95 %.
 */
import * as tf from "@tensorflow/tfjs";
import shapes10 from "@/data/samples/shapes10";
import { ChannelStatistics } from "@/data/shards/channelStatistics";
import { augmentations } from "@/engine/augmentations";
import { evaluations } from "@/engine/evaluation";
import { networks } from "@/engine/networks";
import { loadRealData, type RealData } from "@/engine/realData";
import type { DatasetInfo, ImageChunk, ImageSource, Split } from "@/shared/dataset";
import { parseParams } from "@/shared/params";
import { pluginById } from "@/shared/plugin";
import { Random } from "@/shared/random";
import { startBackend } from "@/tensor/backend";
import { flagReader } from "./support/flags";
import { writeReport } from "./support/report";

const PER_CLASS = 10;
const IMAGES_PER_PASS = 256;

/** @returns the exit code */
export async function run(flags: readonly string[]): Promise<number> {
  const flag = flagReader(flags);
  const width = Number(flag("width") ?? 32);
  const draws = Number(flag("draws") ?? 3);
  const passes = Number(flag("passes") ?? 20);
  const epochs = Number(flag("epochs") ?? 300);
  const backend = await startBackend({ only: (flag("backend") ?? "wasm") as "wasm" | "cpu" });

  const started = performance.now();
  const source = await makeSource();
  console.log(`Shapes-10 made in ${((performance.now() - started) / 1000).toFixed(2)} s.`);
  const data = await lastOf(loadRealData(source));
  const shape = source.info.shape;
  const classes = source.info.classNames.length;
  const convNet = pluginById(networks, "convnet", "network");
  const network = convNet.build(shape, classes, parseParams(convNet.params, { width, depth: 3 }));
  const dsa = pluginById(augmentations, "dsa", "augmentation");
  const augmentation = dsa.build(parseParams(dsa.params, {}), shape);
  console.log(`ConvNet ${width} wide, 3 deep, ${backend.adapter}.`);

  const standard = pluginById(evaluations, "standard", "evaluation");
  /** Accuracy of one network that was trained on so many random real images of each class. */
  const accuracyOf = async (perClass: number, epochs: number, random: Random): Promise<number> => {
    const { images, targets } = drawRandom(data, perClass, classes, random.fork("images"));
    const params = parseParams(standard.params, { networks: 1, epochs });
    const context = { params, network, augmentation, images, targets, realData: data, random };
    const [accuracy] = await lastOf(standard.evaluate({ ...context, imagesPerPass: IMAGES_PER_PASS }));
    tf.dispose([images, targets]);
    return accuracy!;
  };
  const few: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    few.push(await accuracyOf(PER_CLASS, epochs, new Random(draw)));
    console.log(
      `${PER_CLASS} random real images per class, ${epochs} epochs, draw ${draw + 1}: ${percent(few.at(-1)!)}`,
    );
  }
  const full = await accuracyOf(Infinity, passes, new Random(0));

  const mean = few.reduce((sum, value) => sum + value, 0) / few.length;
  const std = Math.sqrt(few.reduce((sum, value) => sum + (value - mean) ** 2, 0) / few.length);
  console.log(`10 per class: ${percent(mean)} ± ${percent(std)} (wanted: 45 … 75 %)`);
  console.log(`all 500 per class, ${passes + 1} passes: ${percent(full)} (wanted: over 95 %)`);
  writeReport(flag("json"), backend, { width, epochs, passes, tenPerClass: few, mean, std, full });
  return mean >= 0.45 && mean <= 0.75 && full > 0.95 ? 0 : 1;
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The sample as the engine reads it, without a store in between. */
async function makeSource(): Promise<ImageSource> {
  const { classNames, shape, chunks } = shapes10.generate();
  const all: ImageChunk[] = [];
  const statistics = new ChannelStatistics(shape.channels);
  const counts: Record<Split, number[]> = { train: classNames.map(() => 0), test: classNames.map(() => 0) };
  for await (const chunk of chunks) {
    all.push(chunk);
    if (chunk.split === "train") statistics.add(chunk.pixels);
    for (const label of chunk.labels) counts[chunk.split][label]!++;
  }
  const { id, label } = shapes10;
  const rest = { id, name: label, source: id, bytes: 0, createdAt: 0, fingerprint: "" };
  const info: DatasetInfo = { ...rest, shape, classNames, counts, ...statistics.result() };
  return {
    info,
    async *chunks(split) {
      for (const chunk of all) if (chunk.split === split) yield Promise.resolve(chunk);
    },
  };
}

/** Real training images and their one-hot targets; the caller disposes them. */
function drawRandom(data: RealData, perClass: number, classes: number, random: Random) {
  const { images, counts } = data.drawPerClass(perClass, random);
  const labels = counts.flatMap((count, label) => new Array<number>(count).fill(label));
  const targets = tf.tidy(() => tf.oneHot(tf.tensor1d(labels, "int32"), classes).toFloat() as tf.Tensor2D);
  return { images, targets };
}

/** What a generator returns in the end. */
async function lastOf<R>(steps: AsyncGenerator<unknown, R>): Promise<R> {
  for (;;) {
    const next = await steps.next();
    if (next.done) return next.value;
  }
}
