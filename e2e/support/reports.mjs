/** Reads the reports that the steps of `npm test` leave: how many checks passed, and which did not. */
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { stripVTControlCharacters } from "node:util";

/**
 * @typedef {{ passed: number, failed: number, skipped: number, failures: string[] }} Result
 * `failures` holds a line for each failed check, and for each that passed only when tried again.
 */

/** A step without a report of its own is one check. @param {number} status the exit code @returns {Result} */
export const oneCheck = (status) => ({
  passed: status === 0 ? 1 : 0,
  failed: status === 0 ? 0 : 1,
  skipped: 0,
  failures: status === 0 ? [] : [`exit code ${status}`],
});

/** @param {string} file @param {number} status @returns {Result} */
export function vitestResult(file, status) {
  if (!existsSync(file)) return oneCheck(status || 1);
  const report = JSON.parse(readFileSync(file, "utf8"));
  /** @type {string[]} */
  const failures = [];
  for (const suite of report.testResults) {
    const failed = suite.assertionResults.filter((/** @type {any} */ test) => test.status === "failed");
    for (const { fullName, failureMessages } of failed) {
      failures.push(`${basename(suite.name)}: ${fullName}: ${firstLine(failureMessages[0])}`);
    }
    if (suite.status === "failed" && failed.length === 0) {
      failures.push(`${basename(suite.name)}: ${firstLine(suite.message)}`);
    }
  }
  return {
    passed: report.numPassedTests,
    failed: atLeastOneIf(status !== 0, report.numFailedTests),
    skipped: report.numPendingTests + report.numTodoTests,
    failures,
  };
}

/** @param {string} file @param {number} status @returns {Result} */
export function playwrightResult(file, status) {
  if (!existsSync(file)) return oneCheck(status || 1);
  const { stats, suites, errors } = JSON.parse(readFileSync(file, "utf8"));
  const failures = errors.map((/** @type {any} */ error) => firstLine(error.message));
  for (const suite of suites) collect(suite, failures);
  return {
    passed: stats.expected + stats.flaky,
    failed: atLeastOneIf(status !== 0, stats.unexpected),
    skipped: stats.skipped,
    failures,
  };
}

/** Known failures (bench/knownFixtureFailures.json) count as skipped. @param {string} file @param {number} status @returns {Result} */
export function fixturesResult(file, status) {
  if (!existsSync(file)) return { ...oneCheck(status), passed: 0 }; // no fixtures here, or it broke off
  const { passed, failed, skipped, known, failures } = JSON.parse(readFileSync(file, "utf8"));
  return { passed, failed: failed - known, skipped: skipped + known, failures };
}

/** @param {any} suite @param {string[]} failures */
function collect(suite, failures) {
  for (const inner of suite.suites ?? []) collect(inner, failures);
  for (const spec of suite.specs ?? []) {
    for (const test of spec.tests) {
      if (test.status !== "unexpected" && test.status !== "flaky") continue;
      const again = test.status === "flaky" ? " (passed when tried again)" : "";
      const errors = test.results.flatMap((/** @type {any} */ result) => result.errors);
      failures.push(`${basename(spec.file)}: ${spec.title}${again}: ${firstLine(errors[0]?.message)}`);
    }
  }
}

/** @param {boolean} hasFailed @param {number} count */
const atLeastOneIf = (hasFailed, count) => (hasFailed ? Math.max(1, count) : count);

/** Without colours, and no longer than a line of a log. @param {string | undefined} text */
function firstLine(text) {
  const plain = stripVTControlCharacters(text ?? "no message");
  return plain.split("\n").slice(0, 1).join("").slice(0, 300);
}
