import { existsSync } from "node:fs";
import { resolve } from "node:path";
import * as tf from "@tensorflow/tfjs";
import { afterAll, describe, expect, it } from "vitest";
import { startBackend } from "@/tensor/backend";
import { distilledAccuracies, randomAccuracies, summary } from "../../bench/support/accuracyRow";
import { loadMnist } from "../../bench/support/mnist";

const there = existsSync(resolve("../shared/data/mnist"));
if (!there) console.log("no ../shared/data/mnist: the accuracy of a short run is not measured");

afterAll(() => tf.setBackend("cpu"));

/** The short form of `npm run bench -- accuracy`: one draw, fewer real images, one network, fewer epochs. */
describe.skipIf(!there)("distribution matching on MNIST, one image per class", () => {
  it("beats the random real images it starts from by 12 points", { timeout: 240_000 }, async () => {
    expect((await startBackend()).id).toBe("wasm");
    const source = loadMnist({ train: 200, test: 50 });
    const row = { source, dataset: "mnist", method: "dm", ipc: 1, seed: 1, networks: 1, epochs: 150 };
    const random = summary([await randomAccuracies({ ...row, iterations: 1 })]).mean;
    const distilled = summary([await distilledAccuracies({ ...row, iterations: 15 })]).mean;
    console.log(`random ${random.toFixed(1)} %, distilled ${distilled.toFixed(1)} %`);
    expect(distilled).toBeGreaterThan(random + 12);
  });
});
