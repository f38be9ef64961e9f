/**
 * CIFAR-10 at the papers' full settings: ConvNet of width 128, 1, 10 and 50 images per class, beside the published
 * figures. Every draw that is done is written down, so that the command goes on where it was ended.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { methods } from "@/engine/methods";
import type { Preset } from "@/shared/plugin";
import { STRATEGY, summary, type RowSpec } from "./accuracyRow";
import { headOf, rowLine, verdictOf, type TableRow } from "./accuracyTable";
import type { BenchOptions } from "./baselineRows";
import { barOf, PUBLISHED, type Figure, type Published } from "./published";

const NETWORKS = 5;

type Results = Record<string, { accuracies: number[]; seconds: number; backend: string }>;

export interface PaperOptions extends BenchOptions {
  /** Where draws that are done are written down. */
  results: string;
  /** Experts of MTT. */
  experts: number;
}

/** @returns 1 when a row that was run stays under its bar, or none fits the filter */
export async function measurePaper(options: PaperOptions): Promise<number> {
  const { filter, there, markdown, results } = options;
  if (!there["cifar10"]) {
    console.log("no CIFAR-10 beside the repository: nothing to distil");
    return 0;
  }
  const rows = PUBLISHED.flatMap((published) =>
    Object.entries(published.figures).map(([ipc, figure]) => ({ published, ipc: Number(ipc), figure })),
  ).filter(({ published: { name }, ipc }) => {
    const row: Record<string, string> = { dataset: "cifar10", method: name, ipc: String(ipc) };
    return Object.entries(filter).every(([key, value]) => row[key] === value);
  });
  if (rows.length === 0) {
    console.log(`no row fits; methods: ${PUBLISHED.map(({ name }) => name).join(", ")}; ipc: 1, 10, 50`);
    return 1;
  }
  const done: Results = existsSync(results) ? (JSON.parse(readFileSync(results, "utf8")) as Results) : {};
  console.log(headOf(markdown));
  const measured: TableRow[] = [];
  for (const row of rows) {
    if (row.published.method !== "random" && !presetOf(row.published.method, row.ipc)) {
      console.log(`left out: ${row.published.name}, IPC ${row.ipc}: its settings are not published`);
      continue;
    }
    const line = await measurePaperRow(row, options, done);
    measured.push(line);
    console.log(rowLine(line, markdown));
  }
  for (const { name, source } of new Set(rows.map(({ published }) => published)))
    console.log(`${name}: published figures from ${source}`);
  return measured.some((row) => verdictOf(row) === "UNDER") ? 1 : 0;
}

interface Row {
  published: Published;
  ipc: number;
  figure: Figure;
}

async function measurePaperRow(
  row: Row,
  { shortened, host, draws, results, experts }: PaperOptions,
  done: Results,
): Promise<TableRow> {
  const accuracies: number[][] = [];
  let seconds = 0;
  let iterations = 0;
  for (let seed = 1; seed <= draws; seed++) {
    const spec = paperSpec(row, seed, experts, shortened);
    iterations = Number(spec.config.run["iterations"]);
    const key = JSON.stringify([spec, shortened]);
    if (!done[key]) {
      const started = performance.now();
      const own = await host.measure(spec, "cifar10");
      done[key] = { accuracies: own, seconds: (performance.now() - started) / 1000, backend: host.backend };
      write(results, done);
    }
    accuracies.push(done[key].accuracies);
    seconds += done[key].seconds;
  }
  const [mean, std] = row.figure;
  return {
    ...{ dataset: "cifar10", ipc: row.ipc, method: row.published.name, iterations, seconds },
    ours: summary(accuracies),
    reference: { mean, std },
    bar: barOf(row.figure),
    shortened: Object.keys(shortened).length > 0,
  };
}

function paperSpec(
  { published, ipc }: Row,
  seed: number,
  experts: number,
  shortened: BenchOptions["shortened"],
): RowSpec {
  const { method, epochs, augmentation, distilledWith } = published;
  const preset = presetOf(method, ipc) ?? { params: {}, run: { ipc, iterations: 1 } };
  const iterations = Math.min(shortened.most ?? Infinity, Number(preset.run?.["iterations"]));
  const evaluation = {
    epochs: shortened.epochs ?? epochs,
    networks: shortened.networks ?? NETWORKS,
    augmentation,
  };
  const usesExperts = methods.get(method)?.usesExperts;
  const cornerConvention = method === "datadam" || method === "atom" ? "edges" : "corners"; // as the PyTorch of each
  return {
    kind: method === "random" ? "random" : "distilled",
    config: {
      datasetId: "cifar10",
      run: { ...preset.run, seed, iterations },
      method: { id: method, params: { ...preset.params, ...(usesExperts && { experts }) } },
      network: { id: "convnet", params: { width: 128, depth: 3 } },
      augmentation:
        distilledWith === "none"
          ? { id: "none", params: {} }
          : { id: "dsa", params: { strategy: STRATEGY["cifar10"]!, cornerConvention } },
      evaluation: { id: "standard", params: { interval: 100_000, ...evaluation } },
    },
    realEpochs: 0,
  };
}

/** The preset of a paper for CIFAR-10, where there is one. */
function presetOf(method: string, ipc: number): Preset | undefined {
  const presets = methods.get(method)?.presets ?? [];
  return presets.find(({ label, run }) => /^(Paper|CIFAR-10),/.test(label) && run?.["ipc"] === ipc);
}

/** All at once: a command that is ended while it writes leaves the earlier file. */
function write(path: string, results: Results): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify(results, null, 1));
  renameSync(`${path}.new`, path);
}
