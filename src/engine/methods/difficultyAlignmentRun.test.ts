/** DATM and PAD: what they begin with, which of their updates count, and the derivatives that they follow. */
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EngineState } from "@/shared/checkpoint";
import { parseParams, type ParamRecord } from "@/shared/params";
import { Random } from "@/shared/random";
import { distil } from "../distil";
import { snapshotOf } from "../engineState";
import { bits, finish } from "../interruptedRuns";
import convNet from "../networks/convNet";
import { withoutFirst } from "../operators/keptWeights";
import { matchTrajectory, type Student } from "../operators/studentTrajectory";
import { tinyConfig, tinySource } from "../tinyRuns";
import { MemoryTrajectoryStore } from "../trajectories/memoryTrajectoryStore";
import { LogitMean } from "./expertLabels";
import { towardsLogits } from "./trajectoryMatchingRun";

const trajectories = new MemoryTrajectoryStore();
const CLASSES = 3;

beforeAll(() => tf.setBackend("wasm"));
afterAll(() => tf.setBackend("cpu"));

/** The loss of every iteration, how many updates were skipped then, and the states between them. */
async function follow(params: ParamRecord, run: ParamRecord = {}) {
  const config = tinyConfig("datm", { iterations: 8, ...run }, params);
  const going = distil({ config, source: tinySource, trajectories, shouldRead: () => true });
  const [losses, skipped]: number[][] = [[], []];
  const states: EngineState[] = [];
  for await (const event of going) {
    if (event.kind !== "iteration") continue;
    losses!.push(event.loss!);
    skipped!.push(event.skipped ?? 0);
    states.push(structuredClone(await going.checkpoint()));
  }
  return { config, losses: losses!, skipped: skipped!, states };
}

/** What is learned, as bits: all but the count. */
const learned = ({ tensors, ...rest }: EngineState): object => {
  const names = Object.keys(tensors).filter((name) => name !== "skipped");
  const state = { ...rest, tensors: Object.fromEntries(names.map((name) => [name, tensors[name]!])) };
  return (bits(state) as EngineState).tensors;
};

describe("an update whose loss is too large", () => {
  it("changes nothing and is counted, and every other one does; a run that goes on counts on", async () => {
    const all = await follow({ skipAbove: 1000 });
    expect(all.skipped.at(-1)).toBe(0);
    const bound = Math.max(...all.losses.slice(0, 3)) * 0.999;
    const { config, losses, skipped, states } = await follow({ skipAbove: bound });
    let count = 0;
    for (let i = 1; i < losses.length; i++) {
      const isSkipped = losses[i]! > bound;
      const [before, after] = [learned(states[i - 1]!), learned(states[i]!)];
      if (isSkipped) expect(after).toEqual(before);
      else expect(after).not.toEqual(before);
    }
    losses.forEach((loss, i) => expect(skipped[i]).toBe((count += loss > bound ? 1 : 0)));
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(losses.length);
    const from = states[5]!;
    expect(bits((await finish(config, trajectories, { from })).last)).toEqual(bits(states.at(-1)!));
  });

  it("is skipped at once where it is the first: nothing is learned at all", async () => {
    const { losses, skipped, states } = await follow({ skipAbove: 0.1 }, { init: "noise", iterations: 3 });
    expect(Math.min(...losses)).toBeGreaterThan(0.1);
    expect(skipped).toEqual([1, 2, 3]);
    expect(learned(states[2]!)).toEqual(learned(states[0]!));
    expect(Math.max(...states[2]!.tensors["images.velocity"]!.values.map(Math.abs))).toBe(0);
  });
});

