/**
 * CIFAR-10 at the papers' full settings: ConvNet of width 128, 1, 10 and 50 images per class, beside the published
 * figures. Every draw that is done is written down, so that the command goes on where it was ended.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { methods } from "@/engine/methods";
import type { Preset } from "@/shared/plugin";
import { STRATEGY, summary, type RowSpec } from "./accuracyRow";
import { headOf, rowLine } from "./accuracyTable";
import type { BenchOptions } from "./baselineRows";

interface Published {
  method: string;
  /** Mean and standard deviation for 1, 10 and 50 images per class. */
  figures: [number, number][];
  /** Of the papers' evaluation. */
  epochs: number;
  augmentation: "run" | "none";
  source: string;
}

const IPCS = [1, 10, 50];
const NETWORKS = 5;
const DATM = "table of Guo et al. 2024 (DATM)";

/** The papers' own numbers; MTT's are the best of many evaluations of a run, with ZCA at 1 and 10 images. */
const PUBLISHED: readonly Published[] = [
  {
    method: "random",
    figures: [
      [15.4, 0.3],
      [31.0, 0.5],
      [50.6, 0.3],
    ],
    epochs: 1000,
    augmentation: "run",
    source: DATM,
  },
  {
    method: "dc",
    figures: [
      [28.3, 0.5],
      [44.9, 0.5],
      [53.9, 0.5],
    ],
    epochs: 300,
    augmentation: "none",
    source: DATM,
  },
  {
    method: "dsa",
    figures: [
      [28.8, 0.7],
      [52.1, 0.5],
      [60.6, 0.5],
    ],
    epochs: 1000,
    augmentation: "run",
    source: DATM,
  },
  {
    method: "dm",
    figures: [
      [26.0, 0.8],
      [48.9, 0.6],
      [63.0, 0.4],
    ],
    epochs: 1000,
    augmentation: "run",
    source: DATM,
  },
  {
    method: "datadam",
    figures: [
      [32.0, 1.2],
      [54.2, 0.8],
      [67.0, 0.4],
    ],
    epochs: 1800,
    augmentation: "run",
    source: "Sajedi et al. 2023",
  },
  {
    method: "mtt",
    figures: [
      [46.2, 0.8],
      [65.4, 0.7],
      [71.6, 0.2],
    ],
    epochs: 1000,
    augmentation: "run",
    source: DATM,
  },
];

type Results = Record<string, { accuracies: number[]; seconds: number; backend: string }>;

export interface PaperOptions extends BenchOptions {
  /** Where draws that are done are written down. */
  results: string;
  /** Experts of MTT. */
  experts: number;
}

export async function measurePaper(options: PaperOptions): Promise<number> {
  const { filter, there, shortened, host, markdown, draws, results, experts } = options;
  if (!there["cifar10"]) {
    console.log("no CIFAR-10 beside the repository: nothing to distil");
    return 0;
  }
  const done: Results = existsSync(results) ? (JSON.parse(readFileSync(results, "utf8")) as Results) : {};
  console.log(headOf(markdown));
  for (const { method, figures, epochs, augmentation } of PUBLISHED)
    for (const [i, ipc] of IPCS.entries()) {
      const row = { dataset: "cifar10", method, ipc: String(ipc) };
      if (Object.entries(filter).some(([key, value]) => row[key as keyof typeof row] !== value)) continue;
      const accuracies: number[][] = [];
      let seconds = 0;
      let iterations = 0;
      for (let seed = 1; seed <= draws; seed++) {
        const spec = paperSpec({ method, ipc, seed, epochs, augmentation, experts, shortened });
        iterations = Number(spec.config.run["iterations"]);
        const key = JSON.stringify([spec, shortened]);
        if (!done[key]) {
          const started = performance.now();
          const own = await host.measure(spec, "cifar10");
          done[key] = {
            accuracies: own,
            seconds: (performance.now() - started) / 1000,
            backend: host.backend,
          };
          write(results, done);
        }
        accuracies.push(done[key].accuracies);
        seconds += done[key].seconds;
      }
      const [mean, std] = figures[i]!;
      const isShortened = Object.keys(shortened).length > 0;
      const measured = {
        ours: summary(accuracies),
        reference: { mean, std },
        bar: mean - Math.max(2 * std, 1.5),
      };
      console.log(rowLine({ ...row, iterations, ...measured, seconds, shortened: isShortened }, markdown));
    }
  const used = PUBLISHED.filter(({ method }) => (filter["method"] ?? method) === method);
  for (const { method, source } of used) console.log(`${method}: published figures from ${source}`);
  return 0;
}

interface PaperRow {
  method: string;
  ipc: number;
  seed: number;
  epochs: number;
  augmentation: string;
  experts: number;
  shortened: BenchOptions["shortened"];
}

function paperSpec({ method, ipc, seed, epochs, augmentation, experts, shortened }: PaperRow): RowSpec {
  const preset = method === "random" ? { params: {}, run: { ipc, iterations: 1 } } : presetOf(method, ipc);
  const iterations = Math.min(shortened.most ?? Infinity, Number(preset.run?.["iterations"]));
  const evaluation = {
    epochs: shortened.epochs ?? epochs,
    networks: shortened.networks ?? NETWORKS,
    augmentation,
  };
  const usesExperts = methods.get(method)?.usesExperts;
  const cornerConvention = method === "datadam" ? "edges" : "corners"; // as the PyTorch of each paper had it
  return {
    kind: method === "random" ? "random" : "distilled",
    config: {
      datasetId: "cifar10",
      run: { ...preset.run, seed, iterations },
      method: { id: method, params: { ...preset.params, ...(usesExperts && { experts }) } },
      network: { id: "convnet", params: { width: 128, depth: 3 } },
      augmentation: { id: "dsa", params: { strategy: STRATEGY["cifar10"]!, cornerConvention } },
      evaluation: { id: "standard", params: { interval: 100_000, ...evaluation } },
    },
    realEpochs: 0,
  };
}

/** The preset of a paper for CIFAR-10. */
function presetOf(method: string, ipc: number): Preset {
  const presets = methods.get(method)?.presets ?? [];
  const preset = presets.find(({ label, run }) => /^(Paper|CIFAR-10),/.test(label) && run?.["ipc"] === ipc);
  if (!preset) throw new Error(`presetOf(): ${method} has no preset for ${ipc} images per class`);
  return preset;
}

/** All at once: a command that is ended while it writes leaves the earlier file. */
function write(path: string, results: Results): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify(results, null, 1));
  renameSync(`${path}.new`, path);
}
