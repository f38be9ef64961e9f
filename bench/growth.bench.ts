/**
 * Does an iteration's time grow as its work does? `npm run bench -- growth [--backend=wasm|cpu|webgpu] [--host=node|page]
 * [--methods=DM,DataDAM,DC,DSA,MTT,TESLA,expert,evaluation] [--axes="images per class,classes,resolution,width"] [--turns=7]
 * [--full] [--json=<file>]` times each method along one size at a time, all points of an axis in turns, and fits the
 * exponent of time against work (products of the passes) and against the size. 1 is linear; below 1 fixed costs still
 * count. `--full` takes the sizes of a GPU. Fails where an exponent against work is above 1.15.
 */
import { openHost, placeOf, type BenchHost } from "./support/benchHost";
import { flagReader, namesIn } from "./support/flags";
import { AXES, GROWTH_CASES, pointsOf, type Axis, type GrowthCase } from "./support/growthCases";
import { iterationFlops } from "./support/iterationFlops";
import { writeReport } from "./support/report";
import {
  exponentOf,
  markdownTable,
  takeTurns,
  threeDigits,
  timingOf,
  timingText,
  type Timing,
} from "./support/timing";

const WARM_UP = 2;
/** Steeper than the work: something grows that should not. */
const STEEP = 1.15;

interface Line {
  method: string;
  axis: Axis;
  points: { value: number; gflop: number; ms: Timing }[];
  /** Of time against work, and against the size. */
  exponents: { work: number; size: number };
}

/** @returns the exit code */
export async function run(flags: readonly string[]): Promise<number> {
  const flag = flagReader(flags);
  const { backend, kind, isProcessor } = placeOf(flag);
  const turns = Number(flag("turns") ?? 7);
  const isFull = flag("full") !== undefined;
  const axes = namesIn(flag("axes"), Object.keys(AXES) as Axis[]);
  const names = namesIn(
    flag("methods"),
    GROWTH_CASES.map(({ name }) => name),
  );
  const path = "/bench/support/iterationEntry.ts";
  const host = await openHost(kind, backend, path, () => import("./support/iterationEntry"));
  const lines: Line[] = [];
  try {
    const adapter = await host.call<string>("start", backend, isProcessor);
    console.log(adapter);
    for (const grown of GROWTH_CASES.filter(({ name }) => names.includes(name)))
      for (const axis of axes) {
        lines.push(await timeAlong(host, grown, axis, { isFull, turns }));
        writeReport(flag("json"), { adapter }, lines);
        console.log(cellsOf(lines.at(-1)!).join("  "));
      }
  } finally {
    await host.close();
  }
  console.log(
    markdownTable(
      ["method", "along", "ms", "GFLOP/s", "against work", "against the size"],
      lines.map(cellsOf),
    ),
  );
  const cells = names.map((name) => [name, ...axes.map((axis) => exponentText(lines, name, axis))]);
  console.log(markdownTable(["exponent against work (against the size)", ...axes], cells));
  return lines.some(isSteep) ? 1 : 0;
}

async function timeAlong(
  host: BenchHost,
  grown: GrowthCase,
  axis: Axis,
  { isFull, turns }: { isFull: boolean; turns: number },
): Promise<Line> {
  const all = pointsOf(grown, axis, isFull);
  const numbers: number[] = [];
  for (const { sizes } of all) numbers.push(await host.call<number>("open", grown.iteration, sizes));
  const turnsOf = numbers.map((number) => async () => (await host.call<{ ms: number }>("turn", number)).ms);
  const times = await takeTurns(turnsOf, { turns, warmUp: WARM_UP });
  await host.call("close");
  const points = all.map(({ value, sizes }, i) => ({
    ...{ value, gflop: iterationFlops(grown.iteration, sizes) / 1e9 },
    ms: timingOf(times[i]!),
  }));
  const medians = points.map(({ ms }) => ms.median);
  const exponent = (of: (point: (typeof points)[number]) => number) => exponentOf(points.map(of), medians);
  return {
    ...{ method: grown.name, axis, points },
    exponents: { work: exponent(({ gflop }) => gflop), size: exponent(({ value }) => value) },
  };
}

const isSteep = ({ exponents }: Line): boolean => exponents.work > STEEP;

function cellsOf(line: Line): string[] {
  const { method, axis, points, exponents } = line;
  const rates = points.map(({ gflop, ms }) => gflop / (ms.median / 1000));
  return [
    ...[method, `${axis} ${points.map(({ value }) => value).join(", ")}`],
    points.map(({ ms }) => timingText(ms)).join(", "),
    rates.map(threeDigits).join(", "),
    ...[exponents.work.toFixed(2) + (isSteep(line) ? " STEEP" : ""), exponents.size.toFixed(2)],
  ];
}

function exponentText(lines: readonly Line[], method: string, axis: Axis): string {
  const line = lines.find((known) => known.method === method && known.axis === axis);
  return line ? `${line.exponents.work.toFixed(2)} (${line.exponents.size.toFixed(2)})` : "";
}
