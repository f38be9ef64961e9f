/**
 * Does an iteration's time grow as its work does? `npm run bench -- growth [--backend=wasm|cpu|webgpu] [--host=node|page]
 * [--methods=DM;DataDAM] [--axes=ipc,width] [--turns=7] [--full] [--json=<file>]` times a method along one size at a time, all points of
 * an axis in turns, and fits the exponent of time against work (products of the passes) and against the size. 1 is linear;
 * below 1 fixed costs still count. `--full` takes the sizes of a GPU. Fails where an exponent against work is above 1.15.
 */
import { writeFileSync } from "node:fs";
import type { BackendInfo } from "@/shared/run";
import { openHost, type HostKind } from "./support/benchHost";
import { flagReader } from "./support/flags";
import type { Sizes } from "./support/iterationCases";
import { iterationFlops } from "./support/iterationFlops";
import {
  exponentOf,
  markdownTable,
  takeTurns,
  threeDigits,
  timingOf,
  timingText,
  type Timing,
} from "./support/timing";

const SMALL: Sizes = {
  ...{ width: 16, depth: 3, side: 28, channels: 1, classes: 10 },
  ...{ real: 16, ipc: 1, batch: 256, steps: 5 },
};
const LARGE: Sizes = { ...SMALL, width: 128, channels: 3, real: 256 };
type Axis = "ipc" | "classes" | "side" | "width";
const AXES: Record<Axis, readonly number[]> = {
  ipc: [1, 5, 10, 50],
  classes: [10, 50, 100, 200],
  side: [28, 48, 96, 128],
  width: [8, 16, 32, 64],
};
const FULL_WIDTHS = [32, 64, 128, 256];
const WARM_UP = 2;
/** Steeper than the work: something grows that should not. */
const STEEP = 1.15;

interface Point {
  method: string;
  axis: Axis;
  value: number;
  gflop: number;
  ms: Timing;
}

/** @returns the exit code */
export async function run(flags: readonly string[]): Promise<number> {
  const flag = flagReader(flags);
  const backend = (flag("backend") ?? "wasm") as BackendInfo["id"];
  const kind = (flag("host") ?? (backend === "webgpu" ? "page" : "node")) as HostKind;
  const turns = Number(flag("turns") ?? 7);
  const isFull = flag("full") !== undefined;
  const axes = { ...AXES, ...(isFull && { width: FULL_WIDTHS }) };
  const methods = (flag("methods") ?? "DM").split(";");
  const path = "/bench/support/iterationEntry.ts";
  const host = await openHost(kind, backend, path, () => import("./support/iterationEntry"));
  const points: Point[] = [];
  const slopes: string[][] = [];
  let isSteep = false;
  try {
    console.log(await host.call<string>("start", backend, kind === "node" && backend !== "webgpu"));
    for (const method of methods)
      for (const axis of (flag("axes")?.split(",") ?? Object.keys(axes)) as Axis[]) {
        const line = await along(method, axis);
        points.push(...line);
        const times = line.map(({ ms }) => ms.median);
        const slope = exponentOf(
          line.map(({ gflop }) => gflop),
          times,
        );
        isSteep ||= slope > STEEP;
        const ownSlope = exponentOf(
          line.map(({ value }) => value),
          times,
        );
        slopes.push([method, axis, slope.toFixed(2), ownSlope.toFixed(2)]);
        console.log(slopes.at(-1)!.join("  "));
      }
  } finally {
    await host.close();
  }
  const cells = points.map(({ method, axis, value, gflop, ms }) => [
    ...[
      method,
      axis,
      String(value),
      threeDigits(gflop),
      timingText(ms),
      threeDigits(gflop / (ms.median / 1000)),
    ],
  ]);
  console.log(markdownTable(["method", "axis", "", "GFLOP", "ms", "GFLOP/s"], cells));
  console.log(markdownTable(["method", "axis", "time against work", "time against the axis"], slopes));
  const file = flag("json");
  if (file) writeFileSync(file, JSON.stringify(points, null, 2));
  return isSteep ? 1 : 0;

  async function along(method: string, axis: Axis): Promise<Point[]> {
    const all = axes[axis].map((value): Sizes => ({ ...(isFull ? LARGE : SMALL), [axis]: value }));
    for (const sizes of all) sizes.real = Math.max(sizes.real, sizes.ipc); // synthetic images begin as real ones
    const numbers: number[] = [];
    for (const sizes of all) numbers.push(await host.call<number>("open", method, sizes));
    const turnsOf = numbers.map((number) => async () => (await host.call<{ ms: number }>("turn", number)).ms);
    const times = await takeTurns(turnsOf, { turns, warmUp: WARM_UP });
    await host.call("close");
    return all.map((sizes, i) => ({
      ...{ method, axis, value: sizes[axis] },
      ...{ gflop: iterationFlops(method, sizes) / 1e9, ms: timingOf(times[i]!) },
    }));
  }
}
