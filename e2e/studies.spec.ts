/** Two uses of a kept set: learning class by class from it, and ranking networks on it. */
import { expect, test } from "@playwright/test";
import { launchOptions } from "./support/browser.mjs";
import { Studio } from "./support/studio";

test.use({ launchOptions: launchOptions({ webgpu: false }) });

test("continual learning and architecture search give real numbers, and stop when told", async ({ page }) => {
  const studio = new Studio(page);
  await studio.keepTinySet();
  await studio.button("Evaluate…").click();
  const dialog = page.getByRole("dialog", { name: "Evaluate" });
  const start = dialog.getByRole("button", { name: "Start", exact: true });

  await test.step("continual learning", async () => {
    await page.getByRole("tab", { name: "Continual learning" }).click();
    await dialog.getByRole("spinbutton", { name: "Repetitions" }).fill("1");
    await start.click();
    const state = dialog.getByRole("status", { name: "State of the continual learning study" });
    await expect(state).toContainText("Done", { timeout: 60_000 });
    const rows = dialog.getByRole("group", { name: "Results" }).getByRole("row");
    await expect(rows).toHaveCount(3);
    await expect(rows.nth(0)).toContainText("10 classes");
    for (const at of [1, 2]) expect((await rows.nth(at).innerText()).match(/\d+\.\d ± /g)).toHaveLength(5);
  });

  await test.step("architecture search", async () => {
    await page.getByRole("tab", { name: "Architecture search" }).click();
    const widths = dialog.getByRole("group", { name: "Widths" });
    await widths.getByRole("checkbox", { name: "4", exact: true }).check();
    for (const name of ["16", "32"]) await widths.getByRole("checkbox", { name, exact: true }).uncheck();
    await dialog.getByRole("spinbutton", { name: "Epochs on real images" }).fill("1");
    await start.click();
    const state = dialog.getByRole("status", { name: "State of the architecture search" });
    await expect(state).toContainText("Done", { timeout: 120_000 });
    const rows = dialog.getByRole("group", { name: "Results" }).getByRole("row");
    await expect(rows).toHaveCount(5); // widths 4 and 8, depths 1 and 2
    for (const at of [1, 2, 3, 4])
      expect((await rows.nth(at).innerText()).match(/\d+\.\d %/g)).toHaveLength(2);
    await expect(
      dialog.getByRole("region", { name: "Accuracy on the set and on real images" }),
    ).toContainText(/Spearman correlation −?\d\.\d\d/);
  });

  await test.step("Pause holds, Stop ends", async () => {
    await page.getByRole("tab", { name: "Accuracy", exact: true }).click();
    await dialog.getByRole("spinbutton", { name: "Evaluation epochs" }).fill("3000");
    await start.click();
    await dialog.getByRole("button", { name: "Pause" }).click();
    const state = dialog.getByRole("status", { name: "State of the evaluation" });
    await expect(state).toContainText("Paused");
    await dialog.getByRole("button", { name: "Resume" }).click();
    await expect(state).toContainText("Running");
    await dialog.getByRole("button", { name: "Stop" }).click();
    await expect(state).toContainText("Stopped");
    await expect(start).toBeEnabled();
  });
  expect(studio.errors).toEqual([]);
});
