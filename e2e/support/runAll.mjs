/**
 * All checks, as `npm test` and CI run them: types, lint, unit tests, golden fixtures on each backend, GPU tests and
 * e2e in a real Chromium.
 * Every step runs even when an earlier one failed; the last line counts them together: "N passed, N failed".
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBrowser } from "./browser.mjs";

const folder = mkdtempSync(join(tmpdir(), "studio-tests-"));

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/** A step without a count of its own is one check. @param {number} status @returns {Count} */
const one = (status) => ({ passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 });

/** @param {string} file @param {number} status @returns {Count} */
function vitestCount(file, status) {
  const report = JSON.parse(readFileSync(file, "utf8"));
  const failed = report.numFailedTests + (status !== 0 && report.numFailedTests === 0 ? 1 : 0);
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests };
}

/** @param {string} file @param {number} status @returns {Count} */
function playwrightCount(file, status) {
  const { expected, unexpected, flaky, skipped } = JSON.parse(readFileSync(file, "utf8")).stats;
  return {
    passed: expected + flaky,
    failed: unexpected + (status !== 0 && unexpected === 0 ? 1 : 0),
    skipped,
  };
}

/** @param {string} project */
const vitest = (project) => {
  const file = join(folder, `${project}.json`);
  return {
    name: `${project} tests`,
    command: `npx vitest run --project ${project} --reporter default --reporter json --outputFile.json=${file}`,
    count: (/** @type {number} */ status) => vitestCount(file, status),
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
    env: { BACKEND: backend, ALLOW_KNOWN: "1", SUMMARY: file, ...env },
    count: (/** @type {number} */ status) => {
      if (!existsSync(file)) return { ...one(status), passed: 0 }; // no fixtures here, or it broke off
      const { passed, failed, skipped, known } = JSON.parse(readFileSync(file, "utf8"));
      return { passed, failed: failed - known, skipped: skipped + known };
    },
  };
};

/** @param {string} name @param {string} which Playwright's options */
const e2e = (name, which) => {
  const file = join(folder, `${name}.json`);
  return {
    name,
    command: `npx playwright test --reporter list,json ${which}`,
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file },
    count: (/** @type {number} */ status) => playwrightCount(file, status),
  };
};

/** Steps that stand together run at the same time; those of more than one thread stand alone. */
const rounds = [
  [
    { name: "type check", command: "npm run --silent check", count: one },
    { name: "lint", command: "npm run --silent lint", count: one },
  ],
  [fixtures("cpu"), fixtures("wasm")],
  [vitest("unit")],
  [vitest("gpu"), fixtures("webgpu", { BUDGET_SECONDS: "5" })],
  [e2e("e2e tests", "--workers 2 --grep-invert @timed")],
  [e2e("e2e timed", "--grep @timed")], // what measures milliseconds has the machine for itself
];

/** @typedef {{ name: string, command: string, env?: Record<string, string>, count: (status: number) => Count }} Step */

/**
 * Runs one step; what it prints is shown as it comes, or whole at its end when others run beside it.
 * @param {Step} step @param {boolean} isAlone @returns {Promise<Count>}
 */
async function run({ name, command, env = {}, count }, isAlone) {
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
  /** @type {Count} */
  let result;
  try {
    result = count(status ?? 1);
  } catch {
    result = one(1); // it ended before it could write its report
  }
  const seconds = Math.round((performance.now() - started) / 1000);
  const { passed, failed, skipped } = result;
  summary.push(`${name.padEnd(16)} ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds} s)`);
  return result;
}

process.env["CHROMIUM_PATH"] = ensureBrowser();
/** @type {string[]} */
const summary = [];
/** @type {Count} */
const total = { passed: 0, failed: 0, skipped: 0 };
for (const steps of rounds) {
  for (const result of await Promise.all(steps.map((step) => run(step, steps.length === 1)))) {
    for (const key of /** @type {const} */ (["passed", "failed", "skipped"])) total[key] += result[key];
  }
}
rmSync(folder, { recursive: true, force: true });
console.log(`\n── all\n${summary.join("\n")}\n`);
console.log(
  `${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ""}`,
);
process.exitCode = total.failed === 0 ? 0 : 1;
