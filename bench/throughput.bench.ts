/**
 * How near the engine comes to what the device can do. `npm run bench -- throughput [--backend=wasm|cpu|webgpu]
 * [--host=node|page] [--tiny] [--turns=7] [--json=<file>] [--width=…] [--batch=…] [--side=…]`. First the ceilings: a large
 * matrix product and a large copy, programs of our own that do nothing else. Then convolutions as a share of the product's
 * rate and the norm block as a share of the copy's; then iterations: milliseconds, dispatches, submits, bytes bound,
 * read-backs, and the most memory there was. A device in software gets small sizes, and so does `--tiny`.
 */
import { openHost, placeOf, type BenchHost } from "./support/benchHost";
import type { Ceilings } from "./support/ceilings";
import { flagReader, type Flags } from "./support/flags";
import type { Sizes } from "./support/iterationCases";
import { mapSide, OPERATORS, operationsOf, QUICK, TINY, type OperatorSizes } from "./support/operatorShapes";
import { writeReport } from "./support/report";
import type * as entry from "./support/throughputEntry";
import { markdownTable, threeDigits, timingOf, timingText, type Timing } from "./support/timing";

const CASES = ["DM", "DC, one class", "MTT, N = 5"];
/** Tensor passes of the norm block that no program can do without: forward 2.25, backward 3.5 (each reads x). */
const BLOCK_PASSES = 5.75;

interface OperatorRow {
  operator: string;
  ms: Timing;
  /** GFLOP/s of a convolution, GB/s of the norm block. */
  rate: number;
  /** Of the ceiling. */
  share: number;
}

interface IterationRow {
  case: string;
  ms: Timing;
  dispatches: number;
  submits: number;
  reads: number;
  megabytesBound: number;
  /** Of the whole process so far. */
  peakMegabytes: number;
}

/** @returns the exit code */
export async function run(flags: readonly string[]): Promise<number> {
  const flag = flagReader(flags);
  const { backend, kind, isProcessor } = placeOf(flag);
  const turns = Number(flag("turns") ?? 7);
  const path = "/bench/support/throughputEntry.ts";
  const host = await openHost(kind, backend, path, () => import("./support/throughputEntry"));
  try {
    const started = await host.call<Awaited<ReturnType<typeof entry.start>>>("start", backend, isProcessor);
    const isTiny = flag("tiny") !== undefined || started.software;
    const isGpu = backend === "webgpu" && !isTiny;
    const ceilings = await host.call<Ceilings>("measureCeilings", {
      side: isGpu ? 4096 : isTiny ? 256 : 512,
      numbers: (isGpu ? 64 : isTiny ? 1 : 8) * 2 ** 20,
    });
    console.log(
      `${started.adapter}: at best ${threeDigits(ceilings.gflops)} GFLOP/s (${ceilings.product}), ` +
        `${threeDigits(ceilings.gigabytes)} GB/s.`,
    );
    const base = isTiny ? TINY[0]! : QUICK[1]!;
    const sizes: OperatorSizes = { ...base, ...(isGpu && { width: 128, batch: 256 }), ...numbers(flag) };
    const operators = await timeOperators(host, sizes, ceilings, turns);
    const iterations = await timeIterations(host, sizes, isTiny, turns);
    writeReport(flag("json"), started, { ceilings, sizes, operators, iterations });
  } finally {
    await host.close();
  }
  return 0;
}

function numbers(flag: Flags): Partial<OperatorSizes> {
  const given = ["width", "batch", "side"].flatMap((name) => {
    const value = flag(name);
    return value === undefined ? [] : [[name, Number(value)]];
  });
  return Object.fromEntries(given) as Partial<OperatorSizes>;
}

async function timeOperators(
  host: BenchHost,
  sizes: OperatorSizes,
  ceilings: Ceilings,
  turns: number,
): Promise<OperatorRow[]> {
  await host.call("openOperators", sizes);
  const blockBytes = BLOCK_PASSES * 4 * sizes.batch * mapSide(sizes, 1) ** 2 * sizes.width;
  const rows: OperatorRow[] = [];
  for (const operator of OPERATORS) {
    const operations = operationsOf(operator, sizes);
    if (operations === null && !operator.startsWith("norm block")) continue;
    const call = (count: number) => host.call<number>("turnOperator", "ours", operator, count);
    await call(1);
    const count = Math.max(1, Math.round(50 / (await call(1))));
    const times: number[] = [];
    for (let turn = 0; turn < turns; turn++) times.push(await call(count));
    const ms = timingOf(times);
    const rate = (operations ?? blockBytes) / ms.median / 1e6;
    rows.push({ operator, ms, rate, share: rate / (operations ? ceilings.gflops : ceilings.gigabytes) });
  }
  const size = `width ${sizes.width}, batch ${sizes.batch}, ${sizes.side}x${sizes.side}x${sizes.channels}`;
  const lines = rows.map(({ operator, ms, rate, share }) => [
    operator,
    timingText(ms),
    `${threeDigits(rate)} ${operator.startsWith("conv") ? "GFLOP/s" : "GB/s"}`,
    `${(100 * share).toFixed(0)} %`,
  ]);
  console.log(markdownTable([size, "ms", "rate", "of the ceiling"], lines));
  return rows;
}

async function timeIterations(
  host: BenchHost,
  { width, side, channels }: OperatorSizes,
  isTiny: boolean,
  turns: number,
): Promise<IterationRow[]> {
  const sets = isTiny ? { real: 8, ipc: 1, batch: 32 } : { real: 64, ipc: 10, batch: 256 };
  const sizes: Sizes = { ...{ width, side, channels, depth: 3, classes: 10, steps: 5 }, ...sets };
  const used = () => host.call<ReturnType<typeof entry.usage>>("usage");
  const rows: IterationRow[] = [];
  for (const name of CASES) {
    const number = await host.call<number>("openIteration", name, sizes);
    const turn = async () => (await host.call<{ ms: number }>("turnIteration", number)).ms;
    await turn();
    await turn();
    const before = await used();
    const times: number[] = [];
    for (let i = 0; i < turns; i++) times.push(await turn());
    const after = await used();
    const each = (count: "dispatches" | "submits" | "reads" | "bytes") =>
      (after[count] - before[count]) / turns;
    rows.push({
      case: name.replace("one class", "10 classes"),
      ms: timingOf(times),
      ...{ dispatches: each("dispatches"), submits: each("submits"), reads: each("reads") },
      megabytesBound: each("bytes") / 1e6,
      peakMegabytes: after.peak / 1e6,
    });
    await host.call("close");
  }
  const head = ["iteration", "ms", "dispatches", "submits", "reads", "MB bound", "most memory, MB"];
  const lines = rows.map((row) => [
    row.case,
    timingText(row.ms),
    ...[row.dispatches, row.submits, row.reads, row.megabytesBound, row.peakMegabytes].map((value) =>
      value === 0 ? "" : threeDigits(value),
    ),
  ]);
  console.log(markdownTable(head, lines));
  return rows;
}
