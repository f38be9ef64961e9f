/**
 * Would storage in half precision stay inside the tolerance of the fixtures? `npm run bench -- half
 * [--part=activations|experts|trajectory] [--only=02_] [--backend=wasm|cpu] [--fixtures=<folder>] [--json=<file>]` computes
 * them with activations, or with experts' weights, rounded to about sixteen bits and all sums in float32. A cell tells how
 * many cases are inside, and how many times its tolerance the worst output is: by the tolerance of cpu and wasm, then by
 * WebGPU's. "trajectory" trains a small expert of CIFAR-10 instead, and tells the errors of what matching gives. Nothing is
 * judged here: what was made of it stands in docs/decisions/0006-half-precision.md.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { checkFixture } from "@/engine/fixtures";
import { CPU_TOLERANCE, readFixture, WEBGPU_TOLERANCE } from "@/engine/fixtures/readFixture";
import { startBackend } from "@/tensor/backend";
import { cifar10IsThere } from "./support/cifar10";
import { trainedExpert } from "./support/expertTrajectory";
import { flagReader } from "./support/flags";
import { withHalfActivations, type HalfActivations } from "./support/halfActivations";
import { STORINGS, type Storing } from "./support/halfExperts";
import { writeReport } from "./support/report";
import { markdownTable } from "./support/timing";

const ACTIVATIONS: Readonly<Record<string, HalfActivations | null>> = {
  float32: null,
  "all that flows": { kept: "all", flowing: "everywhere" },
  "forward pass": { kept: "all", flowing: "forwards" },
  "kept for the backward pass": { kept: "all" },
  "kept for the backward pass, scaled": { kept: "all", scaled: true },
  "kept, masks from what is kept": { kept: "inputs" },
  "kept by convolutions": { kept: "convolutions" },
};
const KINDS: Readonly<Record<string, RegExp>> = {
  "forward (01)": /^01_(convnet|bn)/,
  "derivatives (02)": /^02_/,
  "gradient matching (04)": /^04_/,
  "distribution matching (05)": /^05_/,
  "trajectories (06)": /^06_(mtt|tesla)_|^06_datm\./,
  "attention (07)": /^07_/,
};
const EXPERTS = { "trajectories (06)": KINDS["trajectories (06)"]! };

/** What an output is off by, itself and in units of both tolerances. */
interface Output {
  error: number;
  cpu: number;
  webgpu: number;
}
/** Of the cases of a kind. */
interface Tally extends Output {
  cases: number;
  inside: { cpu: number; webgpu: number };
}
interface Row {
  variant: string;
  kinds: Record<string, Tally>;
}

/** @returns the exit code */
export async function run(flags: readonly string[]): Promise<number> {
  const flag = flagReader(flags);
  const part = flag("part");
  const folder = resolve(flag("fixtures") ?? "../shared/fixtures");
  const { adapter } = await startBackend({ only: (flag("backend") ?? "wasm") as "wasm" | "cpu" });
  const all = existsSync(folder) ? readdirSync(folder) : [];
  const files = all.filter((file) => file.endsWith(".json") && file.includes(flag("only") ?? ""));
  console.log(`${adapter}; ${files.length} fixtures in ${folder}`);
  const read = (file: string): string => readFileSync(join(folder, file), "utf8");
  const results: Record<string, unknown> = {};
  if (!part || part === "activations")
    results["activations"] = await table("activations", ACTIVATIONS, KINDS, (half, file) =>
      withHalfActivations(half, () => check(file, read(file))),
    );
  if (!part || part === "experts")
    results["experts"] = await table("experts' weights", STORINGS, EXPERTS, (storing, file) =>
      check(file, withStored(read(file), storing)),
    );
  if (!part || part === "trajectory") results["trajectory"] = await trajectoryTable();
  writeReport(flag("json"), { adapter }, results);
  return 0;

  async function table<V>(
    title: string,
    variants: Readonly<Record<string, V>>,
    kinds: Readonly<Record<string, RegExp>>,
    outputsOf: (variant: V, file: string) => Promise<Output[]>,
  ): Promise<Row[]> {
    const shown = Object.entries(kinds).filter(([, pattern]) => files.some((file) => pattern.test(file)));
    const rows: Row[] = [];
    for (const [variant, value] of Object.entries(variants)) {
      const row: Row = { variant, kinds: {} };
      for (const [kind, pattern] of shown) {
        const cases: Output[][] = [];
        for (const file of files.filter((one) => pattern.test(one))) cases.push(await outputsOf(value, file));
        row.kinds[kind] = tallyOf(cases);
      }
      rows.push(row);
    }
    const cells = rows.map(({ variant, kinds }) => [variant, ...Object.values(kinds).map(cellOf)]);
    console.log(`\n${markdownTable([title, ...shown.map(([kind]) => kind)], cells)}`);
    return rows;
  }
}

