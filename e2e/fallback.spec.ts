/** A browser without WebGPU: the studio computes on WebAssembly, says so, and stays responsive. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "@playwright/test";
import { launchOptions } from "./support/browser.mjs";
import { shareAbove, watchFrames } from "./support/frames";
import { Studio } from "./support/studio";

test.use({ launchOptions: launchOptions({ webgpu: false }) });

const SMALL = { "Real images per class": 16, "Network width": 16, "Evaluation interval": 0 };

test("WebAssembly takes over, with the reason and a remedy", async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  const badge = page.getByRole("status", { name: "Backend" });
  await expect(badge).toContainText("WebAssembly");
  await badge.getByRole("button").click();
  await expect(page.getByRole("dialog")).toContainText("How to get WebGPU here");
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
});

test(
  "a run shows accuracy at its interval, ends as Done, and no task blocks the page",
  { tag: "@timed" },
  async ({ page }) => {
    const studio = new Studio(page);
    await studio.open();
    await studio.importSample();
    await studio.set({
      ...SMALL,
      Iterations: 30,
      "Evaluation interval": 15,
      "Evaluation networks": 1,
      "Evaluation epochs": 3,
    });
    await studio.spinbutton("Images per class (IPC)").fill("2");
    await studio.button("Start").click();
    await expect(studio.button("Pause")).toBeEnabled({ timeout: 60_000 });
    const stop = await watchFrames(page);
    await studio.untilIteration(30);
    await expect(studio.button("Start")).toBeEnabled({ timeout: 60_000 });
    await expect(page.getByRole("group", { name: "Evaluations" })).toContainText("30");
    const { intervals, longTasks } = await stop();
    const longest = Math.max(0, ...longTasks);
    const late = [17, 34, 50].map((ms) => `${(100 * shareAbove(intervals, ms)).toFixed(1)} % above ${ms} ms`);
    console.log(`longest task during the run: ${Math.round(longest)} ms; frames: ${late.join(", ")}`);
    expect(longest).toBeLessThan(100);
    expect(studio.errors).toEqual([]);
  },
);

/**
 * A hidden tab gets no frames and hardly any timers. Headless Chromium never hides one, so the page here gets no time
 * at all for a while, which is harsher: whatever advances the run must be in the worker.
 */
test("the run goes on while the page gets no time", async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.importSample();
  await studio.set({ ...SMALL, Iterations: 100_000 });
  await studio.button("Start").click();
  await studio.untilIteration(2);
  const iteration = await page.evaluate(async () => {
    const canvas = document.querySelector<HTMLCanvasElement>("canvas[data-iteration]")!;
    const before = Number(canvas.dataset["iteration"]);
    const until = performance.now() + 4000;
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 50)); // what the worker said meanwhile is shown
    return { before, after: Number(canvas.dataset["iteration"]) };
  });
  expect(iteration.after).toBeGreaterThan(iteration.before + 2);
  await studio.button("Stop").click();
  await expect(studio.button("Start")).toBeEnabled({ timeout: 30_000 });
});

test("the same seed gives the same pictures, and the command line the same export", async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.importSample();
  await studio.set({ ...SMALL, Iterations: 4, Seed: 11 });
  const finish = async () => {
    await studio.button("Start").click();
    await expect(studio.button("Pause")).toBeVisible();
    await expect(studio.button("Start")).toBeEnabled({ timeout: 60_000 });
    expect(await studio.shownIteration()).toBe(4);
    return studio.picture();
  };
  const once = await finish();
  expect(await finish()).toBe(once);
  const { files } = await studio.export();
  const download = page.waitForEvent("download");
  await studio.button("Share").click();
  const settings = await (await download).path();
  await studio.set({ Seed: 12 });
  expect(await finish()).not.toBe(once);

  await test.step("npm run distill writes the same bytes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "distill-"));
    const out = join(folder, "out");
    const words = ["--sample", "shapes10", "--backend", "wasm", "--config", settings, "--out", out];
    await promisify(execFile)(process.execPath, ["src/cli/distill.mjs", ...words]);
    const manifestOf = (text: Buffer) => {
      const manifest = JSON.parse(String(text)) as { config: { datasetId: string } };
      return { ...manifest, config: { ...manifest.config, datasetId: "" } }; // a random id on the page
    };
    for (const [path, bytes] of files) {
      const own = readFileSync(join(out, path));
      if (path === "manifest.json") expect(manifestOf(own)).toEqual(manifestOf(bytes));
      else expect(own.equals(bytes), path).toBe(true);
    }
    rmSync(folder, { recursive: true });
  });
});
