/**
 * Is the estimate before Start right? `npm run bench -- estimate [--backend=wasm|cpu] [--budget=1000] [--only=mtt]
 * [--json=<file>]` times the passes as the page does, then the runs themselves, and prints both, in seconds of this
 * process's processor time, so that other programs do not count. Fails (exit code 1) when a run takes less than half or
 * more than twice the estimated time.
 */
import { distil } from "@/engine/distil";
import { estimateMemory } from "@/engine/estimateMemory";
import { estimateTime, kindsOf } from "@/engine/estimateTime";
import { measurePasses } from "@/engine/measurePasses";
import { planRun } from "@/engine/runPlan";
import { stripes } from "@/engine/testData";
import type { ExperimentConfig } from "@/shared/experiment";
import { startBackend } from "@/tensor/backend";
import { flagReader } from "./support/flags";
import { writeReport } from "./support/report";

const source = stripes({ width: 32, height: 32, channels: 3 }, 10, { train: 80, test: 40 });
const small = stripes({ width: 16, height: 16, channels: 3 }, 10, { train: 80, test: 40 });

const config = (
  method: ExperimentConfig["method"],
  run: ExperimentConfig["run"],
  network: ExperimentConfig["network"]["params"],
  interval = 0,
): ExperimentConfig => ({
  datasetId: source.info.id,
  run,
  method,
  network: { id: "convnet", params: network },
  augmentation: { id: "dsa", params: {} },
  evaluation: { id: "standard", params: { interval, networks: 1, epochs: 20 } },
});
const experts = { experts: 1, maxStartEpoch: 1, expertEpochs: 1 };
const CASES: Record<string, ExperimentConfig> = {
  "dm, IPC 10, width 32": config(
    { id: "dm", params: { batchReal: 64 } },
    { ipc: 10, iterations: 12 },
    { width: 32 },
  ),
  "dm, IPC 1, width 64, evaluated": config(
    { id: "dm", params: { batchReal: 16 } },
    { ipc: 1, iterations: 20 },
    { width: 64 },
    20,
  ),
  "dsa, IPC 2, width 16": config(
    { id: "dsa", params: { batchReal: 32, networkEpochs: 5 } },
    { ipc: 2, iterations: 12 },
    { width: 16 },
  ),
  "mtt, IPC 2, width 16": config(
    { id: "mtt", params: { synSteps: 10, ...experts } },
    { ipc: 2, iterations: 5 },
    { width: 16 },
  ),
  "tesla, IPC 5, width 32": config(
    { id: "tesla", params: { synSteps: 5, batchSyn: 25, ...experts } },
    { ipc: 5, iterations: 5 },
    { width: 32 },
  ),
  "dm, IPC 1, width 16, 16x16, whitened": config(
    { id: "dm", params: { batchReal: 16 } },
    { ipc: 1, iterations: 5, preprocessing: "zca" },
    { width: 16 },
  ),
};
const sourceOf = ({ run }: ExperimentConfig) => (run["preprocessing"] === "zca" ? small : source);

/** @returns the exit code */
export async function run(flags: readonly string[]): Promise<number> {
  const flag = flagReader(flags);
  const budgetMs = Number(flag("budget") ?? 1000);
  const backend = (flag("backend") ?? "wasm") as "wasm" | "cpu";
  const { adapter } = await startBackend({ only: backend });
  const results: object[] = [];
  let worst = 1;
  console.log("| run | timing, s | estimate, s | measured, s | measured / estimate | memory, MB |");
  console.log("| --- | --- | --- | --- | --- | --- |");
  for (const [name, config] of Object.entries(CASES)) {
    if (!name.includes(flag("only") ?? "")) continue;
    const { info } = sourceOf(config);
    const plan = planRun(config, info);
    const started = clock();
    const times = await measurePasses({
      ...{ network: plan.network, augmentation: plan.augmentation, kinds: kindsOf(plan, info) },
      ...{ clock, budgetMs, isCancelled: () => false },
    });
    const spent = clock() - started;
    const epochs = plan.method.usesExperts ? 1 : 0;
    const time = estimateTime(plan, info, times!, epochs);
    const estimate = time.whitening + time.matching + time.evaluations + time.experts;
    const measured = await seconds(config);
    const ratio = measured / estimate;
    worst = Math.max(worst, ratio, 1 / ratio);
    const memory = estimateMemory(plan, info).bytes / 1e6;
    const row = [name, spent / 1000, estimate, measured, ratio, memory];
    results.push({ run: name, timing: spent / 1000, estimate, measured, ratio, memory, basis: time.basis });
    console.log(
      `| ${row.map((x) => (typeof x === "number" ? x.toFixed(2) : x)).join(" | ")} | ${time.basis}`,
    );
  }
  writeReport(flag("json"), { adapter: `${backend} (${adapter})` }, results);
  return worst <= 2 ? 0 : 1;
}

/** Milliseconds of computing by this process; the backends in Node use one core. */
const clock = (): number => process.cpuUsage().user / 1000 + process.cpuUsage().system / 1000;

/** What a run takes from its first event after loading to its end. */
async function seconds(config: ExperimentConfig): Promise<number> {
  let from = clock();
  for await (const event of distil({ config, source: sourceOf(config) }))
    if (event.kind === "preparing" && event.step === "Loading images") from = clock();
  return (clock() - from) / 1000;
}
