/**
 * Single operators and whole passes: ours beside plain tfjs, jax-js and, where a Python has it, PyTorch on one thread.
 * `npm run bench -- operators [--backend=wasm|cpu|webgpu] [--host=node|page] [--full|--tiny] [--only=<text>] [--turns=7]
 * [--cuda] [--without=<contestant>] [--json=<file>]`. All take turns; a turn is as many calls as take about 50 ms. A CPU
 * backend in Node is timed by the processor time of the process, so that other programs do not count. `--full` is for a
 * GPU; `--tiny` is the default on one in software.
 */
import { writeFileSync } from "node:fs";
import type { BackendInfo } from "@/shared/run";
import { openHost, type BenchHost, type HostKind } from "./support/benchHost";
import { flagReader } from "./support/flags";
import type { Contestant, Started } from "./support/operatorEntry";
import {
  FULL,
  OPERATORS,
  QUICK,
  TINY,
  operationsOf,
  type OperatorName,
  type OperatorSizes,
} from "./support/operatorShapes";
import { markdownTable, takeTurns, threeDigits, timingOf, timingText, type Timing } from "./support/timing";
import { findTorch, type TorchPeer } from "./support/torchPeer";

const CONTESTANTS: readonly (Contestant | "PyTorch")[] = ["ours", "tfjs", "jax-js", "PyTorch"];
const TURN_MS = 50;

interface Row {
  operator: OperatorName;
  sizes: OperatorSizes;
  times: Record<string, Timing>;
  /** Contestant / ours, of turns next to each other. */
  ratios: Record<string, Timing>;
  /** Why a contestant has no time. */
  missing: Record<string, string>;
}

/** Milliseconds of one of so many calls, or why there are none. */
type Call = (count: number) => Promise<number | string>;

/** @returns the exit code */
export async function run(flags: readonly string[]): Promise<number> {
  const flag = flagReader(flags);
  const backend = (flag("backend") ?? "wasm") as BackendInfo["id"];
  const kind = (flag("host") ?? (backend === "webgpu" ? "page" : "node")) as HostKind;
  const turns = Number(flag("turns") ?? 7);
  const host = await openHost(
    kind,
    backend,
    "/bench/support/operatorEntry.ts",
    () => import("./support/operatorEntry"),
  );
  const torch = await findTorch({ cuda: flag("cuda") !== undefined });
  const rows: Row[] = [];
  try {
    const started = await host.call<Started>("start", backend, kind === "node" && backend !== "webgpu");
    console.log(`Ours on ${started.adapter}; ${torch?.name ?? "no Python here has PyTorch"}.`);
    if (started.withoutJax) console.log(`jax-js does not take part: ${started.withoutJax}`);
    const known = CONTESTANTS.filter(
      (who) =>
        who !== flag("without") &&
        (who !== "PyTorch" || torch !== null) &&
        (who !== "jax-js" || !started.withoutJax),
    );
    const isTiny = flag("tiny") !== undefined || started.software;
    for (const sizes of flag("full") !== undefined ? FULL : isTiny ? TINY : QUICK) {
      await host.call("open", sizes);
      for (const operator of OPERATORS.filter((name) => name.includes(flag("only") ?? ""))) {
        await torch?.open(operator, sizes);
        const calls = known.map((who) => [who, callOf(who, operator, host, torch)] as const);
        const row = { operator, sizes, ...(await compare(calls, turns)) };
        rows.push(row);
        console.log(cellsOf(row).join("  "));
      }
    }
  } finally {
    torch?.close();
    await host.close();
  }
  console.log(
    markdownTable(
      ["operator", "width, batch, image", "GFLOP/s", ...CONTESTANTS.map((who) => `${who}, ms`)],
      rows.map(cellsOf),
    ),
  );
  for (const text of new Set(
    rows.flatMap(({ missing }) => Object.entries(missing).map((pair) => pair.join(": "))),
  ))
    console.log(text);
  const file = flag("json");
  if (file) writeFileSync(file, JSON.stringify(rows, null, 2));
  return 0;
}

function callOf(
  who: Contestant | "PyTorch",
  operator: OperatorName,
  host: BenchHost,
  torch: TorchPeer | null,
): Call {
  if (who === "PyTorch") return (count) => torch!.turn(count);
  return (count) => host.call("turn", who, operator, count);
}

/** Each contestant's turns have as many calls as its first ones, which do not count, say. */
async function compare(
  calls: readonly (readonly [who: string, call: Call])[],
  turns: number,
): Promise<Omit<Row, "operator" | "sizes">> {
  const missing: Record<string, string> = {};
  const able: { who: string; take: () => Promise<number> }[] = [];
  for (const [who, call] of calls) {
    const first = await call(1);
    const ms = typeof first === "string" ? first : await call(1);
    if (typeof ms === "string") {
      missing[who] = ms;
      continue;
    }
    const count = Math.max(1, Math.round(TURN_MS / Math.max(ms, 0.01)));
    able.push({ who, take: async () => (await call(count)) as number });
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
function cellsOf({ operator, sizes, times, ratios, missing }: Row): string[] {
  const { width, batch, side, channels } = sizes;
  const operations = operationsOf(operator, sizes);
  const rate = operations ? operations / times["ours"]!.median / 1e6 : null;
  const cells = CONTESTANTS.map((who) => {
    const time = times[who];
    if (!time) return missing[who] ? "none" : "";
    return who === "ours" ? timingText(time) : `${timingText(time)}, × ${threeDigits(ratios[who]!.median)}`;
  });
  const size = `${width}, ${batch}, ${side}x${side}x${channels}`;
  return [operator, size, rate ? threeDigits(rate) : "", ...cells];
}
