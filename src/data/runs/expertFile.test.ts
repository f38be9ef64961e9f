import "fake-indexeddb/auto";
import { beforeEach, describe, expect, it } from "vitest";
import convNet from "@/engine/networks/convNet";
import { fromStateDict, toStateDict } from "@/engine/networks/weightTable";
import type { DatasetInfo } from "@/shared/dataset";
import { parseParams } from "@/shared/params";
import { Random } from "@/shared/random";
import type { ExpertState, TrajectoryKey } from "@/shared/trajectories";
import { SafetensorsFile, SafetensorsWriter } from "../codecs/safetensors";
import { checkExpert, openExpert, readExpert, writeExpert, type WeightLayout } from "./expertFile";
import { ExpertStore, trajectoriesOf } from "./trajectoryStore";

const SHAPE = { height: 8, width: 8, channels: 3 } as const;
const info = { name: "cats", shape: SHAPE, classNames: ["a", "b"] } as DatasetInfo;
const key: TrajectoryKey = {
  datasetFingerprint: "f00d",
  network: { id: "convnet", params: { width: 4, depth: 2 } },
  recipe: { expertLr: 0.01, augmentation: "dsa" },
};

function layoutOf(width: number): WeightLayout {
  const { table } = convNet.build(SHAPE, 2, parseParams(convNet.params, { width, depth: 2 }));
  return {
    shapes: table.map(({ name, torchShape }) => ({ name, shape: torchShape })),
    split: (weights) => toStateDict(table, weights),
    join: (tensors) => fromStateDict(table, tensors),
  };
}
const layout = layoutOf(4);
const P = layout.shapes.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);

function stateOf(epoch: number, hasVelocity: boolean): ExpertState {
  const random = new Random(epoch);
  const numbers = () => random.fillNormal(new Float32Array(P)) as Float32Array<ArrayBuffer>;
  return { epoch, weights: numbers(), velocity: hasVelocity ? numbers() : null };
}

let count = 0;
const newStore = () => new ExpertStore(() => 1, `files-${count++}`);
let store: ExpertStore;
beforeEach(async () => {
  store = newStore();
  const trajectories = trajectoriesOf(store, info);
  await trajectories.save(key, 3, stateOf(0, false), "float32");
  await trajectories.save(key, 3, stateOf(1, true), "float16", 0.5);
  await trajectories.save(key, 3, stateOf(2, true), false, 0.625);
});

async function written(): Promise<Blob> {
  const [set] = await store.list();
  return writeExpert(store, set!, set!.experts[0]!, layout);
}

describe("an expert as a file", () => {
  it("comes back bit by bit, its state too", async () => {
    const opened = await openExpert(await written(), "expert_003.safetensors");
    const other = newStore();
    await other.putExpert(opened.key, opened.dataset, await readExpert(opened, layout));
    expect(await other.list()).toEqual(await store.list());
    const [before, after] = [trajectoriesOf(store, info), trajectoriesOf(other, info)];
    for (const epoch of [0, 1])
      expect(await after.weights(key, 3, epoch)).toEqual(await before.weights(key, 3, epoch));
    expect(await after.state(key, 3)).toEqual(stateOf(2, true));
  });

  it("holds PyTorch's tensors under its names", async () => {
    const file = await SafetensorsFile.open(await written());
    expect(file.metadata["format"]).toBe("pt");
    expect(file.tensors.get("epoch_000.features.0.weight")).toMatchObject({
      dtype: "F32",
      shape: [4, 3, 3, 3],
    });
    expect(file.tensors.get("epoch_001.features.0.weight")?.dtype).toBe("F16");
    const dict = toStateDict(
      convNet.build(SHAPE, 2, parseParams(convNet.params, { width: 4, depth: 2 })).table,
      stateOf(0, false).weights,
    );
    expect(await file.readFloats("epoch_000.classifier.weight")).toEqual(dict["classifier.weight"]!.data);
  });

  it("replaces the stored expert of its number and no other", async () => {
    const opened = await openExpert(await written(), "x");
    const trajectories = trajectoriesOf(store, info);
    await trajectories.save(key, 0, stateOf(5, false), "float32");
    await trajectories.save(key, 3, stateOf(7, false), "float32");
    await store.putExpert(key, opened.dataset, await readExpert(opened, layout));
    expect(await trajectories.experts(key)).toMatchObject([
      { expert: 0, epochs: [5] },
      { expert: 3, epochs: [0, 1], trainedEpochs: 2 },
    ]);
    await expect(trajectories.weights(key, 3, 7)).rejects.toThrow("no stored weights of epoch 7");
  });

  it("is refused for another network, by the name of the tensor", async () => {
    const opened = await openExpert(await written(), "x.safetensors");
    expect(() => checkExpert(opened, layoutOf(8))).toThrow(
      'x.safetensors: "epoch_000.features.0.weight" is [4, 3, 3, 3], the network\'s is [8, 3, 3, 3].',
    );
    const more = { ...layout, shapes: [...layout.shapes, { name: "extra.weight", shape: [1] }] };
    expect(() => checkExpert(opened, more)).toThrow('x.safetensors has no "epoch_000.extra.weight".');
  });

  it("is refused when something else wrote it or its metadata are damaged", async () => {
    const plain = new SafetensorsWriter({ format: "pt" });
    await expect(openExpert(plain.finish(), "x")).rejects.toThrow("x is no expert of this studio");
    const { metadata } = await SafetensorsFile.open(await written());
    for (const [name, text] of [
      ["key", "{}"],
      ["key", "oops"],
      ["dataset", '{"name":"cats","shape":{"height":8,"width":8,"channels":2},"classes":2}'],
      ["expert", '{"expert":-1,"trainedEpochs":1,"accuracies":[]}'],
    ] as const) {
      const damaged = new SafetensorsWriter({ ...metadata, [name]: text });
      await expect(openExpert(damaged.finish(), "x")).rejects.toThrow("x has damaged metadata");
    }
  });

  it("is refused when a weight is not a number", async () => {
    const good = await SafetensorsFile.open(await written());
    const writer = new SafetensorsWriter(good.metadata);
    for (const name of good.tensors.keys()) {
      const tensor = await good.read(name);
      if (name === "state.classifier.bias") tensor.data[0] = NaN;
      writer.put(name, tensor);
    }
    const opened = await openExpert(writer.finish(), "x");
    await expect(readExpert(opened, layout)).rejects.toThrow('the weights of "state." are not all numbers');
  });
});
