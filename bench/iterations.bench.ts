/**
 * How long one iteration of each method takes, beside the same in PyTorch on one thread where a Python has it.
 * `npm run bench -- iterations [--backend=wasm|cpu|webgpu] [--host=node|page] [--only=<text>] [--turns=7] [--json=<file>]
 * [--cuda] [--large] [--width=32] [--depth=3] [--side=32] [--channels=3] [--real=64] [--ipc=10] [--classes=10] [--batch=256]`.
 * Both take turns; a CPU backend in Node is timed by the processor time of the process, so that other programs do not
 * count. `--large` lets PyTorch take part where it needs gigabytes. Fails when a bar is missed.
 */
import { openHost, placeOf, type BenchHost } from "./support/benchHost";
import { flagReader, type Flags } from "./support/flags";
import { ITERATION_CASES, sizesOf, type IterationCase, type Sizes } from "./support/iterationCases";
import { writeReport } from "./support/report";
import { markdownTable, takeTurns, threeDigits, timingOf, timingText, type Timing } from "./support/timing";
import { findTorch, type TorchPeer } from "./support/torchPeer";

const SIZES: Sizes = {
  ...{ width: 32, depth: 3, side: 32, channels: 3, classes: 10 },
  ...{ real: 64, ipc: 10, batch: 256, steps: 5 },
};
const WARM_UP = 2;

interface Row {
  case: string;
  sizes: Sizes;
  ours: Timing;
  torch: Timing | null;
  /** Ours / PyTorch's, of turns next to each other. */
  ratio: Timing | null;
  bar: number | null;
  megabytes: number;
}

/** @returns the exit code */
export async function run(flags: readonly string[]): Promise<number> {
  const flag = flagReader(flags);
  const { backend, kind, isProcessor } = placeOf(flag);
  const turns = Number(flag("turns") ?? 7);
  const sizes = sizesFrom(flag);
  const host = await openHost(
    ...([kind, backend, "/bench/support/iterationEntry.ts"] as const),
    () => import("./support/iterationEntry"),
  );
  const torch = await findTorch({ cuda: flag("cuda") !== undefined });
  const rows: Row[] = [];
  let adapter: string;
  try {
    adapter = await host.call<string>("start", backend, isProcessor);
    console.log(
      `Ours on ${adapter}; ${torch?.name ?? "no Python here has PyTorch, so nothing is compared"}.`,
    );
    for (const wanted of ITERATION_CASES.filter(({ name }) => name.includes(flag("only") ?? ""))) {
      const { name, torchGigabytes } = wanted;
      const isTooLarge = torchGigabytes !== undefined && flag("large") === undefined;
      if (torch && isTooLarge) console.log(`${name}: PyTorch takes ${torchGigabytes} GB, only by --large`);
      const row = await timeCase(wanted, sizes, turns, host, isTooLarge ? null : torch);
      const barred = backend === "wasm" && isStandard(sizes) ? row : { ...row, bar: null };
      rows.push(barred);
      console.log(cellsOf(barred).join("  "));
    }
  } finally {
    torch?.close();
    await host.close();
  }
  console.log(
    markdownTable(["ms", "ours", "PyTorch", "ratio", "bar", "", "MB between iterations"], rows.map(cellsOf)),
  );
  writeReport(flag("json"), { adapter, torch: torch?.name }, rows);
  return rows.some(isMissed) ? 1 : 0;
}

function sizesFrom(flag: Flags): Sizes {
  const given = Object.keys(SIZES).flatMap((name) => {
    const value = flag(name);
    return value === undefined ? [] : [[name, Number(value)]];
  });
  return { ...SIZES, ...Object.fromEntries(given) } as Sizes;
}

/** The bars are about these sizes alone. */
const isStandard = (sizes: Sizes): boolean => JSON.stringify(sizes) === JSON.stringify(SIZES);

async function timeCase(
  wanted: IterationCase,
  common: Sizes,
  turns: number,
  host: BenchHost,
  torch: TorchPeer | null,
): Promise<Row> {
  const { name, per, torch: task, bar } = wanted;
  const sizes = sizesOf(wanted, common);
  const parts = per?.(sizes) ?? 1;
  let bytes = 0;
  const number = await host.call<number>("open", name, sizes);
  const ours = async () => {
    const turn = await host.call<{ ms: number; bytes: number }>("turn", number);
    bytes = turn.bytes;
    return turn.ms / parts;
  };
  const peer = task && torch;
  if (peer) await torch.open(task, sizes);
  const contestants = peer ? [ours, async () => (await torch.turn()) / parts] : [ours];
  const [own, other] = await takeTurns(contestants, { turns, warmUp: WARM_UP });
  await host.call("close");
  return {
    case: name,
    sizes,
    ours: timingOf(own!),
    torch: other ? timingOf(other) : null,
    ratio: other ? timingOf(own!.map((ms, turn) => ms / other[turn]!)) : null,
    bar: bar ?? null,
    megabytes: bytes / 1e6,
  };
}

const isMissed = ({ ratio, bar }: Row): boolean => ratio !== null && bar !== null && ratio.median > bar;

function cellsOf(row: Row): string[] {
  const { ours, torch, ratio, bar, megabytes } = row;
  const verdict = ratio && bar ? (isMissed(row) ? "missed" : "met") : "";
  return [
    ...[row.case, timingText(ours), torch ? timingText(torch) : "", ratio ? timingText(ratio) : ""],
    ...[bar ? threeDigits(bar) : "", verdict, threeDigits(megabytes)],
  ];
}
