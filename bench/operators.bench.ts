/**
 * Single operators and whole passes: ours beside plain tfjs, jax-js and, where a Python has it, PyTorch on one thread.
 * `npm run bench -- operators [--backend=wasm|cpu|webgpu] [--host=node|page] [--full|--tiny] [--only=<operator>]
 * [--sizes=<text>] [--turns=7] [--cuda] [--without=jax-js,tfjs] [--seconds=10] [--gigabytes=<n>] [--minutes=<n>]
 * [--json=<file>] [--resume]`. All take turns; a turn is as many calls as take about 50 ms. A CPU backend in Node is timed
 * by the processor time of the process, so that other programs do not count. `--full` takes the widths and batches of a
 * GPU; `--tiny` is the default on one in software. `--sizes` is a part of "32, 64, 28x28x1": width, batch, image.
 *
 * What would take longer than `--seconds` a call or more than `--gigabytes` (3 on wasm) is left out with its reason; after
 * `--minutes` no cell is begun any more. The JSON is written after each cell, and with `--resume` what it has is not
 * measured again.
 */
import { openHost, placeOf, type BenchHost } from "./support/benchHost";
import { flagReader } from "./support/flags";
import {
  isSameCell,
  ratioTable,
  sizeText,
  tooMuch,
  type Budget,
  type Cell,
  type CellRow,
} from "./support/operatorCells";
import type { Contestant, Started } from "./support/operatorEntry";
import { FULL, OPERATORS, QUICK, TINY, operationsOf, type OperatorSizes } from "./support/operatorShapes";
import { readResults, writeReport } from "./support/report";
import { markdownTable, takeTurns, threeDigits, timingOf, timingText } from "./support/timing";
import { findTorch, type TorchPeer } from "./support/torchPeer";

type Who = Contestant | "PyTorch";
const CONTESTANTS: readonly Who[] = ["ours", "tfjs", "jax-js", "PyTorch"];
const TURN_MS = 50;

/** Milliseconds of one of so many calls, or why there are none. */
type Call = (count: number) => Promise<number | string>;

/** @returns the exit code */
export async function run(flags: readonly string[]): Promise<number> {
  const flag = flagReader(flags);
  const { backend, kind, isProcessor } = placeOf(flag);
  const turns = Number(flag("turns") ?? 7);
  const budget: Budget = {
    seconds: Number(flag("seconds") ?? 10),
    gigabytes: Number(flag("gigabytes") ?? (backend === "wasm" ? 3 : Infinity)),
  };
  const [file, until] = [flag("json"), performance.now() + 60_000 * Number(flag("minutes") ?? Infinity)];
  const path = "/bench/support/operatorEntry.ts";
  const host = await openHost(kind, backend, path, () => import("./support/operatorEntry"));
  const torch = await findTorch({ cuda: flag("cuda") !== undefined });
  const rows = (flag("resume") !== undefined && file && readResults<CellRow[]>(file)) || [];
  try {
    const started = await host.call<Started>("start", backend, isProcessor);
    console.log(`Ours on ${started.adapter}; ${torch?.name ?? "no Python here has PyTorch"}.`);
    if (started.withoutJax) console.log(`jax-js does not take part: ${started.withoutJax}`);
    const without = flag("without")?.split(",") ?? [];
    const known = CONTESTANTS.filter(
      (who) =>
        !without.includes(who) &&
        (who !== "PyTorch" || torch !== null) &&
        (who !== "jax-js" || !started.withoutJax),
    );
    const isTiny = flag("tiny") !== undefined || started.software;
    const all = flag("full") !== undefined ? FULL : isTiny ? TINY : QUICK;
    const cells = all
      .filter((sizes) => sizeText(sizes).includes(flag("sizes") ?? ""))
      .flatMap((sizes) => OPERATORS.map((operator): Cell => ({ operator, sizes })))
      .filter(({ operator }) => operator.includes(flag("only") ?? ""))
      .filter((cell) => !rows.some((row) => row.times["ours"] && isSameCell(row, cell)));
    let opened: OperatorSizes | null = null;
    for (const cell of cells) {
      const isLate = performance.now() > until;
      const why = isLate ? "no time left" : tooMuch(cell, "ours", rows, budget);
      if (!why && opened !== cell.sizes) await host.call("open", (opened = cell.sizes));
      const row = why ? leftOut(cell, why) : await timeCell(cell);
      const before = rows.findIndex((old) => isSameCell(old, cell));
      rows.splice(before < 0 ? rows.length : before, 1, row);
      writeReport(file, { adapter: started.adapter, torch: torch?.name }, rows);
      console.log([cellsOf(row).join("  "), ...reasonsOf(row)].join("\n  "));
    }

    async function timeCell(cell: Cell): Promise<CellRow> {
      await torch?.open(cell.operator, cell.sizes);
      const missing: Record<string, string> = {};
      const calls = known.flatMap((who): [Who, Call][] => {
        const why = tooMuch(cell, who, rows, budget);
        if (why) missing[who] = why;
        return why ? [] : [[who, callOf(who, cell, host, torch)]];
      });
      return { ...cell, ...(await compare(calls, missing, turns, budget.seconds)) };
    }
  } finally {
    torch?.close();
    await host.close();
  }
  const head = ["operator", "width, batch, image", "GFLOP/s", ...CONTESTANTS.map((who) => `${who}, ms`)];
  console.log(markdownTable(head, rows.map(cellsOf)));
  if (torch) console.log(ratioTable(rows));
  return 0;
}

