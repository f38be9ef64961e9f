import * as tf from "@tensorflow/tfjs";
import { beforeAll, describe, expect, it } from "vitest";
import type { ImageShape } from "@/shared/dataset";
import { UserError } from "@/shared/errors";
import { parseParams, type ParamRecord } from "@/shared/params";
import { pluginById } from "@/shared/plugin";
import { Random } from "@/shared/random";
import { networks } from "./index";
import { fromStateDict, toStateDict } from "./weightTable";

const CIFAR: ImageShape = { height: 32, width: 32, channels: 3 };
const MNIST: ImageShape = { height: 28, width: 28, channels: 1 };

function build(id: string, shape: ImageShape = CIFAR, params: ParamRecord = {}, classes = 10) {
  const plugin = pluginById(networks, id, "network");
  return plugin.build(shape, classes, parseParams(plugin.params, params));
}

beforeAll(() => tf.setBackend("cpu"));

describe("networks", () => {
  it.each([
    ["convnet", CIFAR, {}, 320010, 2048],
    ["convnet", MNIST, {}, 317706, 2048],
    ["convnet", { height: 64, width: 64, channels: 3 }, { depth: 4 }, 467850, 2048],
    ["mlp", MNIST, {}, 118282, 128],
    ["lenet", CIFAR, {}, 62006, 84],
    ["lenet", MNIST, {}, 61706, 84],
    ["alexnet", CIFAR, {}, 1872202, 3072],
    ["alexnet", MNIST, {}, 1865802, 3072],
    ["alexnetbn", CIFAR, {}, 1874122, 3072],
    ["vgg11", MNIST, {}, 9229962, 512],
    ["vgg11bn", CIFAR, {}, 9231114, 512],
    ["resnet18", CIFAR, {}, 11173962, 512],
    ["resnet18", MNIST, {}, 11172810, 512],
    ["resnet18bn", CIFAR, {}, 11173962, 512],
    ["resnet18ap", MNIST, {}, 11172810 + 8 * 5120, 4608],
    ["resnet18bnap", CIFAR, {}, 11250762, 8192],
  ] as [string, ImageShape, ParamRecord, number, number][])(
    "%s has the weights of the reference",
    (id, shape, params, weightCount, embeddingSize) => {
      const network = build(id, shape, params);
      expect(network.weightCount).toBe(weightCount);
      expect(network.embeddingSize).toBe(embeddingSize);
      const last = network.table.at(-1)!;
      expect(last.offset + last.size).toBe(weightCount);
    },
  );

  it("lays the ConvNet out in state-dict order, at the offsets of the trajectory methods", () => {
    const { table } = build("convnet");
    expect(table.map(({ name }) => name).slice(0, 5)).toEqual([
      "features.0.weight",
      "features.0.bias",
      "features.1.weight",
      "features.1.bias",
      "features.4.weight",
    ]);
    const offsetOf = (name: string) => table.find((entry) => entry.name === name)!.offset;
    expect(offsetOf("features.4.weight")).toBe(3840);
    expect(offsetOf("features.8.weight")).toBe(151680);
    expect(offsetOf("classifier.weight")).toBe(299520);
  });

  it("starts as PyTorch does: uniform in ±1/√fanIn, norms 1 and 0, seeded", async () => {
    const network = build("convnet");
    const values = (await network.init(new Random(3)).data()) as Float32Array;
    expect(await network.init(new Random(3)).data()).toEqual(values);
    for (const { name, offset, size, fill } of network.table) {
      const part = values.subarray(offset, offset + size);
      if (fill.kind === "constant") {
        expect(part.every((value) => value === fill.value)).toBe(true);
        continue;
      }
      const mean = part.reduce((sum, value) => sum + value, 0) / size;
      const variance = part.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
      const bound = name.startsWith("classifier") ? 1 / Math.sqrt(2048) : undefined;
      if (bound) expect(fill.bound).toBeCloseTo(bound, 12);
      expect(part.every((value) => Math.abs(value) <= fill.bound)).toBe(true);
      expect(Math.abs(mean) / fill.bound).toBeLessThan(4 / Math.sqrt(3 * size)); // 4 standard deviations
      const spread = 4 * Math.sqrt(4 / 45 / size) * 3; // of the variance of a uniform, relative to bound²/3
      expect(Math.abs(variance / (fill.bound ** 2 / 3) - 1)).toBeLessThan(spread + 1 / size);
    }
    expect(network.table[0]!.fill).toEqual({ kind: "uniform", bound: 1 / Math.sqrt(27) });
  });

  it("converts to a state dict and back", () => {
    for (const [id, shape, params] of [
      ["convnet", MNIST, { norm: "layer", width: 4 }],
      ["lenet", CIFAR, {}],
    ] as const) {
      const { table, weightCount } = build(id, shape, params);
      const weights = Float32Array.from({ length: weightCount }, (_, i) => i);
      const dict = toStateDict(table, weights);
      for (const { name, torchShape } of table) expect(dict[name]!.shape).toEqual(torchShape);
      expect(fromStateDict(table, dict)).toEqual(weights);
    }
    const { table, weightCount } = build("convnet", CIFAR, { width: 2, depth: 1 });
    const dict = toStateDict(
      table,
      Float32Array.from({ length: weightCount }, (_, i) => i),
    );
    // internal [rows, columns, in, out], PyTorch [out, in, rows, columns]
    expect(dict["features.0.weight"]!.data[((1 * 3 + 2) * 3 + 0) * 3 + 1]).toBe(
      ((0 * 3 + 1) * 3 + 2) * 2 + 1,
    );
  });

  it("says what does not fit", () => {
    expect(() => build("convnet", CIFAR, { depth: 6 })).toThrow(UserError);
    expect(() => build("convnet", CIFAR, { depth: 5 })).not.toThrow();
    expect(() => build("convnet", CIFAR, { norm: "group", width: 6 })).toThrow("that 4 divides");
    expect(() => build("vgg11", { height: 16, width: 16, channels: 3 })).toThrow("at least 32");
    expect(() => build("convnet", CIFAR, { width: 0 })).toThrow("Network width");
    const { table } = build("convnet");
    expect(() => fromStateDict(table, {})).toThrow('no "features.0.weight"');
    const other = build("convnet", CIFAR, { width: 8 });
    const dict = toStateDict(other.table, new Float32Array(other.weightCount));
    expect(() => fromStateDict(table, dict)).toThrow("[8, 3, 3, 3]");
  });
});
