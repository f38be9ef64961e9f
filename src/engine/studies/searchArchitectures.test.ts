import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect } from "./drain";
import { evaluateSets } from "./evaluateSets";
import { MemoryScores } from "./memoryScores";
import { rankCorrelation } from "./rankCorrelation";
import { searchArchitectures } from "./searchArchitectures";
import { distilledSet, SHORT_PROTOCOL, STRIPES } from "./testSets";

const grid = [2, 4, 6].flatMap((width) =>
  [1, 2].map((depth) => ({ id: "convnet", params: { width, depth } })),
);
const request = {
  snapshotId: "kept",
  datasetId: STRIPES.info.id,
  grid: [...grid, grid[0]!],
  protocol: { ...SHORT_PROTOCOL, params: { networks: 1, epochs: 20 } },
  realEpochs: 2,
  seed: 2,
};

beforeAll(() => tf.setBackend("wasm"));
afterAll(() => tf.setBackend("cpu"));

describe("architecture search", () => {
  it("ranks every network of the grid on both, once, with what the evaluation knows", async () => {
    const kept = await distilledSet();
    const environment = { source: STRIPES, scores: new MemoryScores() };
    const before = tf.memory().numTensors;
    const { events } = await collect(searchArchitectures(request, kept, environment));
    expect(tf.memory().numTensors).toBe(before);
    const { rows, correlation, done, total } = events.at(-1)!.state;
    expect([done, total]).toEqual([12, 12]);
    expect(rows.map(({ label }) => label)).toEqual(
      [2, 4, 6].flatMap((width) => [1, 2].map((depth) => `ConvNet, width ${width}, depth ${depth}`)),
    );
    expect(events[0]!.state.rows[0]).toMatchObject({ synthetic: null, real: null });
    expect(correlation).toBe(rankCorrelation(rows.map((row) => [row.synthetic!, row.real!] as const)));
    const { snapshotId: id, datasetId, protocol, seed } = request;
    const networks = [grid[3]!];
    const known = { snapshotIds: [id], datasetId, protocol, seed, networks, fullEpochs: 2 };
    const evaluated = await collect(
      evaluateSets({ ...known, subjects: ["set", "full"] }, [kept], environment),
    );
    expect(evaluated.events).toHaveLength(1);
    expect(evaluated.events[0]!.state.rows.map(({ mean }) => mean)).toEqual([
      rows[3]!.synthetic,
      rows[3]!.real,
    ]);
  });
});
