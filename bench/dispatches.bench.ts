/**
 * What one step of each method asks of WebGPU: dispatches, submits and bytes bound, counted in headless Chromium.
 * `npm run bench -- dispatches [--variant=tiled|direct] [--only=<text>] [--json=<file>]`. The kernels are those that a GPU
 * would get ("tiled", default), which the software adapter runs very slowly, or its own ("direct", no sums in two
 * passes). The stock figures are those of plain tfjs 4.22. Fails when a bar is missed.
 */
import type * as entry from "./support/dispatchEntry";
import { flagReader } from "./support/flags";
import type { GpuCounts } from "./support/gpuCounter";
import { writeReport } from "./support/report";
import { markdownTable } from "./support/timing";
import { openWebGpuPage } from "./support/webgpuPage";

interface Row {
  what: string;
  ours: number;
  stock: number | null;
  bar: number;
  submits: number;
  /** Bytes of all bound buffers; of the block, passes over its tensor. */
  bytes: number;
  reads: number;
}

/** An iteration reads back once, at its end: the loss, and whether all numbers are finite. */
const MOST_READS = 1;

type Iteration = Parameters<typeof entry.iteration>;

const STUDENT_STEPS = 5;
const REAL = { batchReal: 8 };
const EXPERTS = { experts: 1, maxStartEpoch: 1, expertEpochs: 1, expertLr: 0.01, expertBatch: 40 };

const ITERATIONS: readonly {
  what: string;
  call: Iteration;
  per?: number;
  stock: number | null;
  bar: number;
}[] = [
  { what: "DM iteration", call: ["dm", REAL, "none"], stock: 168, bar: 60 },
  { what: "DC over 10 classes", call: ["dc", { ...REAL, networkSteps: 1 }, "none"], stock: 7450, bar: 500 },
  { what: "DSA over 10 classes", call: ["dsa", { ...REAL, networkSteps: 1 }, "dsa"], stock: null, bar: 500 },
  {
    what: "MTT inner step",
    call: ["mtt", { ...EXPERTS, synSteps: STUDENT_STEPS, startLr: 0.01 }, "none"],
    per: STUDENT_STEPS,
    stock: 587,
    bar: 110,
  },
];

/** @returns the exit code */
export async function run(flags: readonly string[]): Promise<number> {
  const flag = flagReader(flags);
  const [variant, only] = [flag("variant") ?? "tiled", flag("only") ?? ""];
  const page = await openWebGpuPage("/bench/support/dispatchEntry.ts");
  const rows: Row[] = [];
  const add = (row: Row): void => {
    rows.push(row);
    console.log(`${row.what}: ${short(row.ours)}`);
  };
  let adapter: string;
  try {
    adapter = `${await page.call<string>("start", variant)}, ${variant} kernels`;
    console.log(`Counted on ${adapter}.`);
    const isWanted = (what: string): boolean => what.includes(only);
    if (isWanted("norm + ReLU + pool")) await countBlock();
    if (isWanted("ConvNet-3")) {
      const net = await page.call<GpuCounts>("convNet");
      const what = "ConvNet-3 forward + backward";
      add({ what, ours: net.dispatches, stock: 155, bar: 45, ...rest(net) });
    }
    for (const { what, call, per = 1, stock, bar } of ITERATIONS.filter(({ what }) => isWanted(what))) {
      const counts = await page.call<GpuCounts>("iteration", ...call);
      add({ what, ours: counts.dispatches / per, stock, bar, ...rest(counts) });
    }
  } finally {
    await page.close();
  }
  console.log(table(rows));
  writeReport(flag("json"), { adapter }, rows);
  return rows.every(isMet) ? 0 : 1;

  async function countBlock(): Promise<void> {
    const { forward, backward } = await page.call<{ forward: GpuCounts; backward: GpuCounts }>("block");
    const passes = (what: string, counts: GpuCounts, stock: number, bar: number): Row => ({
      ...{ what, ours: counts.bytes, stock, bar, ...rest(counts) },
    });
    add(passes("norm + ReLU + pool, passes forward", forward, 19.25, 3));
    add(passes("norm + ReLU + pool, passes backward", backward, 38.25, 5));
    const both = forward.dispatches + backward.dispatches;
    add({
      ...{ what: "norm + ReLU + pool, dispatches", ours: both, stock: 36, bar: 5 },
      ...{ submits: forward.submits + backward.submits, bytes: forward.bytes + backward.bytes },
      reads: forward.reads + backward.reads,
    });
  }
}

const rest = ({ submits, bytes, reads }: GpuCounts) => ({ submits, bytes, reads });
const isMet = ({ ours, bar, reads }: Row): boolean => ours <= bar && reads <= MOST_READS;
const short = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(2));

/** A Markdown table. */
function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => [
    row.what,
    short(row.ours),
    row.stock === null ? "" : short(row.stock),
    short(row.bar),
    isMet(row) ? "met" : "missed",
    String(row.submits),
    String(row.reads),
    row.bytes < 1000 ? "" : `${(row.bytes / 1e6).toFixed(1)} MB`,
  ]);
  const head = ["", "ours", "stock", "bar", "", "submits", "reads", "bytes bound"];
  return markdownTable(head, lines);
}
