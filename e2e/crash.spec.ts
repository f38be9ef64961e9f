/** A tab that dies loses nothing: runs, training of experts and evaluations go on, and end as if nothing had happened. */
import { readFileSync } from "node:fs";
import { expect, test, type Page } from "@playwright/test";
import { classZip } from "./fixtures/madeFiles";
import { expectNoFaults } from "./support/axe";
import { launchOptions } from "./support/browser.mjs";
import { crash, damageNewest, forgetScores, hide, storedLosses } from "./support/crash";
import { Studio, unzip } from "./support/studio";

test.use({ launchOptions: launchOptions({ webgpu: false }) });

/** A run of two classes of 16 x 16 that takes some seconds. */
async function prepare(page: Page, method: string, settings: Record<string, number> = {}): Promise<Studio> {
  const studio = new Studio(page);
  await studio.open();
  const buffer = await classZip(40);
  await studio.importFiles([{ name: "pets.zip", mimeType: "application/zip", buffer }]);
  await page.getByRole("combobox", { name: "Method" }).click();
  await page.getByRole("option", { name: method }).click();
  await studio.set({
    Iterations: 300,
    "Network width": 4,
    "Network depth": 2,
    "Evaluation interval": 0,
    ...settings,
  });
  await studio.spinbutton("Images per class (IPC)").fill("1");
  return studio;
}

const left = (studio: Studio) => studio.region("Unfinished");
const status = (studio: Studio) => studio.page.locator(".run-status");
const stored = (studio: Studio) => studio.page.getByText(/^Stored at iteration/);

/** Waits for the end, and gives what the exported files hold, by name. */
async function finished(studio: Studio): Promise<Map<string, Buffer>> {
  await expect(status(studio)).toContainText("Done", { timeout: 120_000 });
  await expect(left(studio)).toBeHidden(); // the set is kept, so the stored state is gone
  const { files } = await studio.export();
  const numbers = [...files].filter(([name]) => /\.(npy|pt|png|safetensors)$/.test(name));
  expect(numbers.length).toBeGreaterThan(2);
  return new Map(numbers);
}

async function resumeLeft(studio: Studio): Promise<void> {
  await left(studio)
    .getByRole("button", { name: /^Resume: / })
    .click();
}

for (const [method, iterations] of [
  ["Distribution matching (DM)", 900],
  ["Gradient matching (DC)", 30], // its network is trained between two updates
] as const) {
  test(`a run of ${method} goes on after its tab has died, bit by bit`, async ({ page }) => {
    let studio = await prepare(page, method, { "Real images per class": 8, Iterations: iterations });
    await studio.button("Start").click();
    const whole = await finished(studio);

    await studio.button("Start").click();
    await studio.untilIteration(5);
    const iteration = await studio.pauseAndStore();
    const before = await storedLosses(studio.page);
    expect(before.at(-1)).toBe(iteration);
    await studio.button("Resume").click();
    await studio.untilIteration(iteration + 5); // these are lost
    studio = await crash(studio);

    await test.step("the page says what was going on, and Resume is one click", async () => {
      await expect(left(studio)).toContainText(`${method} on pets`);
      await expect(left(studio)).toContainText(`iteration ${iteration} of ${iterations} · `);
      await expectNoFaults(studio.page, "unfinished");
      await studio.unfold();
      await studio.set({ Iterations: 7 }); // the settings of the run come back with it
      await resumeLeft(studio);
      await expect(left(studio)).toBeHidden();
      await expect(studio.spinbutton("Iterations")).toHaveValue(String(iterations));
    });

    await test.step("the curve goes on where it was", async () => {
      await studio.untilIteration(iteration + 3);
      await expect(studio.region("Loss")).toContainText(/first .* now/);
      const later = await studio.pauseAndStore();
      const after = await storedLosses(studio.page);
      expect(after.slice(0, before.length)).toEqual(before);
      expect(after.every((one, i) => i === 0 || one > after[i - 1]!)).toBe(true);
      expect(after.at(-1)).toBe(later);
      await studio.button("Resume").click();
    });

    const resumed = await finished(studio);
    expect([...resumed.keys()]).toEqual([...whole.keys()]);
    for (const [name, bytes] of whole) expect(bytes.equals(resumed.get(name)!), name).toBe(true);
    expect(studio.errors).toEqual([]);
  });
}

