import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import { parseParams } from "@/shared/params";
import { Random } from "@/shared/random";
import convNet from "../networks/convNet";
import { toStateDict } from "../networks/weightTable";
import { withoutFirst, withoutFirstLayers, withoutNearest } from "./keptWeights";

const network = convNet.build(
  { height: 32, width: 32, channels: 3 },
  10,
  parseParams(convNet.params, { width: 128, depth: 3 }),
);

beforeAll(() => tf.setBackend("cpu"));

/** Zeros of a mask by the names of PyTorch. */
async function droppedOf(mask: tf.Tensor1D): Promise<Record<string, number>> {
  const dict = toStateDict(network.table, (await mask.data()) as Float32Array);
  mask.dispose();
  const zeros = Object.entries(dict).map(([name, { data }]) => [
    name,
    data.filter((one) => one === 0).length,
  ]);
  return Object.fromEntries(zeros.filter(([, count]) => count !== 0)) as Record<string, number>;
}

const none = tf.tensor1d([]);

describe("the weights left out of a distance", () => {
  it("by depth are the first of all numbers in PyTorch's order, also within a tensor", async () => {
    const mask = withoutFirst(network, 0.5)(none);
    const first = toStateDict(network.table, (await mask.data()) as Float32Array)["features.8.weight"]!.data;
    expect(first.findIndex((one) => one === 1)).toBe(8325);
    expect(first.lastIndexOf(0)).toBe(8324);
    const dropped = await droppedOf(mask);
    expect(Object.keys(dropped)).toHaveLength(9);
    expect(Object.values(dropped).reduce((a, b) => a + b)).toBe(160_005);
  });

  it.each([
    [0, 0],
    [0.24, 0],
    [0.25, 3840],
    [0.5, 151_680],
    [0.95, 299_520],
  ])("by layers are whole ones: %d of them, %d numbers", async (ratio, count) => {
    const dropped = await droppedOf(withoutFirstLayers(network, ratio)(none));
    expect(Object.values(dropped).reduce((a, b) => a + b, 0)).toBe(count);
  });

  it.each([0, 0.3, 0.5, 0.95])("by loss are those that are off the least, a share of %d", async (ratio) => {
    const off = new Random(1).fillNormal(new Float32Array(1001)).map((value) => value ** 3);
    const mask = withoutNearest(network, ratio)(tf.tensor1d(off));
    const kept = await mask.data();
    const order = Array.from(off.keys()).sort((a, b) => Math.abs(off[a]!) - Math.abs(off[b]!));
    const dropped = order.filter((i) => kept[i] === 0);
    expect(dropped).toEqual(order.slice(0, Math.floor(ratio * 1001)));
  });

  it("by loss keep all of those that are off equally", async () => {
    const mask = withoutNearest(network, 0.5)(tf.tensor1d([0, 2, -2, 2, 0, 3]));
    expect(Array.from(await mask.data())).toEqual([0, 1, 1, 1, 0, 1]);
  });
});
