/** Expert trajectories as a step of their own: trained, kept through a reload, taken home and in again, used by MTT. */
import { readFileSync } from "node:fs";
import { expect, test, type Locator } from "@playwright/test";
import { classZip } from "./fixtures/madeFiles";
import { launchOptions } from "./support/browser.mjs";
import { Studio } from "./support/studio";

test.use({ launchOptions: launchOptions({ webgpu: false }) });

/** Opens the experts' dialog and waits until it knows what is stored. */
async function openExperts(studio: Studio): Promise<Locator> {
  await studio.button("Experts…").click();
  const dialog = studio.page.getByRole("dialog", { name: "Experts" });
  await expect(dialog.getByRole("region", { name: "Experts for these settings" })).toContainText(/stored/);
  return dialog;
}

const close = (dialog: Locator) => dialog.getByRole("button", { name: "Close" }).click();

test("experts are trained, survive a reload, go out and in, and MTT matches them", async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  const pets = { name: "pets.zip", mimeType: "application/zip", buffer: await classZip(300) };
  await studio.importFiles([pets]);
  await page.getByRole("combobox", { name: "Method" }).click();
  await page.getByRole("option", { name: "Trajectory matching (MTT)" }).click();
  await studio.set({
    Experts: 2,
    "Start epochs": 8, // long enough to be caught in the middle
    "Expert epochs to match": 2,
    "Expert learning rate": 0.05,
    "Expert batch": 4,
    "Student steps": 3,
    Iterations: 3,
    "Network width": 4,
    "Network depth": 2,
    "Evaluation interval": 0,
  });
  await page.getByRole("combobox", { name: "Stored weights" }).click();
  await page.getByRole("option", { name: "Compact (18 bits)" }).click();
  await studio.spinbutton("Images per class (IPC)").fill("1");

  await test.step("training pauses, and a reload keeps what is trained", async () => {
    const dialog = await openExperts(studio);
    await expect(dialog).toContainText("2 experts to epoch 9");
    await expect(dialog).toContainText("0 stored, 18 epochs to train");
    await dialog.getByRole("button", { name: "Train", exact: true }).click();
    await expect(dialog.getByRole("listitem")).toContainText(/1 expert, \d epochs? /, { timeout: 30_000 });
    await dialog.getByRole("button", { name: "Pause" }).click();
    await expect(dialog.getByRole("button", { name: "Resume" })).toBeEnabled();
    const state = dialog.getByRole("status", { name: "State of the experts" });
    await expect(state).toContainText(/Paused · Training expert \d of 2, epoch \d of 9/);
    await expect(dialog.locator(".recharts-line").first()).toBeAttached();
    const held = await state.innerText();
    await page.waitForTimeout(500);
    expect(await state.innerText()).toBe(held);
    await dialog.getByRole("button", { name: "Resume" }).click();
    await expect(state).not.toHaveText(held);
    await page.reload();
  });

  await test.step("it goes on at the last stored epoch", async () => {
    await expect(studio.button("Start")).toBeEnabled({ timeout: 30_000 });
    const dialog = await openExperts(studio);
    await expect(dialog).toContainText(/ (1[0-7]|[1-9]) epochs? to train/);
    await expect(dialog.locator(".recharts-line").first()).toBeAttached();
    await dialog.getByRole("button", { name: "Train", exact: true }).click();
    await expect(dialog).toContainText("All are trained.", { timeout: 60_000 });
    await expect(dialog.getByRole("listitem")).toContainText(/2 experts, 9 epochs · .* % · .*kB/);
    await expect(dialog.getByRole("button", { name: "Train", exact: true })).toBeDisabled();
    await close(dialog);
    await expect(page.getByText("2 experts ready")).toBeVisible();
  });

  await test.step("a run uses them without training any", async () => {
    const trained: string[] = [];
    await page.exposeFunction("noteStatus", (text: string) => trained.push(text));
    await page.evaluate(() => {
      const note = (window as unknown as { noteStatus: (text: string) => void }).noteStatus;
      const status = document.querySelector(".run-status")!;
      new MutationObserver(() => note(status.textContent)).observe(status, {
        ...{ subtree: true, childList: true, characterData: true },
      });
    });
    await studio.button("Start").click();
    await studio.untilIteration(3);
    await expect(studio.button("Start")).toBeEnabled({ timeout: 30_000 });
    await expect(studio.region("Loss")).toContainText(/now [\d.]+/);
    expect(trained.filter((text) => text.includes("Training expert"))).toEqual([]);
  });

  await test.step("they go out, are deleted after a question, and come in again", async () => {
    const dialog = await openExperts(studio);
    const download = page.waitForEvent("download");
    await dialog.getByRole("button", { name: /^Export experts of/ }).click();
    const file = await download;
    expect(file.suggestedFilename()).toMatch(/-convnet-experts\.zip$/);
    const buffer = readFileSync(await file.path());
    await dialog.getByRole("button", { name: /^Delete experts of/ }).click();
    await page
      .getByRole("dialog", { name: "Delete 2 experts?" })
      .getByRole("button", { name: "Delete" })
      .click();
    await expect(dialog.getByRole("listitem")).toHaveCount(0);
    await expect(dialog).toContainText("0 stored, 18 epochs to train");
    await dialog
      .getByLabel("Expert files")
      .setInputFiles({ name: file.suggestedFilename(), mimeType: "application/zip", buffer });
    await expect(dialog).toContainText("2 experts are imported.");
    await expect(dialog).toContainText("All are trained.");
    await dialog
      .getByLabel("Expert files")
      .setInputFiles({ name: "cut.zip", mimeType: "application/zip", buffer: buffer.subarray(0, 9000) });
    await expect(dialog.getByRole("alert")).toContainText(/cut\.zip is cut short/);
  });

  expect(studio.errors).toEqual([]);
});
