import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import { parseParams } from "@/shared/params";
import { Random } from "@/shared/random";
import dc from "./dcTraining";

const SHAPE = { height: 10, width: 10, channels: 3 } as const;
const build = (strategy: string) => dc.build(parseParams(dc.params, { strategy }), SHAPE);
const images = () => tf.tensor4d(new Random(1).fillUniform(new Float32Array(4 * 300), 1, 2), [4, 10, 10, 3]);
const view = (strategy: string, draw: object, x = images()) =>
  build(strategy).view(x, new Array<object>(x.shape[0]).fill(draw));

describe("DC's own augmentation", () => {
  it("draws one operation per image, in the ranges of the reference code", () => {
    const drawn = build("crop_scale_rotate").drawBatch(3000, new Random(2)) as Record<string, number>[];
    const of = (kind: string) => drawn.filter((draw) => (draw["kind"] as unknown) === kind);
    for (const kind of ["crop", "scale", "rotate"])
      expect(Math.abs(of(kind).length - 1000)).toBeLessThan(100);
    const range = (kind: string, key: string) => {
      const values = of(kind).map((draw) => draw[key]!);
      return [Math.min(...values), Math.max(...values)];
    };
    expect(range("crop", "rows")).toEqual([-4, 3]);
    expect(range("scale", "width")).toEqual([8, 11]);
    expect(range("rotate", "degrees")).toEqual([-45, 44]);
  });

  it("fills a crop with the mean of each channel", async () => {
    const x = images();
    const shifted = view("crop", { kind: "crop", rows: 3, columns: -2 }, x);
    const means = await x.mean([0, 1, 2]).data();
    const y = await shifted.array();
    const original = await x.array();
    means.forEach((mean, channel) => expect(y[0]![9]![0]![channel]).toBeCloseTo(mean, 4));
    expect(y[2]![0]![2]![1]).toBeCloseTo(original[2]![3]![0]![1]!, 5);
  });

  it("shrinks to the middle of zeros and enlarges without a border", async () => {
    const small = await view("scale", { kind: "scale", height: 8, width: 10 }).array();
    expect(small[0]![0]!.flat().every((value) => value === 0)).toBe(true);
    expect(small[0]![9]!.flat().every((value) => value === 0)).toBe(true);
    const original = await images().array();
    expect(small[1]![1]![4]).toEqual(original[1]![0]![4]); // row 1 is the first of 8, from row floor(0 · 10 / 8)
    expect(small[1]![5]![4]).toEqual(original[1]![5]![4]); // row 5 is the fifth, from row floor(4 · 10 / 8)
    const large = await view("scale", { kind: "scale", height: 12, width: 12 }).min().data();
    expect(large[0]).toBeGreaterThanOrEqual(1);
  });

  it("turns about the middle and fills with the mean of all", async () => {
    const x = images();
    const turned = await view("rotate", { kind: "rotate", degrees: 45 }, x).array();
    const mean = (await x.mean().data())[0]!;
    expect(turned[0]![0]![0]![0]).toBeCloseTo(mean, 4);
    const upright = await view("rotate", { kind: "rotate", degrees: 0 }, x).sub(x).abs().max().data();
    expect(upright[0]).toBeLessThan(1e-5);
  });

  it("adds noise of the right size, the same for the same draw", async () => {
    const [draw] = build("noise").drawBatch(1, new Random(5));
    const x = images();
    const noise = view("noise", draw!, x).sub(x);
    expect((await tf.moments(noise).variance.sqrt().data())[0]).toBeCloseTo(0.001, 4);
    expect(await view("noise", draw!, x).data()).toEqual(await view("noise", draw!, x).data());
  });

  it("leaves the images alone without operations, and may not be matched through", async () => {
    expect(await view("", build("").draw(new Random(1))).data()).toEqual(await images().data());
    expect(dc.forMatching).toBe(false);
  });
});
