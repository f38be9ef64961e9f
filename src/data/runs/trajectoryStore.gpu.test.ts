import { afterAll, expect, it } from "vitest";
import type { DatasetInfo } from "@/shared/dataset";
import { compactBytes } from "@/shared/epochBytes";
import { Random } from "@/shared/random";
import type { TrajectoryKey } from "@/shared/trajectories";
import { ExpertStore, trajectoriesOf } from "./trajectoryStore";

const NAME = "experts-in-a-browser";
const RESNET18 = 11_173_962; // weights
const info = {
  name: "a",
  shape: { height: 32, width: 32, channels: 3 },
  classNames: ["a", "b"],
} as DatasetInfo;
const key: TrajectoryKey = {
  datasetFingerprint: "f",
  network: { id: "resnet18", params: {} },
  recipe: { expertLr: 0.01 },
};
const store = new ExpertStore(() => 1, NAME);
const trajectories = trajectoriesOf(store, info);
afterAll(async () => {
  await store.close();
  indexedDB.deleteDatabase(NAME);
});

it("keeps epochs of a ResNet18 with momentum in a real browser's storage", async () => {
  const random = new Random(1);
  const numbers = () => random.fillUniform(new Float32Array(RESNET18), -1, 1) as Float32Array<ArrayBuffer>;
  const [weights, velocity] = [numbers(), numbers()];
  const later = weights.map((value, i) => value + velocity[i]! / 100);
  const started = performance.now();
  await trajectories.save(key, 0, { epoch: 0, weights, velocity }, "float32", 0.5);
  await trajectories.save(key, 0, { epoch: 1, weights: later, velocity }, "compact");
  const written = performance.now();
  const read = await trajectories.weights(key, 0, 0);
  const once = performance.now();
  const compact = await trajectories.weights(key, 0, 1);
  const twice = performance.now();
  const state = (await trajectories.state(key, 0))!;
  const ms = (from: number, to: number) => Math.round(to - from);
  console.log(
    `ResNet18: two epochs written in ${ms(started, written)} ms, one read in ${ms(written, once)} ms, a compact one in ${ms(once, twice)} ms`,
  );
  const differs = (a: Float32Array, b: Float32Array) => a.findIndex((value, i) => value !== b[i]);
  expect(differs(read, weights)).toBe(-1);
  expect(differs(state.weights, later)).toBe(-1);
  expect(differs(state.velocity!, velocity)).toBe(-1);
  expect(compact.findIndex((value, i) => !(Math.abs(value - later[i]!) <= 2 ** -22))).toBe(-1);
  const [set] = await store.list();
  expect(set!.bytes).toBe(RESNET18 * (4 + 8) + compactBytes(RESNET18));
  await store.delete(set!.id);
  expect(await store.list()).toEqual([]);
});
