/** The small budgets of ../shared/baselines.json, each row by the same settings as the PyTorch reference. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { methods } from "@/engine/methods";
import type { AccuracyHost } from "./accuracyHosts";
import { SETTINGS, specOf, summary, type Baseline } from "./accuracyRow";
import { headOf, rowLine, verdictOf, type TableRow } from "./accuracyTable";

const BASELINES = resolve(import.meta.dirname, "../../../shared/baselines.json");
const DEFAULT_ROW = { dataset: "mnist", method: "dm", ipc: "1", iterations: "20" };
const EPOCHS = 300;
const NETWORKS = 3;

/** What shortens a row, to try whether it works: iterations at most, epochs and networks of the evaluation, images. */
export type Shortened = Partial<Record<"most" | "epochs" | "networks" | "train" | "test", number>>;

export interface BenchOptions {
  /** Only rows in which these columns have these values. */
  filter: Record<string, string>;
  shortened: Shortened;
  host: AccuracyHost;
  /** Which datasets there are. */
  there: Record<string, boolean>;
  markdown: boolean;
  /** Draws of the initial images. */
  draws: number;
}

/** @returns 1 when a row stays under its bar or none fits */
export async function measureBaselines(options: BenchOptions & { all: boolean }): Promise<number> {
  const { filter, there, markdown, all } = options;
  if (!existsSync(BASELINES)) {
    console.log(`no ${BASELINES}: nothing to compare with`);
    return 0;
  }
  const wanted: Record<string, string> = !all && Object.keys(filter).length === 0 ? DEFAULT_ROW : filter;
  const { results } = JSON.parse(readFileSync(BASELINES, "utf8")) as { results: Baseline[] };
  const fitting = results.filter((row) =>
    Object.entries(wanted).every(([key, value]) => String(row[key as keyof Baseline]) === value),
  );
  const rows = fitting.filter((row) => there[row.dataset] && isKnown(row.method));
  for (const row of fitting)
    if (!rows.includes(row)) console.log(`left out: ${row.method} on ${row.dataset}, no such method or data`);
  if (rows.length === 0) {
    console.log("no row of the baselines fits these flags");
    return fitting.length > 0 ? 0 : 1;
  }
  console.log(headOf(markdown));
  let failed = false;
  for (const row of rows) {
    const measured = await measureBaseline(row, options);
    failed ||= verdictOf(measured) === "UNDER";
    console.log(rowLine(measured, markdown));
  }
  return failed ? 1 : 0;
}

const isKnown = (method: string): boolean =>
  method === "random" || method === "full" || (methods.has(method) && SETTINGS[method] !== undefined);

async function measureBaseline(row: Baseline, { shortened, host, draws }: BenchOptions): Promise<TableRow> {
  const { most = Infinity, epochs = EPOCHS, networks = row.method === "full" ? 1 : NETWORKS } = shortened;
  const iterations = Math.min(most, parseInt(String(row.iterations)));
  const started = performance.now();
  const accuracies: number[][] = [];
  for (let seed = 1; seed <= (row.method === "full" ? 1 : draws); seed++) {
    const ipc = typeof row.ipc === "number" ? row.ipc : 1;
    const spec = specOf({
      ...{ dataset: row.dataset, method: row.method, ipc, iterations, seed, networks, epochs },
      realEpochs: iterations,
    });
    accuracies.push(await host.measure(spec, row.dataset));
  }
  return {
    ...{ dataset: row.dataset, ipc: row.ipc, method: row.method, iterations: row.iterations },
    ours: summary(accuracies),
    reference: row,
    bar: barOf(row),
    seconds: (performance.now() - started) / 1000,
    shortened: Object.keys(shortened).length > 0,
  };
}

/** What an equal implementation reaches, by the rule that the file gives for its `at_least`. */
const barOf = ({ at_least, mean, std, ipc }: Baseline): number =>
  at_least ?? mean - Math.max(2 * (std ?? 0), ipc === 1 ? 3 : 1.5);
