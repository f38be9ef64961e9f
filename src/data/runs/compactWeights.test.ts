import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkTrajectory } from "@/engine/fixtures/kinds/trajectory";
import { CPU_TOLERANCE, readFixture, type Fixture } from "@/engine/fixtures/readFixture";
import { compactBytes } from "@/shared/epochBytes";
import { Random } from "@/shared/random";
import { packDifference, unpackDifference } from "./compactWeights";

const normals = (count: number, scale: number, seed: number): Float32Array =>
  new Random(seed).fillNormal(new Float32Array(count)).map((value) => value * scale);
const plus = (a: Float32Array, b: Float32Array): Float32Array => a.map((value, i) => value + b[i]!);
const stored = (weights: Float32Array, base: Float32Array) =>
  unpackDifference(packDifference(weights, base), base);
const largest = (values: Float32Array): number => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);

/** Half a step, and the rounding of the sum to float32. */
const bound = (difference: Float32Array, weights: Float32Array): number =>
  largest(difference) / (2 ** 17 - 1) / 2 + largest(weights) * 2 ** -23;

describe("compact weights", () => {
  it.each([1, 3, 63, 64, 65, 130, 1001])("are back to half a step, %i of them", (count) => {
    for (const scale of [1e-20, 1e-6, 0.01, 1, 1e5]) {
      const base = normals(count, 0.1, 1);
      const weights = plus(base, normals(count, scale, 2));
      const difference = weights.map((value, i) => value - base[i]!);
      const back = stored(weights, base);
      expect(packDifference(weights, base)).toHaveLength(compactBytes(count));
      for (let start = 0; start < count; start += 64) {
        const [own, was, now] = [difference, weights, back].map((all) => all.subarray(start, start + 64));
        const off = now!.map((value, i) => value - was![i]!);
        expect(largest(off)).toBeLessThanOrEqual(bound(own!, was!));
      }
    }
  });

  it("are exact where nothing has changed, and finite at the ends of float32", () => {
    const base = normals(100, 1, 1);
    expect(stored(base, base)).toEqual(base);
    const ends = Float32Array.of(3.4e38, -3.4e38, 1e-45, 2e-40, 0);
    const opposite = ends.map((value) => -value);
    const back = stored(ends, opposite);
    back.forEach((value, i) => expect(Math.abs(value - ends[i]!)).toBeLessThanOrEqual(6.8e38 / 2 ** 17));
    const tiny = stored(ends.subarray(2), opposite.subarray(2));
    expect(largest(tiny.map((value, i) => value - ends[i + 2]!))).toBeLessThan(1e-40);
  });

  it("do not drift: after 40 epochs they are as near as after one", () => {
    let [weights, kept] = [normals(500, 0.1, 0), normals(500, 0.1, 0)];
    for (let epoch = 1; epoch <= 40; epoch++) {
      const difference = normals(500, 0.001, epoch);
      weights = plus(weights, difference);
      kept = stored(weights, kept);
      const off = kept.map((value, i) => value - weights[i]!);
      expect(largest(off)).toBeLessThanOrEqual(1.01 * bound(difference, weights));
    }
  });

  it("refuse what is no number, and bytes of another length", () => {
    const base = normals(70, 1, 1);
    for (const wrong of [NaN, Infinity])
      expect(() => packDifference(base.with(69, wrong), base)).toThrow("finite weights");
    expect(() => packDifference(base, base.subarray(1))).toThrow("expected 70 weights");
    expect(() => unpackDifference(packDifference(base, base), base.subarray(1))).toThrow("bytes, got");
  });
});

const FOLDER = resolve("../shared/fixtures");
const files = existsSync(FOLDER)
  ? readdirSync(FOLDER).filter((name) => /^06_(mtt|tesla)_|^06_datm\./.test(name))
  : [];
if (files.length === 0) console.warn(`No fixtures in ${FOLDER}: compact experts are not matched.`);

/** A case in the middle of a compact trajectory: before its start came an epoch as far away as its target is. */
function withCompactEnds(fixture: Fixture): Fixture {
  const names = Object.keys(fixture.tensors).flatMap((name) =>
    name.startsWith("start/") ? [name.slice(6)] : [],
  );
  const flat = (end: string) =>
    Float32Array.from(names.flatMap((name) => [...fixture.tensors[`${end}/${name}`]!.data]));
  const [start, target] = [flat("start"), flat("target")];
  const compactStart = stored(
    start,
    start.map((value, i) => 2 * value - target[i]!),
  );
  const tensors = { ...fixture.tensors };
  for (const [end, weights] of [
    ["start", compactStart],
    ["target", stored(target, compactStart)],
  ] as const) {
    let at = 0;
    for (const name of names) {
      const { shape, data } = fixture.tensors[`${end}/${name}`]!;
      tensors[`${end}/${name}`] = { shape, data: weights.slice(at, (at += data.length)) };
    }
  }
  return { ...fixture, tensors };
}

describe.skipIf(files.length === 0)("matching compact experts", () => {
  beforeAll(() => tf.setBackend("wasm"));
  afterAll(() => tf.setBackend("cpu"));

  it.each(files)("%s stays inside its tolerance", async (file) => {
    const fixture = withCompactEnds(readFixture(readFileSync(join(FOLDER, file), "utf8")));
    const checks = await checkTrajectory(fixture, CPU_TOLERANCE);
    expect(checks.length).toBeGreaterThan(5);
    expect(checks.some(({ error }) => error > 1e-7)).toBe(true);
    for (const { output, error, tolerance } of checks) expect(error, output).toBeLessThanOrEqual(tolerance);
  });
});