describe("what a run begins with", () => {
  /** The state after one update that changed nothing. */
  async function beginning(params: ParamRecord = {}, run: ParamRecord = {}): Promise<EngineState> {
    const config = tinyConfig("datm", { ipc: 5, iterations: 1, ...run }, { skipAbove: 0.1, ...params });
    const { last } = await finish(config, trajectories);
    expect(last.tensors["skipped"]!.values[0]).toBe(1);
    return last;
  }

  const rightRows = ({ tensors }: EngineState): boolean[] => {
    const { values } = tensors["targetLogits"]!;
    const rows = Array.from({ length: values.length / CLASSES }, (_, i) =>
      values.subarray(i * CLASSES, (i + 1) * CLASSES),
    );
    return rows.map((row, i) => row.indexOf(Math.max(...row)) === Math.floor((i * CLASSES) / rows.length));
  };

  it("are real images that experts know, shown as soon as they are chosen, with the labels of those that do", async () => {
    const chosen = await beginning();
    expect(rightRows(chosen)).not.toContain(false);
    expect(chosen.tensors["images"]).not.toEqual((await beginning({ rightImages: false })).tensors["images"]);
    const shown: number[][] = [];
    const config = tinyConfig("datm", { ipc: 5, iterations: 1 });
    const source = tinySource;
    for await (const event of distil({ config, source, trajectories, showImages: true })) {
      if (event.kind === "iteration") break;
      if (event.kind === "images" && event.iteration === 0) shown.push(Array.from(event.pixels));
    }
    expect(shown).toHaveLength(2);
    expect(shown[0]).not.toEqual(shown[1]);
  });

  it("has soft labels in its snapshot: the softmax of the logits", async () => {
    const state = await beginning();
    const { targets } = snapshotOf(state, tinySource.info);
    const logits = tf.tensor2d(state.tensors["targetLogits"]!.values, [15, CLASSES]);
    const expected = await tf.softmax(logits).data();
    expected.forEach((share, i) => expect(targets![i]).toBeCloseTo(share, 6));
  });

  it("is refused where experts know too few images, by class and with what to do", async () => {
    const untrained = { expertLr: 0.0001, experts: 1, maxStartEpoch: 1, expertEpochs: 1 };
    await expect(beginning(untrained)).rejects.toThrow(
      /The experts classify \d+ training images of "stripe \d" rightly, and .* is 5/,
    );
    await expect(beginning({ ...untrained, rightImages: false })).resolves.toBeDefined();
    expect(rightRows(await beginning(untrained, { init: "noise" }))).not.toContain(false);
  });

  it("gives an image that no network knows its own class, and the others the mean of those that do", () => {
    const mean = new LogitMean([0, 1], 3);
    mean.add(Float32Array.of(1, 5, 2, 0, 4, 0));
    mean.add(Float32Array.of(0, 1, 0, 1, 6, 2));
    mean.add(Float32Array.of(0, 1, 0, 9, 0, 0));
    const values = mean.values();
    const shares = Array.from(values.subarray(0, 3), Math.exp);
    expect(shares[0]! / (shares[0]! + shares[1]! + shares[2]!)).toBeCloseTo(0.9, 6);
    expect(Array.from(values.subarray(3))).toEqual([0.5, 5, 1]);
  });
});

it("the derivatives towards images, rate and logits equal finite differences, with a part of the weights too", async () => {
  const shape = { height: 8, width: 8, channels: 1 } as const;
  const params = parseParams(convNet.params, { width: 4, depth: 2, activation: "swish" });
  const network = convNet.build(shape, CLASSES, params);
  const random = new Random(5);
  const drawn = (size: number, dims: number[]): tf.Tensor =>
    tf.tensor(random.fillNormal(new Float32Array(size)), dims);
  const inputs = {
    images: drawn(256, [4, 8, 8, 1]),
    synLr: tf.scalar(0.3) as tf.Tensor,
    logits: drawn(12, [4, CLASSES]),
  };
  const [start, target] = [network.init(random), network.init(random)];
  const rows = [null, Int32Array.of(2, 0), null];
  for (const kept of [undefined, withoutFirst(network, 0.3)]) {
    const match = ({ images, synLr, logits }: typeof inputs) => {
      const targets = tf.softmax(logits as tf.Tensor2D);
      const student: Student = {
        ...{ network, start, target, targets, images: images as tf.Tensor4D, synLr: synLr as tf.Scalar },
        steps: rows.map((own) => ({ rows: own, view: (x) => x.mul(1.1) })),
        ...(kept && { kept }),
      };
      const found = matchTrajectory(student, { exact: true, towardsTargets: true });
      return { ...found, logits: towardsLogits(targets, found.targets!) };
    };
    const found = match(inputs);
    for (const name of ["images", "synLr", "logits"] as const) {
      const direction = drawn(inputs[name].size, inputs[name].shape);
      const size = name === "synLr" ? 1e-3 : 1e-2;
      const moved = async (by: number) =>
        (await match({ ...inputs, [name]: inputs[name].add(direction.mul(by)) }).loss.data())[0]!;
      const slope = ((await moved(size)) - (await moved(-size))) / (2 * size);
      const along = (await found[name].mul(direction).sum().data())[0]!;
      expect(Math.abs(slope), name).toBeGreaterThan(1e-4);
      expect(Math.abs(along - slope), name).toBeLessThan(5e-3 * Math.abs(slope) + 2e-5);
    }
  }
});
