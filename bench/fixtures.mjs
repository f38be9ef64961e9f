/**
 * Compares the engine with golden numbers of an independent PyTorch implementation, one JSON file per case:
 *
 *   BACKEND=cpu|wasm|webgpu   default cpu; webgpu runs in headless Chromium
 *   FIXTURES=<folder>         default ../shared/fixtures
 *   ONLY=<text>               only cases whose name contains it
 *   SKIP=<text>               leaves out cases whose name contains it, and counts them as skipped
 *   BUDGET_SECONDS=<n>        webgpu only: give a case up after that long and say so; default no limit
 *
 * One line per case with, for each output, its largest error max|difference| / max|gold| and the tolerance; then
 * "N passed, N failed, N skipped". The exit code is 1 when a case failed. A case of an unknown kind has failed.
 * What is not built yet is listed with reasons in pendingFixtures.json and counts as skipped. What is built and misses
 * its tolerance counts as failed; where the reason is known it is printed from knownFixtureFailures.json, and
 *
 *   ALLOW_KNOWN=1             lets those alone not fail the run
 *   SUMMARY=<file>            writes the counts and the failures as JSON, known failures apart
 *   QUIET=1                   prints no line for a case that passed
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { openInBrowser, openInNode } from "./support/fixtureHosts.mjs";

/** @typedef {{ output: string, error: number, tolerance: number }} CheckedOutput */

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const folder = resolve(root, process.env["FIXTURES"] ?? "../shared/fixtures");
const backend = process.env["BACKEND"] ?? "cpu";
const only = process.env["ONLY"] ?? "";
const skip = process.env["SKIP"];
const budgetMs = 1000 * Number(process.env["BUDGET_SECONDS"] ?? Infinity);
/** @type {{ prefix: string, reason: string }[]} */
const pending = JSON.parse(readFileSync(new URL("pendingFixtures.json", import.meta.url), "utf8"));
/** @type {{ case: string, backends: string[], outputs: string[], reason: string }[]} */
const known = JSON.parse(readFileSync(new URL("knownFixtureFailures.json", import.meta.url), "utf8"));

if (!["cpu", "wasm", "webgpu"].includes(backend)) {
  console.error(`BACKEND is "${backend}"; it must be cpu, wasm or webgpu.`);
  process.exit(2);
}
if (!existsSync(folder)) {
  console.log(`No fixtures in ${folder}: nothing to compare with. Set FIXTURES to a folder that has some.`);
  console.log("0 passed, 0 failed, 0 skipped");
  process.exit(0);
}

const cases = readdirSync(folder)
  .filter((file) => file.endsWith(".json") && file.includes(only))
  .sort();
const count = { passed: 0, failed: 0, skipped: 0 };
let knownFailures = 0;
/** @type {string[]} */
const failures = [];
const isQuiet = Boolean(process.env["QUIET"]);
/** @type {string[]} */
const gaveUp = [];
const host = await (backend === "webgpu" ? openInBrowser(root) : openInNode(root, backend));
console.log(`${cases.length} cases in ${folder}, backend ${backend} (${host.adapter})`);
try {
  for (const file of cases) {
    const name = file.replace(/\.json$/, "");
    const isLeftOut = skip && name.includes(skip);
    const reason = isLeftOut
      ? "left out here"
      : pending.find(({ prefix }) => name.startsWith(prefix))?.reason;
    if (reason) {
      count.skipped++;
      console.log(`skipped  ${name}: ${reason}`);
      continue;
    }
    const started = performance.now();
    try {
      /** @type {CheckedOutput[] | "out of time"} */
      const outputs = await host.check(name, readFileSync(join(folder, file), "utf8"), budgetMs);
      const seconds = `${((performance.now() - started) / 1000).toFixed(1)} s`;
      if (outputs === "out of time") {
        count.skipped++;
        gaveUp.push(name);
        console.log(`skipped  ${name}: not done after ${seconds}`);
        continue;
      }
      const good = outputs.length > 0 && outputs.every(({ error, tolerance }) => error <= tolerance);
      count[good ? "passed" : "failed"]++;
      const line = `${name}  ${outputs.map(text).join("  ")}  (${seconds})`;
      if (!good || !isQuiet) console.log(`${good ? "passed " : "FAILED "}  ${line}`);
      const why = good ? undefined : knownReason(name, outputs);
      if (why) {
        knownFailures++;
        console.log(`         known: ${why}`);
      } else if (!good) failures.push(line);
    } catch (error) {
      count.failed++;
      const line = `${name}: ${error instanceof Error ? error.message : String(error)}`;
      failures.push(line);
      console.log(`FAILED   ${line}`);
    }
  }
} finally {
  await host.close();
}
if (gaveUp.length > 0) console.log(`Not done within BUDGET_SECONDS: ${gaveUp.join(", ")}`);
console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
const unexpected = process.env["ALLOW_KNOWN"] ? count.failed - knownFailures : count.failed;
process.exitCode = unexpected === 0 ? 0 : 1;
const summary = process.env["SUMMARY"];
if (summary) writeFileSync(summary, JSON.stringify({ ...count, known: knownFailures, failures }));

/** Why exactly these outputs of a case miss their tolerance, where that is known. @param {string} name @param {CheckedOutput[]} outputs */
function knownReason(name, outputs) {
  const missed = outputs.filter(({ error, tolerance }) => !(error <= tolerance)).map(({ output }) => output);
  return known.find(
    (entry) =>
      entry.case === name &&
      entry.backends.includes(backend) &&
      missed.every((output) => entry.outputs.includes(output)),
  )?.reason;
}

/** @param {CheckedOutput} output */
function text({ output, error, tolerance }) {
  return `${output} ${error.toExponential(1)}${error <= tolerance ? " ≤ " : " > "}${tolerance.toExponential(1)}`;
}