test("trajectory matching, stored when the page is hidden: a damaged newest checkpoint falls back to that", async ({
  page,
}) => {
  let studio = await prepare(page, "Trajectory matching (MTT)", {
    ...{ Experts: 1, "Start epochs": 2, "Expert epochs to match": 1, "Expert batch": 8, "Student steps": 2 },
    ...{ Iterations: 100, "Checkpoint interval": 600 },
  });
  await studio.button("Start").click();
  const whole = await finished(studio);

  await studio.button("Start").click();
  await studio.untilIteration(3);
  await expect(stored(studio)).toBeHidden();
  await hide(studio.page);
  await expect(stored(studio)).toBeVisible();
  const older = await studio.storedIteration();
  await studio.untilIteration(older + 1);
  const newer = await studio.pauseAndStore();
  expect(newer).toBeGreaterThan(older);
  studio = await crash(studio);
  await expect(left(studio)).toContainText(`iteration ${newer} of 100`);
  await damageNewest(studio.page);
  await resumeLeft(studio);
  await expect(studio.page.getByRole("alert")).toContainText(
    `The newest checkpoint was damaged; the run goes on from the one before, at iteration ${older}.`,
  );
  const resumed = await finished(studio);
  for (const [name, bytes] of whole) expect(bytes.equals(resumed.get(name)!), name).toBe(true);
});

test("a run is stored at its interval, discarding asks first, one that diverges goes on slower", async ({
  page,
}) => {
  const studio = await prepare(page, "Distribution matching (DM)", {
    Iterations: 20_000,
    "Checkpoint interval": 5,
  });
  await studio.button("Start").click();
  await expect(stored(studio)).toBeVisible({ timeout: 60_000 });
  const saved = await studio.storedIteration();
  expect(saved).toBeGreaterThan(0);
  await page.goto("about:blank"); // without a pause
  await studio.open();
  await expect(left(studio)).toContainText(/iteration [\d,]+ of 20,000/);
  const [, iteration] = /iteration ([\d,]+) of/.exec(await left(studio).innerText())!;
  expect(Number(iteration!.replace(",", ""))).toBeGreaterThanOrEqual(saved);
  await left(studio)
    .getByRole("button", { name: /^Discard/ })
    .click();
  const dialog = page.getByRole("dialog", { name: "Discard this run?" });
  await dialog.getByRole("button", { name: "Keep" }).click();
  await expect(left(studio)).toBeVisible();
  await left(studio)
    .getByRole("button", { name: /^Discard/ })
    .click();
  await dialog.getByRole("button", { name: "Delete" }).click();
  await expect(left(studio)).toBeHidden();
  await page.reload();
  await expect(studio.button("Start")).toBeEnabled({ timeout: 60_000 });
  await expect(left(studio)).toBeHidden();

  await test.step("one that diverges goes on from its last good state at half the rate, until it ends", async () => {
    await studio.unfold();
    await page.getByRole("combobox", { name: "Normalisation" }).click();
    await page.getByRole("option", { name: "None" }).click();
    await studio.set({ Iterations: 80, "Real images per class": 8, "Image learning rate": 1000 });
    await studio.button("Start").click();
    const halve = page.getByRole("button", { name: /^Go on at half the rate/ });
    await expect(halve).toBeVisible({ timeout: 60_000 });
    await expect(studio.region("Run").getByRole("alert")).toContainText(/diverged in iteration \d+/);
    await expect(studio.region("Run")).toContainText(/Its last good state, iteration \d+, is stored/);
    const isDone = status(studio).filter({ hasText: "Done" });
    for (let halves = 0; halves < 12 && !(await isDone.isVisible()); halves++) {
      const offered = await halve.getAttribute("aria-label"); // it names the rate
      await halve.click();
      await expect(page.getByRole("button", { name: offered!, exact: true })).toBeHidden();
      await expect(halve.or(isDone).first()).toBeVisible({ timeout: 60_000 }); // both until the set is kept
    }
    await finished(studio);
    expect(Number(await studio.spinbutton("Image learning rate").inputValue())).toBeLessThan(1000);
  });
});

