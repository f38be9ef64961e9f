/** No serious accessibility fault on any screen, wide or narrow, and the whole journey by keyboard. */
import { expect, test } from "@playwright/test";
import { expectNoFaults } from "./support/axe";
import { launchOptions } from "./support/browser.mjs";
import { Studio } from "./support/studio";

test.use({ launchOptions: launchOptions({ webgpu: false }) });

for (const [name, viewport] of [
  ["wide", { width: 1440, height: 900 }],
  ["narrow", { width: 390, height: 844 }],
] as const) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`no serious fault, ${name}, ${colorScheme}`, async ({ page }) => {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const studio = new Studio(page);
      await studio.open();
      await expectNoFaults(page, "empty");
      await studio.button("Sample dataset").click();
      await expect(studio.region("Import report")).toBeVisible({ timeout: 60_000 });
      await expectNoFaults(page, "imported");
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow, "nothing is wider than the screen").toBe(0);
    });
  }
}

test("sample, Start, pause and export by keyboard alone", async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.button("Sample dataset").focus();
  await page.keyboard.press("Enter");
  await expect(studio.button("Start")).toBeEnabled({ timeout: 60_000 });
  await studio.set({
    Iterations: 1000,
    "Network width": 8,
    "Real images per class": 4,
    "Evaluation interval": 0,
  });
  await studio.button("Start").focus();
  await page.keyboard.press("Enter");
  await studio.untilIteration(2);
  await page.locator("body").click({ position: { x: 5, y: 5 } });
  await page.keyboard.press("Space");
  await expect(studio.button("Resume")).toBeEnabled({ timeout: 30_000 });
  const before = await studio.shownIteration();
  await page.keyboard.press("s");
  await expect.poll(() => studio.shownIteration()).toBe(before + 1);
  const download = page.waitForEvent("download");
  await page.keyboard.press("e");
  expect((await download).suggestedFilename()).toMatch(/\.zip$/);
});
