import { afterAll, describe, expect, it } from "vitest";
import { checkFixture } from "@/engine/fixtures";
import type { Sizes } from "./iterationCases";
import { iterationFlops } from "./iterationFlops";
import { findTorch } from "./torchPeer";

const SIZES: Sizes = {
  ...{ width: 4, depth: 3, side: 8, channels: 3, classes: 6 },
  ...{ real: 3, ipc: 2, batch: 256, steps: 3 },
};
/** A task of the peer, and the kind of fixture that it makes. */
const CASES: readonly [task: string, kind: string, sizes?: Partial<Sizes>][] = [
  ["dm", "05_dm_", { channels: 1 }],
  ["dm, dsa", "05_dm_"],
  ["datadam", "07_"],
  ["dc", "04_match_"],
  ["dsa", "04_match_"],
  ["mtt", "06_mtt_"], // and TESLA's derivative
];

const peer = await findTorch();
if (!peer) console.log("no Python here has PyTorch: its iterations are not compared with the engine");
afterAll(() => peer?.close());

describe.skipIf(!peer)("an iteration that is timed in PyTorch computes what the engine does", () => {
  it.each(CASES)("%s", async (task, kind, sizes) => {
    const checks = await checkFixture(kind, await peer!.golden(task, { ...SIZES, ...sizes }), "cpu");
    expect(checks.length).toBeGreaterThan(1);
    for (const { output, error, tolerance } of checks) expect(error, output).toBeLessThanOrEqual(tolerance);
  });
});

it("the work of an iteration is what its passes multiply", () => {
  const sizes: Sizes = {
    ...{ width: 128, depth: 3, side: 32, channels: 3, classes: 10 },
    ...{ real: 256, ipc: 10, batch: 256, steps: 5 },
  };
  // convolutions 3·9·128·32² + 128·9·128·(16² + 8²), classifier 2048·10
  const forward = 2 * (27 * 128 * 1024 + 128 * 9 * 128 * 320 + 20_480);
  expect(iterationFlops("DM", sizes)).toBe(forward * (2560 + 2 * 100));
  const steps = iterationFlops("MTT, N = 5", sizes) / (forward * 100);
  expect(steps).toBe(5 * (3 + 9)); // forward and backward, then the same with tangents
  expect(iterationFlops("expert epoch", sizes)).toBe(forward * 3 * 2560);
  expect(iterationFlops("evaluation epoch", sizes)).toBe(forward * 3 * 100);
});
