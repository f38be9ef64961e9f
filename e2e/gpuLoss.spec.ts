/** A lost graphics device, really lost: the run goes on by itself, and the result is what it would have been. */
import { expect, test, type Browser, type Page, type Worker } from "@playwright/test";
import { classZip } from "./fixtures/madeFiles";
import { Studio } from "./support/studio";

const TINY = {
  Iterations: 14,
  "Real images per class": 4,
  "Network width": 2,
  "Network depth": 1,
  "Evaluation interval": 0,
  "Checkpoint interval": 5,
};

/** Engine workers, the newest last, each with its newest device kept where a test can reach it. */
function engines(page: Page): Worker[] {
  const workers: Worker[] = [];
  page.on("worker", (worker) => {
    if (!worker.url().includes("engine.worker")) return;
    workers.push(worker);
    void worker
      .evaluate(() => {
        const { prototype } = GPUDevice;
        const create = Object.getOwnPropertyDescriptor(prototype, "createCommandEncoder")!
          .value as typeof prototype.createCommandEncoder;
        prototype.createCommandEncoder = function (...options) {
          Object.assign(globalThis, { newestDevice: this });
          return create.apply(this, options);
        };
      })
      .catch(() => undefined); // it has ended already
  });
  return workers;
}

const destroyDevice = (worker: Worker): Promise<void> =>
  worker.evaluate(() => (globalThis as unknown as { newestDevice: GPUDevice }).newestDevice.destroy());

async function crashGpuProcess(browser: Browser): Promise<void> {
  const session = await browser.newBrowserCDPSession();
  await session.send("Browser.crashGpuProcess").catch(() => undefined); // the answer may be lost with the process
}

async function prepare(page: Page, settings: Record<string, number> = {}): Promise<Studio> {
  const studio = new Studio(page);
  await studio.open();
  await expect(page.getByRole("status", { name: "Backend" })).toContainText("WebGPU");
  await studio.importFiles([{ name: "pets.zip", mimeType: "application/zip", buffer: await classZip(40) }]);
  await studio.set({ ...TINY, ...settings });
  await studio.spinbutton("Images per class (IPC)").fill("1");
  return studio;
}

const status = (page: Page) => page.locator(".run-status");
const done = async (page: Page) => {
  await expect(status(page)).toContainText("Done", { timeout: 120_000 });
};

/** Loses the device, and measures until a later iteration than before is on the screen. */
async function loseAndWait(studio: Studio, lose: () => Promise<void>): Promise<number> {
  const before = await studio.shownIteration();
  const start = Date.now();
  await lose();
  await expect(studio.region("Run")).toContainText("The graphics device was lost", { timeout: 5000 });
  await expect(status(studio.page)).not.toContainText("Recovering", { timeout: 30_000 });
  await expect(status(studio.page)).toContainText(/Running|Done/, { timeout: 30_000 });
  const ms = Date.now() - start;
  await studio.untilIteration(before);
  return ms;
}

test(
  "a destroyed device and a crashed GPU process cost seconds, and not a bit of the result",
  { tag: "@timed" },
  async ({ page, browser }) => {
    const workers = engines(page);
    const studio = await prepare(page);
    await studio.button("Start").click();
    await done(page);
    const undisturbed = await studio.picture();

    for (const [name, lose] of [
      ["device.destroy()", () => destroyDevice(workers.at(-1)!)],
      ["Browser.crashGpuProcess", () => crashGpuProcess(browser)],
    ] as const) {
      await studio.button("Start").click();
      await studio.untilIteration(4);
      const ms = await loseAndWait(studio, lose);
      console.log(`${name}: the run goes on after ${ms} ms`);
      expect(ms).toBeLessThan(5000);
      await done(page);
      expect(await studio.shownIteration()).toBe(TINY.Iterations);
      expect(await studio.picture()).toBe(undisturbed);
    }
  },
);

test("four losses in a row stop the run, which keeps everything and goes on when asked", async ({ page }) => {
  const workers = engines(page);
  // slow enough that no run makes progress between two losses
  const slow = { Iterations: 12, "Network width": 16, "Network depth": 3, "Real images per class": 32 };
  const studio = await prepare(page, slow);
  await studio.button("Start").click();
  await studio.untilIteration(2);
  await page.screenshot({ path: "test-results/loss-before.png" });
  for (let loss = 1; loss <= 3; loss++) {
    const count = workers.length;
    await destroyDevice(workers.at(-1)!);
    await expect.poll(() => workers.length).toBeGreaterThan(count);
    await expect(status(page)).toContainText("Running", { timeout: 30_000 });
    if (loss === 1) await page.screenshot({ path: "test-results/loss-recovering.png" });
  }
  await destroyDevice(workers.at(-1)!);
  const alert = studio.region("Run").getByRole("alert");
  await expect(alert).toContainText("lost 4 times in a row", { timeout: 30_000 });
  await expect(alert).toContainText("everything up to the newest stored state is kept");
  await page.screenshot({ path: "test-results/loss-given-up.png" });
  await studio.button("Try again").click();
  await done(page);
  expect(await studio.shownIteration()).toBe(slow.Iterations);
});

test("a loss after the end leaves the run done and its set to take home", async ({ page }) => {
  const workers = engines(page);
  const studio = await prepare(page, { Iterations: 3 });
  await studio.button("Start").click();
  await done(page);
  const count = workers.length;
  await destroyDevice(workers.at(-1)!);
  await expect.poll(() => workers.length, { timeout: 30_000 }).toBeGreaterThan(count);
  await expect(studio.button("Start")).toBeEnabled({ timeout: 30_000 });
  await expect(status(page)).toContainText("Done");
  await expect(studio.region("Run").getByRole("alert")).toHaveCount(0);
  expect((await studio.export()).files.size).toBeGreaterThan(0);
  await studio.button("Start").click(); // on the new device
  await done(page);
});

test("a loss in the last iteration does not fake the end", async ({ page }) => {
  const workers = engines(page);
  const studio = await prepare(page, { Iterations: 5 });
  await studio.button("Start").click();
  await done(page);
  const undisturbed = await studio.picture();
  await studio.button("Start").click();
  await studio.untilIteration(4);
  await destroyDevice(workers.at(-1)!);
  await done(page);
  expect(await studio.shownIteration()).toBe(5);
  expect(await studio.picture()).toBe(undisturbed);
  await expect(studio.region("Run").getByRole("alert")).toHaveCount(0);
});
