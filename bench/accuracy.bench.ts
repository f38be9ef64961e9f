/**
 * Accuracy at the small budgets of ../shared/baselines.json, beside what PyTorch reaches there:
 *
 *   npm run bench -- accuracy                                  DM on MNIST, 1 image per class, 20 iterations
 *   npm run bench -- accuracy --all                            every row that can be run
 *   npm run bench -- accuracy --method=dm --ipc=10 --draws=1   the rows that fit
 *
 * Prints one line per row and ends with code 1 when one stays under its `at_least`.
 */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { methods } from "@/engine/methods";
import type { ImageSource } from "@/shared/dataset";
import { startBackend } from "@/tensor/backend";
import type { Baseline } from "./support/accuracyRow";
import { SETTINGS, distilledAccuracies, randomAccuracies, summary } from "./support/accuracyRow";
import { loadMnist, mnistIsThere } from "./support/mnist";

const BASELINES = resolve(import.meta.dirname, "../../shared/baselines.json");
const DEFAULT_ROW = { dataset: "mnist", method: "dm", ipc: "1", iterations: "20" };
const SOURCES: Record<string, () => ImageSource> = {
  mnist: () => loadMnist({ train: 1000, test: 200 }),
};

export async function run(flags: string[]): Promise<number> {
  if (!existsSync(BASELINES) || !mnistIsThere()) {
    console.log(`no ${BASELINES} or no MNIST beside it: nothing to compare with`);
    return 0;
  }
  const wanted: Record<string, string> = Object.fromEntries(
    flags.map((flag) => flag.replace(/^--/, "").split("=")) as [string, string][],
  );
  const { draws = "3", all, ...filter } = wanted;
  const chosen: Record<string, string> =
    all === undefined && Object.keys(filter).length === 0 ? DEFAULT_ROW : filter;
  const { results } = JSON.parse(readFileSync(BASELINES, "utf8")) as { results: Baseline[] };
  const rows = results.filter(
    (row) =>
      Object.entries(chosen).every(([key, value]) => String(row[key as keyof Baseline]) === value) &&
      SOURCES[row.dataset] &&
      typeof row.ipc === "number" &&
      (row.method === "random" || (methods.has(row.method) && SETTINGS[row.method])),
  );
  const backend = await startBackend();
  console.log(
    `${backend.id} (${backend.adapter}), ${draws} draws of initial images, 3 networks each, percent`,
  );
  console.log(
    "dataset  ipc  method   iterations     ours              PyTorch        at least   seconds  draws",
  );
  let failed = rows.length === 0;
  for (const row of rows) {
    const source = SOURCES[row.dataset]!();
    const started = performance.now();
    const accuracies: number[][] = [];
    for (let seed = 1; seed <= Number(draws); seed++) {
      const options = { ...row, source, ipc: Number(row.ipc), iterations: Number(row.iterations), seed };
      const measure = row.method === "random" ? randomAccuracies : distilledAccuracies;
      accuracies.push(await measure({ ...options, networks: 3, epochs: 300 }));
    }
    const ours = summary(accuracies);
    const bar = row.at_least ?? null;
    const under = bar !== null && ours.mean < bar;
    failed ||= under;
    console.log(
      [
        row.dataset.padEnd(8),
        String(row.ipc).padStart(3),
        ` ${row.method.padEnd(8)}`,
        String(row.iterations).padStart(10),
        `${ours.mean.toFixed(1)} ± ${ours.std.toFixed(1)}`.padStart(16),
        `${row.mean.toFixed(1)} ± ${row.std?.toFixed(1) ?? "-"}`.padStart(16),
        (bar?.toFixed(1) ?? "-").padStart(12),
        ((performance.now() - started) / 1000).toFixed(0).padStart(9),
        ` ${ours.text}${under ? "  UNDER THE BAR" : ""}`,
      ].join(" "),
    );
  }
  if (rows.length === 0) console.log("no row of the baselines fits these flags");
  return failed ? 1 : 0;
}
