import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultsOf, parseParams } from "@/shared/params";
import type { RunEvent, Snapshot } from "@/shared/run";
import { distil } from "../distil";
import type { Distillation } from "../distillation";
import { runParams } from "../runParams";
import { TINY_METHODS, tinyConfig as config, tinySource as source } from "../tinyRuns";
import { methods } from "./index";

async function collect(run: Distillation): Promise<{ events: RunEvent[]; snapshot: Snapshot }> {
  const events: RunEvent[] = [];
  for await (const event of run) events.push(event);
  return { events, snapshot: await run.snapshot() };
}

beforeAll(() => tf.setBackend("wasm"));
afterAll(() => tf.setBackend("cpu"));

it("every method is tried below", () => {
  expect([...methods.keys()].sort()).toEqual([...TINY_METHODS].sort());
});

describe.each(TINY_METHODS)("method %s", (id) => {
  it("gives the same images for the same seed, moves them, and keeps no tensor", async () => {
    const before = tf.memory().numTensors;
    const run = () => collect(distil({ config: config(id, { iterations: 5 }), source }));
    const [first, second] = [await run(), await run()];
    expect(tf.memory().numTensors).toBe(before);
    expect(second.snapshot.images).toEqual(first.snapshot.images);
    const start = await collect(distil({ config: config(id, { iterations: 1 }), source }));
    expect(first.snapshot.images).not.toEqual(start.snapshot.images);
  });

  it("holds as many tensors after one iteration as after another", async () => {
    const during = new Set<number>();
    // every network step of the loop has its own count, so look at the same one each time
    const period = Number(config(id).method.params["networkSteps"] ?? 1);
    for await (const event of distil({ config: config(id, { iterations: 24 }), source }))
      if (event.kind === "iteration" && event.iteration > 4 && event.iteration % period === 0)
        during.add(tf.memory().numTensors);
    expect([...during]).toHaveLength(1);
  });

  it("lowers its loss", async () => {
    const iterations = 60;
    const run = distil({
      config: config(id, { iterations, init: "noise" }),
      source,
      shouldRead: () => true,
    });
    const { events } = await collect(run);
    const losses = events.flatMap((event) =>
      event.kind === "iteration" && event.loss !== null ? [event.loss] : [],
    );
    expect(losses).toHaveLength(iterations);
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    expect(mean(losses.slice(-15))).toBeLessThan(0.98 * mean(losses.slice(0, 15)));
  });

  it("stops early without leaving anything", async () => {
    const before = tf.memory().numTensors;
    for await (const event of distil({ config: config(id), source }))
      if (event.kind === "iteration" && event.iteration === 2) break;
    await new Promise((resolve) => setTimeout(resolve));
    expect(tf.memory().numTensors).toBe(before);
  });

  it("explains every setting in a sentence, and has presets that its settings accept", () => {
    const method = methods.get(id)!;
    for (const param of Object.values(method.params)) expect(param.help, param.label).toMatch(/\.$/);
    expect(method.presets?.length).toBeGreaterThan(0);
    for (const { label, source: from, params, run } of method.presets ?? []) {
      expect(from).not.toBe("");
      expect(() => parseParams(method.params, params), label).not.toThrow();
      expect(() => parseParams(runParams, run ?? {}), label).not.toThrow();
    }
    expect(() => parseParams(method.params, defaultsOf(method.params))).not.toThrow();
  });
});

it("500 iterations of gradient matching leave the memory flat", async () => {
  const during = new Set<number>();
  const params = { networkSteps: 1, batchReal: 2 };
  for await (const event of distil({ config: config("dc", { iterations: 500, ipc: 1 }, params), source }))
    if (event.kind === "iteration" && event.iteration > 4) during.add(tf.memory().numTensors);
  expect([...during]).toHaveLength(1);
});