async function check(file: string, json: string): Promise<Output[]> {
  const { scalars } = readFixture(json);
  const checks = await checkFixture(file.replace(/\.json$/, ""), json, "wasm");
  return checks.map(({ output, error }) => {
    const float32 = scalars[`float32_error_${output}`] ?? 0;
    return { error, cpu: error / CPU_TOLERANCE(float32), webgpu: error / WEBGPU_TOLERANCE(float32) };
  });
}

function tallyOf(cases: readonly (readonly Output[])[]): Tally {
  const worst = cases.map((outputs) => ({
    error: Math.max(...outputs.map(({ error }) => error)),
    cpu: Math.max(...outputs.map(({ cpu }) => cpu)),
    webgpu: Math.max(...outputs.map(({ webgpu }) => webgpu)),
  }));
  const most = (key: keyof Output): number => Math.max(...worst.map((one) => one[key]));
  const inside = (key: "cpu" | "webgpu"): number => worst.filter((one) => one[key] <= 1).length;
  return {
    ...{ error: most("error"), cpu: most("cpu"), webgpu: most("webgpu") },
    ...{ cases: cases.length, inside: { cpu: inside("cpu"), webgpu: inside("webgpu") } },
  };
}

/** "5 of 6, × 1.5; 6 of 6, × 0.15" */
const cellOf = ({ cases, inside, ...worst }: Tally): string =>
  (["cpu", "webgpu"] as const)
    .map((by) => `${inside[by]} of ${cases}, × ${worst[by].toPrecision(2)}`)
    .join("; ");

/** A fixture of trajectories in the middle of a stored one: before its start came an epoch as far away as its target is. */
function withStored(json: string, storing: Storing): string {
  const fixture = JSON.parse(json) as { tensors: Record<string, { data: string }> };
  const { tensors } = readFixture(json);
  const names = Object.keys(tensors).flatMap((name) => (name.startsWith("start/") ? [name.slice(6)] : []));
  const flat = (end: string) =>
    Float32Array.from(names.flatMap((name) => [...tensors[`${end}/${name}`]!.data]));
  const [start, target] = [flat("start"), flat("target")];
  const before = start.map((value, i) => 2 * value - target[i]!);
  const [, storedStart, storedTarget] = storing([before, start, target]);
  for (const [end, weights] of [
    ["start", storedStart!],
    ["target", storedTarget!],
  ] as const) {
    let at = 0;
    for (const name of names) {
      const own = weights.slice(at, (at += tensors[`${end}/${name}`]!.data.length));
      fixture.tensors[`${end}/${name}`]!.data = Buffer.from(own.buffer).toString("base64");
    }
  }
  return JSON.stringify(fixture);
}

/** Errors of the loss and its gradients, the worst of several starts. */
async function trajectoryTable(): Promise<Record<string, Record<string, number>>> {
  if (!cifar10IsThere()) {
    console.log("\nCIFAR-10 is not there: no expert is trained.");
    return {};
  }
  const errorsOf = await trainedExpert();
  const errors: Record<string, Record<string, number>> = {};
  for (const [name, storing] of Object.entries(STORINGS)) errors[name] = await errorsOf(storing);
  const cells = Object.entries(errors).map(([name, error]) => [
    name,
    ...Object.values(error).map((value) => value.toExponential(1)),
  ]);
  console.log(
    `\n${markdownTable(["an expert of CIFAR-10", "loss", "towards images", "towards the rate"], cells)}`,
  );
  return errors;
}