const leftOut = (cell: Cell, why: string): CellRow => ({
  ...cell,
  times: {},
  ratios: {},
  missing: { ours: why },
});

function callOf(who: Who, { operator }: Cell, host: BenchHost, torch: TorchPeer | null): Call {
  if (who === "PyTorch") return (count) => torch!.turn(count);
  return (count) => host.call("turn", who, operator, count);
}

/** Each contestant's turns have as many calls as its first ones, which do not count, say. */
async function compare(
  calls: readonly (readonly [who: Who, call: Call])[],
  missing: Record<string, string>,
  turns: number,
  longestSeconds: number,
): Promise<Pick<CellRow, "times" | "ratios" | "missing">> {
  const able: { who: Who; take: () => Promise<number> }[] = [];
  for (const [who, call] of calls) {
    const first = await call(1); // compiles and warms up
    const isHopeless = typeof first === "number" && first > 3000 * longestSeconds;
    const ms = typeof first === "string" || isHopeless ? first : await call(1);
    if (typeof ms === "string") missing[who] = ms;
    else if (ms > 1000 * longestSeconds) missing[who] = `${threeDigits(ms / 1000)} s a call`;
    else {
      const count = Math.max(1, Math.round(TURN_MS / Math.max(ms, 0.01)));
      able.push({ who, take: async () => (await call(count)) as number });
    }
    if (who === "ours" && missing[who]) return { times: {}, ratios: {}, missing };
  }
  const times = await takeTurns(
    able.map(({ take }) => take),
    { turns, warmUp: 1 },
  );
  const own = times[able.findIndex(({ who }) => who === "ours")]!;
  const timings = (value: (ms: number, turn: number) => number) =>
    Object.fromEntries(able.map(({ who }, i) => [who, timingOf(times[i]!.map(value))]));
  return { times: timings((ms) => ms), ratios: timings((ms, turn) => ms / own[turn]!), missing };
}

/** "38.2 (37 … 40), × 1.2": a time and how many times ours it is. */
function cellsOf({ operator, sizes, times, ratios, missing }: CellRow): string[] {
  const operations = operationsOf(operator, sizes);
  const rate = operations && times["ours"] ? operations / times["ours"].median / 1e6 : null;
  const cells = CONTESTANTS.map((who) => {
    const time = times[who];
    if (!time) return missing[who] ? "none" : "";
    return who === "ours" ? timingText(time) : `${timingText(time)}, × ${threeDigits(ratios[who]!.median)}`;
  });
  return [operator, sizeText(sizes), rate ? threeDigits(rate) : "", ...cells];
}

const reasonsOf = ({ missing }: CellRow): string[] =>
  Object.entries(missing).map(([who, why]) => `${who}: ${why}`);
