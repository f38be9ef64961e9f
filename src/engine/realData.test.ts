import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { Random } from "@/shared/random";
import type { RealData } from "./realData";
import { loadRealData } from "./realData";
import { SyntheticSet, firstImages } from "./syntheticSet";
import { memorySource, stripes } from "./testData";

const SHAPE = { height: 1, width: 2, channels: 3 } as const;
/** Two classes of 3 and 2 train images; the first byte of each image is its number. */
const source = memorySource(
  "numbered",
  SHAPE,
  ["a", "b"],
  {
    train: { pixels: numbered(5), labels: [0, 1, 0, 1, 0] },
    test: { pixels: numbered(3), labels: [1, 0, 0] },
  },
  { mean: [0, 0.5, 0.25], std: [1, 0.5, 0.25] },
);

function numbered(n: number): Uint8Array {
  return Uint8Array.from({ length: n * 6 }, (_, i) => (i % 6 === 0 ? Math.floor(i / 6) : 40 * (i % 6)));
}

async function load(from = source, options = {}): Promise<RealData> {
  const loading = loadRealData(from, options);
  let next = await loading.next();
  while (!next.done) next = await loading.next();
  return next.value;
}

describe("RealData", () => {
  it("groups by class and normalises each channel", async () => {
    const data = await load();
    expect(data.counts("train")).toEqual([3, 2]);
    const { images, counts } = data.drawPerClass(1, new Random(1));
    expect(images.shape).toEqual([2, 1, 2, 3]);
    expect(counts).toEqual([1, 1]);
    const values = await images.data();
    expect(values[1]).toBeCloseTo((40 / 255 - 0.5) / 0.5, 6);
    expect(values[5]).toBeCloseTo((200 / 255 - 0.25) / 0.25, 6);
    images.dispose();
  });

  it("draws without replacement, and no more than a class has", async () => {
    const data = await load();
    for (let seed = 0; seed < 20; seed++) {
      const { images, counts } = data.drawPerClass(3, new Random(seed));
      expect(counts).toEqual([3, 2]);
      const numbers = Array.from(await images.slice([0, 0, 0, 0], [5, 1, 1, 1]).mul(255).round().data());
      expect(numbers.slice(0, 3).sort()).toEqual([0, 2, 4]);
      expect(numbers.slice(3).sort()).toEqual([1, 3]);
    }
  });

  it("gives chosen images of a class, their mean, and some of the classes alone", async () => {
    const data = await load();
    const tensor = data.imagesOf(0, [2, 0]);
    const values = await tensor.data();
    tensor.dispose();
    expect([values[0], values[6]].map((value) => Math.round(value! * 255))).toEqual([4, 0]); // class 0 holds 0, 2, 4
    const mean = data.meanImage(0);
    expect(mean[0]! * 255).toBeCloseTo(2, 4);
    expect(mean[1]).toBeCloseTo((40 / 255 - 0.5) / 0.5, 6);
    const part = data.ofClasses([1]);
    expect([part.classNames, part.counts("train"), part.counts("test")]).toEqual([["b"], [2], [1]]);
    expect(part.meanImage(0)).toEqual(data.meanImage(1));
  });

  it("gives the test split once, in batches", async () => {
    const data = await load();
    const seen: [number, number][] = [];
    for (const { images, labels } of data.testBatches(2)) {
      const numbers = await images.slice([0, 0, 0, 0], [images.shape[0], 1, 1, 1]).mul(255).round().data();
      numbers.forEach((number, i) => seen.push([number, labels[i]!]));
    }
    expect(seen).toEqual([
      [1, 0],
      [2, 0],
      [0, 1],
    ]);
  });

  it("refuses what does not fit or is not whole, and stops when asked to", async () => {
    await expect(load(source, { budgetBytes: 40 })).rejects.toThrow("of memory");
    const info = { ...source.info, counts: { train: [4, 2], test: [2, 1] } };
    await expect(load({ ...source, info })).rejects.toThrow("fewer train images than it says");
    const fewer = { ...source.info, counts: { train: [1, 2], test: [2, 1] } };
    await expect(load({ ...source, info: fewer })).rejects.toThrow("more images of class 0");
    await expect(load(source, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
  });
});

describe("SyntheticSet", () => {
  const shape = { height: 4, width: 4, channels: 1 } as const;
  const data = () => load(stripes(shape, 3, { train: 6, test: 1 }));

  it("starts from different real images of each class, or from noise", async () => {
    const real = firstImages(await data(), 6, "real", new Random(2));
    const rows = new Set(((await real.reshape([18, 16]).array()) as number[][]).map((row) => row.join()));
    expect(rows.size).toBe(18);
    const noise = firstImages(await data(), 50, "noise", new Random(2));
    const { mean, variance } = tf.moments(noise);
    expect((await mean.data())[0]).toBeCloseTo(0, 1);
    expect((await variance.data())[0]).toBeCloseTo(1, 1);
    const six = await data();
    expect(() => firstImages(six, 7, "real", new Random(2))).toThrow('fewer than "Images per class (IPC)" 7');
  });

  it("draws its picture back in the bytes it came from", async () => {
    const realData = await data();
    const { images } = realData.drawPerClass(1, new Random(3));
    const original = await images.data();
    const syn = new SyntheticSet(images, realData, 1, { learningRate: 1, momentum: 0 });
    const picture = await syn.picture(await syn.read());
    expect(picture).toHaveLength(3 * 16 * 4);
    original.forEach((value, i) => {
      const byte = Math.round((value * 0.25 + 0.5) * 255);
      expect(Array.from(picture.subarray(i * 4, i * 4 + 4))).toEqual([byte, byte, byte, 255]);
    });
    expect(Array.from(await syn.targets().data())).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1]);
    syn.dispose();
  });

  it("refuses to read images that are no numbers any more", async () => {
    const images = tf.fill<tf.Rank.R4>([3, 4, 4, 1], NaN);
    const syn = new SyntheticSet(images, await data(), 1, { learningRate: 1, momentum: 0 });
    await expect(syn.read()).rejects.toThrow("diverged");
  });
});