test("training of experts goes on at its last stored epoch, and the experts are the same", async ({
  page,
}) => {
  let studio = await prepare(page, "Trajectory matching (MTT)", {
    Experts: 2,
    "Start epochs": 8,
    "Expert epochs to match": 2,
    "Expert learning rate": 0.05,
    "Expert batch": 4,
  });
  const dialog = () => studio.page.getByRole("dialog", { name: "Experts" });
  const train = () => dialog().getByRole("button", { name: "Train", exact: true });
  const exported = async () => {
    const download = studio.page.waitForEvent("download");
    await dialog()
      .getByRole("button", { name: /^Export experts of/ })
      .click();
    return unzip(readFileSync(await (await download).path()));
  };
  await studio.button("Experts…").click();
  await train().click();
  await expect(dialog().getByRole("listitem")).toContainText(/1 expert, \d epochs? /, { timeout: 60_000 });
  studio = await crash(studio);

  await expect(left(studio)).toContainText("Training of experts");
  await studio.button("Go on training experts").click();
  await expect(studio.page.getByText("2 experts ready")).toBeVisible({ timeout: 60_000 });
  await expect(left(studio)).toBeHidden();
  await studio.button("Experts…").click();
  const resumed = await exported();

  await dialog()
    .getByRole("button", { name: /^Delete experts of/ })
    .click();
  await studio.page
    .getByRole("dialog", { name: "Delete 2 experts?" })
    .getByRole("button", { name: "Delete" })
    .click();
  await train().click();
  await expect(dialog()).toContainText("All are trained.", { timeout: 60_000 });
  const whole = await exported();
  expect([...resumed.keys()]).toEqual([...whole.keys()]);
  for (const [name, bytes] of whole) expect(bytes.equals(resumed.get(name)!), name).toBe(true);
  expect(studio.errors).toEqual([]);
});

test("an evaluation goes on at the networks that are missing, and its numbers are the same", async ({
  page,
}) => {
  let studio = new Studio(page);
  await studio.keepTinySet({ "Evaluation networks": 2, "Evaluation epochs": 50 });
  const dialog = () => studio.page.getByRole("dialog", { name: "Evaluate" });
  const numbers = async () => {
    await expect(dialog().getByRole("status", { name: "State of the evaluation" })).toContainText("Done", {
      timeout: 120_000,
    });
    const rows = await dialog().getByRole("group", { name: "Results" }).getByRole("row").allInnerTexts();
    return rows.map((row) => row.replace(/\s*cached/, "").trim());
  };
  const start = () => dialog().getByRole("button", { name: "Start", exact: true });
  await studio.button("Evaluate…").click();
  await start().click();
  const whole = await numbers();
  expect(whole.length).toBeGreaterThan(2);

  await forgetScores(studio.page);
  await start().click();
  await dialog().getByRole("button", { name: "Close" }).click();
  await expect(studio.page.getByText(/An evaluation goes on: [1-4] of 6 networks/)).toBeVisible({
    timeout: 60_000,
  });
  studio = await crash(studio);
  await studio.button("Go on evaluating").click();
  await studio.button("Evaluate…").click();
  expect(await numbers()).toEqual(whole);
  await dialog().getByRole("button", { name: "Close" }).click();
  await expect(left(studio)).toBeHidden();
  expect(studio.errors).toEqual([]);
});
