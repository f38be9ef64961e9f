import * as tf from "@tensorflow/tfjs";
import { describe, expect, it } from "vitest";
import type { ImageShape } from "@/shared/dataset";
import { defaultsOf, parseParams } from "@/shared/params";
import { Random } from "@/shared/random";
import { viewStage, type ViewStage } from "@/tensor/ops/viewStage";
import type { DsaOperation, OperationKind } from "./dsaOperations";
import { drawOperation, OPERATION_KINDS, samplingMap } from "./dsaOperations";
import { augmentations } from "./index";
import dsa from "./siamese";
import { viewStages } from "./viewStages";

const SHAPE: ImageShape = { height: 8, width: 8, channels: 3 };
const STRENGTHS = {
  ...{ brightness: 1, saturation: 2, contrast: 0.5 },
  ...{ crop: 0.125, cutout: 0.5, flip: 0.5, scale: 1.2, rotate: 15 },
};
type Drawn = { operations: DsaOperation[] };
const build = (settings = {}, shape = SHAPE) => dsa.build(parseParams(dsa.params, settings), shape);
const drawMany = (count: number, settings = {}, shape = SHAPE): DsaOperation[] => {
  const random = new Random(5);
  const augmentation = build(settings, shape);
  return Array.from({ length: count }, () => (augmentation.draw(random) as Drawn).operations[0]!);
};
const only = <K extends OperationKind>(kind: K, count = 2000, shape = SHAPE) =>
  drawMany(count, { strategy: kind }, shape) as Extract<DsaOperation, { kind: K }>[];
const range = (values: number[]) => [Math.min(...values), Math.max(...values)] as const;
const noise = (n: number) =>
  tf.tensor4d(new Random(2).fillNormal(new Float32Array(n * 8 * 8 * 3)), [n, 8, 8, 3]);

describe("the draws", () => {
  it("choose each kind equally often, one per view", () => {
    const drawn = drawMany(6000);
    for (const kind of OPERATION_KINDS)
      expect(Math.abs(drawn.filter((operation) => operation.kind === kind).length - 1000)).toBeLessThan(110);
  });

  it("cover the ranges of the reference code", () => {
    const shape: ImageShape = { height: 28, width: 32, channels: 1 };
    const crops = only("crop", 2000, shape);
    expect(range(crops.map((crop) => crop.rows))).toEqual([-4, 4]);
    expect(range(crops.map((crop) => crop.columns))).toEqual([-4, 4]);
    expect(new Set(crops.map((crop) => crop.rows)).size).toBe(9);
    const cutouts = only("cutout", 2000, shape);
    expect(cutouts[0]).toMatchObject({ height: 14, width: 16 });
    expect(range(cutouts.map((cutout) => cutout.row))).toEqual([0, 28]);
    expect(range(cutouts.map((cutout) => cutout.column))).toEqual([0, 32]);
    expect(
      range(only("cutout", 2000, { height: 6, width: 10, channels: 1 }).map((cutout) => cutout.row)),
    ).toEqual([0, 5]); // odd size 3
    const mirrored = only("flip").filter((flip) => flip.mirrored).length;
    expect(Math.abs(mirrored - 1000)).toBeLessThan(100);
    const [low, high] = range(only("scale").flatMap(({ x, y }) => [x, y]));
    expect(low).toBeGreaterThanOrEqual(1 / 1.2);
    expect(low).toBeLessThan(0.84);
    expect(high).toBeLessThan(1.2);
    expect(high).toBeGreaterThan(1.19);
    const [left, right] = range(only("rotate").map(({ angle }) => (angle * 180) / Math.PI));
    expect(left).toBeGreaterThanOrEqual(-15);
    expect(left).toBeLessThan(-14.8);
    expect(right).toBeGreaterThan(14.8);
    const colors = only("color");
    expect(range(colors.map((color) => Math.abs(color.brightness)))[1]).toBeCloseTo(0.5, 2);
    expect(range(colors.map((color) => color.saturation))[1]).toBeCloseTo(2, 1);
    expect(range(colors.map((color) => color.contrast)).map((value) => value.toFixed(1))).toEqual([
      "0.5",
      "1.5",
    ]);
  });

  it("have one kind but different numbers for each image of a training batch", () => {
    const drawn = build().drawBatch(50, new Random(1)) as Drawn[];
    expect(new Set(drawn.map(({ operations }) => operations[0]!.kind)).size).toBe(1);
    expect(new Set(drawn.map((draw) => JSON.stringify(draw))).size).toBeGreaterThan(1);
  });

  it("chain all kinds in order when asked to", () => {
    const { operations } = build({ mode: "all" }).draw(new Random(1)) as Drawn;
    expect(operations.map((operation) => operation.kind)).toEqual([...OPERATION_KINDS]);
  });
});

describe("the view", () => {
  it("applies the draw of each image as if it were alone", async () => {
    const augmentation = build();
    const random = new Random(12);
    const draws = Array.from({ length: 12 }, () => augmentation.draw(random));
    const images = noise(12);
    const drawOf = Array.from({ length: 12 }, (_, i) => (i * 5) % 12);
    const together = await augmentation.view(images, draws, drawOf).data();
    for (const [i, draw] of drawOf.entries()) {
      const alone = await augmentation.view(images.slice(i, 1), [draws[draw]!]).data();
      alone.forEach((value, k) => expect(together[i * 192 + k]).toBeCloseTo(value, 5));
    }
  });

  it("merges operations into fewer stages without a change", async () => {
    const images = noise(1);
    const random = new Random(3);
    for (const kinds of [
      ["color", "crop", "cutout", "flip", "scale", "rotate"],
      ["flip", "scale", "flip", "cutout", "cutout", "crop"],
      ["rotate", "flip", "color", "flip", "rotate"],
    ] as const) {
      const operations = kinds.map((kind) =>
        kind === "flip" ? ({ kind, mirrored: true } as const) : drawOperation(kind, random, SHAPE, STRENGTHS),
      );
      const together = viewStages(operations, SHAPE, "corners");
      const alone = operations.flatMap((operation) => viewStages([operation], SHAPE, "corners"));
      expect(together.length).toBeLessThanOrEqual(alone.length - 2);
      const apply = (stages: ViewStage[]) => stages.reduce((x, stage) => viewStage(x, [stage]), images);
      const [got, wanted] = [await apply(together).data(), await apply(alone).data()];
      wanted.forEach((value, k) => expect(got[k]).toBeCloseTo(value, 5));
    }
  });

  it("leaves nothing behind but its result", () => {
    const augmentation = build();
    const images = noise(6);
    const before = tf.memory().numTensors;
    tf.tidy(() => augmentation.view(images, augmentation.drawBatch(6, new Random(4)))).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("turns an oblong image about its centre by the convention that is asked for", () => {
    const shape: ImageShape = { height: 5, width: 9, channels: 1 };
    const turn: DsaOperation = { kind: "rotate", angle: 0.2 };
    const [, b] = samplingMap(turn, shape, "corners")!;
    const [, edges] = samplingMap(turn, shape, "edges")!;
    expect(b).toBeCloseTo(-Math.sin(0.2) * 2, 10);
    expect(edges).toBeCloseTo((-Math.sin(0.2) * 9) / 5, 10);
  });
});

it("is among the plug-ins, beside none", () => {
  expect([...augmentations.keys()]).toEqual(expect.arrayContaining(["dsa", "none"]));
  expect(defaultsOf(dsa.params)).toMatchObject({
    strategy: OPERATION_KINDS.join("_"),
    cornerConvention: "corners",
  });
});
