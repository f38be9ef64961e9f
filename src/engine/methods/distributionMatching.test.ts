import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { Random } from "@/shared/random";
import dsa from "../augmentations/siamese";
import { parseParams } from "@/shared/params";
import { classBlocks, imagesPerPassOf, realMeans } from "../classMeans";
import convNet from "../networks/convNet";
import { loadRealData } from "../realData";
import { stripes } from "../testData";
import { matchMeans } from "./distributionMatching";

const SHAPE = { height: 8, width: 8, channels: 3 } as const;
const source = stripes(SHAPE, 3, { train: 9, test: 1 });
const build = (activation: string) =>
  convNet.build(SHAPE, 3, parseParams(convNet.params, { width: 4, depth: 2, activation }));
const augmentation = dsa.build(parseParams(dsa.params, {}), SHAPE);

async function realData() {
  const loading = loadRealData(source);
  let next = await loading.next();
  while (!next.done) next = await loading.next();
  return next.value;
}

describe("distribution matching", () => {
  it("has the gradient that finite differences give, through every kind of view", async () => {
    const network = build("swish"); // smooth, so that a difference quotient means something
    const data = await realData();
    for (let seed = 0; seed < 8; seed++) {
      const random = new Random(seed);
      const draws = [0, 1, 2].map(() => augmentation.draw(random));
      const weights = network.init(random);
      const real = realMeans({
        network,
        weights,
        realData: data,
        augmentation,
        draws,
        batch: 6,
        random,
        imagesPerPass: 100,
      });
      const start = data.drawPerClass(2, random).images;
      const step = (images: tf.Tensor4D) =>
        matchMeans(
          { network, augmentation, imagesPerPass: 100, syn: { images, counts: [2, 2, 2] } },
          weights,
          draws,
          real,
        );
      const direction = tf.randomNormal<tf.Rank.R4>(start.shape, 0, 1, "float32", seed + 1);
      const slope = step(start).gradients["images"]!.mul(direction).sum().dataSync()[0]!; // CPU backend
      const at = (h: number) => step(start.add(direction.mul(h))).loss.dataSync()[0]!;
      const h = 0.01;
      const quotient = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      expect(Math.abs(slope - quotient)).toBeLessThan(2e-3 * Math.max(1, Math.abs(quotient)));
    }
  });

  it("is the same in one pass and in many", async () => {
    const network = build("relu");
    const data = await realData();
    const random = new Random(4);
    const draws = [0, 1, 2].map(() => augmentation.draw(random));
    const weights = network.init(random);
    const images = data.drawPerClass(2, random).images;
    const run = (imagesPerPass: number) => {
      const real = realMeans({
        network,
        weights,
        realData: data,
        augmentation,
        draws,
        batch: 7,
        random: new Random(1),
        imagesPerPass,
      });
      return matchMeans(
        { network, augmentation, imagesPerPass, syn: { images, counts: [2, 2, 2] } },
        weights,
        draws,
        real,
      );
    };
    const whole = run(1000);
    for (const imagesPerPass of [3, 8, 15]) {
      const parts = run(imagesPerPass);
      expect(parts.loss.dataSync()[0]).toBeCloseTo(whole.loss.dataSync()[0]!, 4);
      const difference = parts.gradients["images"]!.sub(whole.gradients["images"]!)
        .abs()
        .max()
        .dataSync()[0]!;
      expect(difference).toBeLessThan(1e-5);
    }
  });
});

describe("passes", () => {
  it("hold whole classes", () => {
    expect(classBlocks([4, 4, 4, 9, 1], 8)).toEqual([
      { first: 0, counts: [4, 4] },
      { first: 2, counts: [4] },
      { first: 3, counts: [9] },
      { first: 4, counts: [1] },
    ]);
  });
  it("grow with the limit and shrink with the network", () => {
    const network = build("relu"); // largest activation 8 x 8 x 4
    expect(imagesPerPassOf(network, 4 * 256 * 10)).toBe(10);
    expect(imagesPerPassOf(network, 1)).toBe(1);
    const joint = convNet.build(SHAPE, 3, parseParams(convNet.params, { width: 4, norm: "batch" }));
    expect(imagesPerPassOf(joint, 1)).toBe(Infinity);
  });
});
