/** A set is kept when its run ends, and evaluated against random images; what is known is not computed again. */
import { readFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { expectNoFaults } from "./support/axe";
import { launchOptions } from "./support/browser.mjs";
import { Studio } from "./support/studio";

test.use({ launchOptions: launchOptions({ webgpu: false }) });

const DELETE = "Delete Distribution matching (DM) · Shapes-10 · IPC 1 · iteration 2";

test("a kept set is evaluated against random images, and once is enough", async ({ page }) => {
  const studio = new Studio(page);
  await studio.keepTinySet({ "Evaluation networks": 2 });
  await expect(studio.button(DELETE)).toBeVisible();
  await studio.button("Evaluate…").click();
  const dialog = page.getByRole("dialog", { name: "Evaluate" });
  await dialog.getByRole("checkbox", { name: "As 8-bit PNG" }).uncheck();
  await expectNoFaults(page, "choices");
  const state = dialog.getByRole("status", { name: "State of the evaluation" });
  const start = dialog.getByRole("button", { name: "Start", exact: true });

  await start.click();
  await expect(state).toContainText("Done", { timeout: 60_000 });
  const table = dialog.getByRole("group", { name: "Results" });
  const rows = table.getByRole("row");
  await expect(rows).toHaveCount(3);
  for (const name of ["Synthetic set", "Random images"]) {
    await expect(rows.filter({ hasText: name })).toContainText(/\d+\.\d ± \d+\.\d %/);
  }
  await expect(table).not.toContainText("cached");

  await test.step("a row shows its classes", async () => {
    await table.getByRole("button", { name: /^Synthetic set on ConvNet/ }).click();
    const classes = dialog.getByRole("group", { name: "Accuracy by class" });
    await expect(classes.getByRole("row")).toHaveCount(11);
    await expect(classes).toContainText("200"); // 100 test images of each class, two networks
    await expectNoFaults(page, "results");
  });

  await test.step("the CSV has the rows", async () => {
    const download = page.waitForEvent("download");
    await dialog.getByRole("button", { name: "Save CSV" }).click();
    const file = await download;
    expect(file.suggestedFilename()).toBe("shapes-10-evaluation.csv");
    const lines = readFileSync(await file.path(), "utf8")
      .trimEnd()
      .split("\r\n");
    expect(lines).toHaveLength(3);
    const [head, set, random] = lines.map((line) => line.split(","));
    const of = (line: string[], column: string) => line[head!.indexOf(column)]!;
    expect([of(set!, "trained_on"), of(random!, "trained_on")]).toEqual(["Synthetic set", "Random images"]);
    const scores = of(set!, "accuracies").split(" ").map(Number);
    expect(scores).toHaveLength(2);
    expect(Number(of(set!, "mean"))).toBeCloseTo((scores[0]! + scores[1]!) / 2, 5);
    expect(Number(of(set!, "ior"))).toBeCloseTo(Number(of(set!, "mean")) - Number(of(random!, "mean")), 5);
  });

  await test.step("the second time it is known", async () => {
    const before = await rows.nth(1).innerText();
    await start.click();
    await expect(rows.nth(1)).toContainText("cached");
    await expect(rows.nth(2)).toContainText("cached");
    await expect(state).toContainText("Done");
    expect((await rows.nth(1).innerText()).replace(/\s*cached/, "").trim()).toBe(before.trim());
  });

  await test.step("DD-Ranking's protocol searches the learning rate, and says which was best", async () => {
    await dialog.getByRole("button", { name: "DD-Ranking" }).click();
    await studio.unfold();
    await expect(dialog.getByRole("switch", { name: "Search the learning rate" })).toBeChecked();
    await dialog.getByRole("spinbutton", { name: "Evaluation networks" }).fill("1");
    await dialog.getByRole("spinbutton", { name: "Evaluation epochs" }).fill("2");
    await start.click();
    await expect(state).toContainText("Done · 10 of 10 networks", { timeout: 60_000 });
    await table.getByRole("button", { name: /^Random images on ConvNet/ }).click();
    await expect(dialog.getByRole("region", { name: "Details" })).toContainText(
      /with hard labels, each network at the best of the searched learning rates: 0\.\d/,
    );
  });

  await dialog.getByRole("button", { name: "Close" }).click();
  await test.step("the card is a picture", async () => {
    const download = page.waitForEvent("download");
    await studio.button("Save card").click();
    const file = await download;
    expect(file.suggestedFilename()).toBe("shapes-10-dm-ipc1-card.png");
    expect(
      readFileSync(await file.path())
        .subarray(1, 4)
        .toString(),
    ).toBe("PNG");
  });

  await test.step("the set outlives a reload, is exported, and deleted", async () => {
    await page.reload();
    await page.getByRole("button", { name: /^Distribution matching \(DM\)/ }).click();
    const { name, files } = await studio.export();
    expect(name).toBe("shapes-10-dm-ipc1.zip");
    expect(files.has("images.pt")).toBe(true);
    await studio.button(DELETE).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await expect(studio.button("Evaluate…")).toBeDisabled();
  });
  expect(studio.errors).toEqual([]);
});
