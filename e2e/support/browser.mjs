/**
 * Finds the Chromium that GPU and e2e tests run in, or installs one. Order: `CHROMIUM_PATH`, Playwright's own,
 * a system Chromium or Chrome, Playwright's download, Debian's package (as root).
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "@playwright/test";

const SYSTEM_NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const SYSTEM_PATHS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

/** Flags that give WebGPU on the software adapter and keep the browser quiet. */
export const CHROMIUM_FLAGS = [
  "--no-sandbox",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** The path of an installed browser, or null. */
export function findBrowser() {
  const named = process.env["CHROMIUM_PATH"];
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH names ${named}, which does not exist.`);
  }
  if (existsSync(chromium.executablePath())) return chromium.executablePath();
  const onPath = (process.env["PATH"] ?? "")
    .split(delimiter)
    .flatMap((folder) => SYSTEM_NAMES.map((name) => join(folder, name)));
  return [...onPath, ...SYSTEM_PATHS].find((path) => existsSync(path)) ?? null;
}

/** The path of a browser, installing one if there is none. */
export function ensureBrowser() {
  const found = findBrowser();
  if (found) return found;
  console.log("No Chromium found: trying Playwright's download …");
  spawnSync("npx", ["playwright", "install", "chromium"], { stdio: "inherit", timeout: 300_000 });
  if (!findBrowser() && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.log("Playwright's download did not work: installing Debian's chromium …");
    try {
      execFileSync("apt-get", ["update"], { stdio: "ignore" });
      execFileSync("apt-get", ["install", "-y", "chromium"], { stdio: "inherit" });
    } catch {
      // the sentence below says what to do
    }
  }
  const installed = findBrowser();
  if (!installed) {
    throw new Error(
      "No browser: install Chromium or Google Chrome, or set CHROMIUM_PATH to one, then run the tests again.",
    );
  }
  return installed;
}

/** How tests start the browser, with WebGPU (in software) or without. @param {{ webgpu: boolean }} options */
export const launchOptions = ({ webgpu }) => ({
  executablePath: ensureBrowser(),
  args: webgpu ? CHROMIUM_FLAGS : CHROMIUM_FLAGS.filter((flag) => !flag.includes("webgpu")),
});
