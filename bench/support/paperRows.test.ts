import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { RowSpec } from "./accuracyRow";
import { measurePaper, type PaperOptions } from "./paperRows";
import { barOf, PUBLISHED } from "./published";

let folder: string;
const lines: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paper-rows-"));
  lines.length = 0;
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** The rows with a host that measures nothing: every network reaches what `accuracyOf` says. */
async function measure(
  filter: Record<string, string>,
  accuracyOf: (spec: RowSpec) => number,
  changed: Partial<PaperOptions> = {},
) {
  const specs: RowSpec[] = [];
  const host = {
    backend: "none",
    measure: (spec: RowSpec) => {
      specs.push(spec);
      return Promise.resolve([accuracyOf(spec), accuracyOf(spec)]);
    },
    close: () => Promise.resolve(),
  };
  const options = { filter, host, shortened: {}, there: { cifar10: true }, markdown: false, draws: 2 };
  const results = join(folder, "results.json");
  const code = await measurePaper({ ...options, results, experts: 2, ...changed });
  return { code, specs };
}

it("ends with 1 when a row that was run is under its bar, and with 0 at the bar", async () => {
  const { figures } = PUBLISHED.find(({ name }) => name === "dsac")!;
  const bar = barOf(figures[10]!);
  expect(bar).toBeCloseTo(54.5 - 1.5, 9);
  const row = { method: "dsac", ipc: "10" };
  expect((await measure(row, () => bar / 100 + 1e-9)).code).toBe(0);
  rmSync(join(folder, "results.json"));
  expect((await measure(row, () => bar / 100 - 1e-3)).code).toBe(1);
  expect(lines.join("\n")).toContain("UNDER");
  const shortened = { most: 1 };
  expect((await measure(row, () => 0, { shortened })).code).toBe(0);
});

it("goes on at the draw where it was ended", async () => {
  const row = { method: "atom", ipc: "1" };
  let count = 0;
  const failing = measure(row, () => {
    if (++count > 2) throw new Error("power cut"); // in the second draw
    return 0.5;
  });
  await expect(failing).rejects.toThrow("power cut");
  const { specs, code } = await measure(row, () => 0.5);
  expect(specs.map(({ config }) => config.run["seed"])).toEqual([2]);
  expect(code).toBe(0);
});

it("distils every row that has settings as its paper did, and names the others", async () => {
  const { specs } = await measure({}, () => 1, { draws: 1 });
  expect(specs).toHaveLength(3 * PUBLISHED.length - 2);
  expect(lines.filter((line) => line.startsWith("left out"))).toEqual([
    "left out: tesla, IPC 10: its settings are not published",
    "left out: tesla, IPC 50: its settings are not published",
  ]);
  const ofDcc = specs.filter(({ config }) => config.method.id === "dcc").map(({ config }) => config);
  expect(ofDcc.map(({ augmentation, run }) => [augmentation.id, run["ipc"]])).toEqual([
    ...[1, 10, 50].map((ipc) => ["none", ipc]),
    ...[1, 10, 50].map((ipc) => ["dsa", ipc]),
  ]);
  expect((await measure({ method: "nothing" }, () => 1)).code).toBe(1);
});
