/**
 * All checks, as `npm test` and CI run them: types, lint, unit tests, golden fixtures on each backend, GPU tests and
 * e2e in a real Chromium.
 * Every step runs even when an earlier one failed. The closing lines name each check that failed and count all of
 * them together: "N passed, N failed".
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBrowser } from "./browser.mjs";
import { fixturesResult, oneCheck, playwrightResult, vitestResult } from "./reports.mjs";

const folder = mkdtempSync(join(tmpdir(), "studio-tests-"));

/** @typedef {import("./reports.mjs").Result} Result */

/** @param {string} name @param {string} options Vitest's */
const vitest = (name, options) => {
  const file = join(folder, `${name}.json`);
  return {
    name: `${name} tests`,
    command: `npx vitest run ${options} --reporter default --reporter json --outputFile.json=${file}`,
    result: (/** @type {number} */ status) => vitestResult(file, status),
  };
};

/**
 * Fixture failures whose reason is known (bench/knownFixtureFailures.json) are printed and count as skipped here.
 * @param {string} backend @param {Record<string, string>} env
 */
const fixtures = (backend, env = {}) => {
  const file = join(folder, `fixtures-${backend}.json`);
  return {
    name: `fixtures ${backend}`,
    command: "node bench/fixtures.mjs",
    env: { BACKEND: backend, ALLOW_KNOWN: "1", QUIET: "1", SUMMARY: file, ...env },
    result: (/** @type {number} */ status) => fixturesResult(file, status),
  };
};

/**
 * A test that fails is tried once more, and is named in the closing lines either way.
 * @param {string} name @param {string} which Playwright's options @param {Record<string, string>} env
 */
const e2e = (name, which, env = {}) => {
  const file = join(folder, `${name}.json`);
  return {
    name,
    command: `npx playwright test --retries 1 --reporter list,json ${which}`,
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file, ...env },
    result: (/** @type {number} */ status) => playwrightResult(file, status),
  };
};

/** @typedef {{ name: string, command: string, env?: Record<string, string>, result: (status: number) => Result }} Step */

/** Those of one thread, the longest first: two at a time, the next begins as soon as one has ended. */
const besideEachOther = [
  // plain JavaScript takes four minutes for the large networks; wasm runs the same layers, `npm run test:fixtures` both
  fixtures("cpu", { SKIP: "01_big_" }),
  vitest("unit", "--project unit --project state --maxWorkers=1"),
  fixtures("wasm"),
  vitest("gpu", "--project gpu"),
  fixtures("webgpu", { BUDGET_SECONDS: "5" }),
  { name: "lint", command: "npm run --silent lint", result: oneCheck },
  { name: "type check", command: "npm run --silent check", result: oneCheck },
];

/** First, each with the machine for itself; what measures milliseconds has it for one test. */
const alone = [
  e2e("e2e tests", "--workers 2 --grep-invert @timed"),
  e2e("e2e timed", "--grep @timed", { STUDIO_BUILT: "1" }),
];

/**
 * Runs one step; what it prints is shown as it comes, or whole at its end when others run beside it.
 * @param {Step} step @param {boolean} isAlone @returns {Promise<Result>}
 */
async function run({ name, command, env = {}, result: read }, isAlone) {
  const started = performance.now();
  if (isAlone) console.log(`\n── ${name}`);
  const child = spawn(command, {
    shell: true,
    stdio: isAlone ? "inherit" : ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (output += text));
  const [status] = await once(child, "close");
  if (!isAlone) console.log(`\n── ${name}\n${output.trimEnd()}`);
  const result = read(status ?? 1);
  const seconds = Math.round((performance.now() - started) / 1000);
  const { passed, failed, skipped, failures } = result;
  summary.push(`${name.padEnd(16)} ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds} s)`);
  for (const failure of failures) summary.push(`    ${failure}`);
  return result;
}

process.env["CHROMIUM_PATH"] = ensureBrowser();
/** @type {string[]} */
const summary = [];
const total = { passed: 0, failed: 0, skipped: 0 };

/** @param {Step} step @param {boolean} isAlone */
async function runAndCount(step, isAlone) {
  const result = await run(step, isAlone);
  for (const key of /** @type {const} */ (["passed", "failed", "skipped"])) total[key] += result[key];
}

/** Takes steps from the list until there is none. */
async function lane() {
  for (let step = besideEachOther.shift(); step; step = besideEachOther.shift())
    await runAndCount(step, false);
}

for (const step of alone) await runAndCount(step, true);
await Promise.all([lane(), lane()]);
rmSync(folder, { recursive: true, force: true });
console.log(`\n── all\n${summary.join("\n")}\n`);
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ""}`,
);
process.exitCode = total.failed === 0 ? 0 : 1;
