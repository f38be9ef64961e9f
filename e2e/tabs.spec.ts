/** Two and more tabs of one browser: one runs the studio, the others show it, and take over when it goes away. */
import { expect, test, type BrowserContext, type Page } from "@playwright/test";
import { classZip } from "./fixtures/madeFiles";
import { launchOptions } from "./support/browser.mjs";
import { storedLosses } from "./support/crash";
import { Studio } from "./support/studio";

test.use({ launchOptions: launchOptions({ webgpu: false }) });

const REASON = "Another tab runs the studio; this one shows it.";
const ENDLESS = 100_000; // iterations: minutes

const banner = ({ page }: Studio) => page.getByRole("complementary", { name: "Another tab" });
const status = ({ page }: Studio) => page.locator(".run-phase");
const left = (studio: Studio) => studio.region("Unfinished");
const kept = ({ page }: Studio) => page.getByRole("button", { name: /^Distribution matching .* iteration/ });

async function openTab(context: BrowserContext): Promise<Studio> {
  const studio = new Studio(await context.newPage());
  await studio.open();
  return studio;
}

/** The first tab with the sample dataset and settings of which an iteration takes milliseconds, with more real images longer. */
async function openFirst(page: Page, iterations: number, realImages = 32): Promise<Studio> {
  const studio = new Studio(page);
  await studio.open();
  await studio.importSample();
  await studio.set({
    Iterations: iterations,
    "Image learning rate": 20,
    "Real images per class": realImages,
    "Network width": 4,
    "Network depth": 1,
    "Evaluation interval": 0,
    "Checkpoint interval": 5, // seconds, the least
  });
  await studio.spinbutton("Images per class (IPC)").fill("1");
  return studio;
}

async function startRun(studio: Studio): Promise<void> {
  await studio.button("Start").click();
  await studio.untilIteration(2);
}

/** Waits until a tab that looked on runs the studio, with an engine of its own. */
async function untilWriter(studio: Studio): Promise<void> {
  await expect(banner(studio)).toHaveCount(0, { timeout: 30_000 });
  await expect(studio.button("Start")).toBeEnabled({ timeout: 60_000 });
}

/** The run that another tab computed has not failed: it is there to go on. */
async function untilInterrupted(studio: Studio): Promise<void> {
  await expect(status(studio)).toHaveText("Interrupted");
  await expect(left(studio)).toContainText(/Distribution matching \(DM\) on Shapes-10/);
  await expect(studio.page.getByRole("alert")).toHaveCount(0);
}

async function resumeLeft(studio: Studio): Promise<void> {
  await left(studio)
    .getByRole("button", { name: /^Resume: / })
    .click();
}

/** Stops the page where it is, without a word to it; its workers go on. @returns what wakes it */
async function putToSleep({ page }: Studio): Promise<() => Promise<void>> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Debugger.enable");
  const asleep = new Promise((resolve) => devtools.once("Debugger.paused", resolve));
  await devtools.send("Debugger.pause");
  await asleep;
  return async () => {
    await devtools.send("Debugger.disable"); // resumes
    await devtools.detach();
  };
}

test("a second tab shows the run live, and can change nothing", async ({ page, context }) => {
  const first = await openFirst(page, ENDLESS);
  await startRun(first);
  const second = await openTab(context);

  await test.step("it says why, and shows images, counters and curve as they come", async () => {
    await expect(banner(second)).toContainText(REASON);
    await expect(banner(first)).toBeHidden();
    await second.untilIteration(await first.shownIteration());
    const [at, picture] = [await second.shownIteration(), await second.picture()];
    await second.untilIteration(at + 5);
    expect((await second.picture()) === picture).toBe(false);
    await expect(status(second)).toHaveText("Running");
    await expect(second.region("Loss")).toContainText(/first .* now/);
  });

  await test.step("what writes or computes is off, with the reason", async () => {
    for (const name of ["Pause", "Step", "Stop", "Choose files", "Choose a folder", "Sample dataset"])
      await expect(second.button(name)).toBeDisabled();
    await expect(second.button("Pause")).toHaveAccessibleDescription(REASON);
    for (const name of ["Delete Shapes-10", "Rename Shapes-10"]) {
      await expect(second.button(name)).toBeDisabled();
      await expect(second.button(name)).toHaveAttribute("title", REASON);
    }
    await expect(second.spinbutton("Iterations")).toBeDisabled();
    await expect(second.spinbutton("Iterations")).toHaveValue(String(ENDLESS));
  });

  await test.step("a way past the buttons is refused too", async () => {
    await second.page.getByLabel("Dataset files").setInputFiles({
      name: "pets.zip",
      mimeType: "application/zip",
      buffer: Buffer.from("no matter what"),
    });
    await expect(second.page.getByRole("alert")).toContainText(REASON);
    await second.page.keyboard.press("Space");
    await second.untilIteration((await second.shownIteration()) + 5);
  });

  await test.step("it follows what is done in the first", async () => {
    await first.button("Pause").click();
    await expect(status(first)).toHaveText("Paused");
    await expect(status(second)).toHaveText("Paused");
    expect(await second.shownIteration()).toBe(await first.shownIteration());
    expect((await second.picture()) === (await first.picture())).toBe(true);
    await first.button("Stop").click();
    await expect(kept(first)).toHaveCount(1);
    await expect(kept(second)).toHaveCount(1);
    await first.spinbutton("Iterations").fill("77");
    await expect(second.spinbutton("Iterations")).toHaveValue("77");
  });

  await test.step("kept sets are read there: chosen and exported", async () => {
    await expect(second.button("Export")).toBeDisabled();
    await kept(second).click();
    const { files } = await second.export();
    expect([...files.keys()]).toContain("images.pt");
    await expect(second.page.getByRole("button", { name: /^Delete Distribution/ })).toBeDisabled();
  });
  expect([...first.errors, ...second.errors]).toEqual([]);
});

test("the second tab takes over when the first is closed, and nothing is there twice", async ({
  page,
  context,
}) => {
  const first = await openFirst(page, 30, 4);
  await startRun(first);
  const second = await openTab(context);
  await expect(kept(first)).toHaveCount(1, { timeout: 60_000 });
  await expect(kept(second)).toHaveCount(1);

  await page.close();
  await untilWriter(second);
  await expect(kept(second)).toHaveCount(1);
  await second.set({ Seed: 2 }); // the same seed would give the same set, which is kept once
  await second.button("Start").click();
  await expect(kept(second)).toHaveCount(2, { timeout: 60_000 });
  await second.page.reload();
  await untilWriter(second);
  await expect(kept(second)).toHaveCount(2);
});

test("the second tab takes over when the first crashes in the middle of a run", async ({ page, context }) => {
  const first = await openFirst(page, ENDLESS);
  await startRun(first);
  const second = await openTab(context);
  await second.untilIteration(await first.shownIteration());

  const session = await context.newCDPSession(page);
  void session.send("Page.crash").catch(() => undefined); // it never answers
  await untilWriter(second);
  await expect(second.button("Delete Shapes-10")).toBeEnabled();
  await untilInterrupted(second);
  await resumeLeft(second);
  await expect(status(second)).toHaveText("Running");
});

test("“Use this tab instead” moves the studio to the tab that asks, and to no other", async ({
  page,
  context,
}) => {
  const first = await openFirst(page, ENDLESS);
  await startRun(first);
  const second = await openTab(context);
  const third = await openTab(context);
  await third.untilIteration(await first.shownIteration());

  await banner(third).getByRole("button", { name: "Use this tab instead" }).click();
  await untilWriter(third);
  await untilInterrupted(third);
  for (const other of [first, second]) await expect(banner(other)).toContainText(REASON);
  await resumeLeft(third);
  for (const other of [first, second]) {
    await expect(status(other)).toHaveText("Running");
    await other.untilIteration((await other.shownIteration()) + 1);
  }

  await test.step("a tab that sleeps is not waited for; it stores nothing more, and looks on when it wakes", async () => {
    await first.page.close();
    const wake = await putToSleep(third);
    await banner(second).getByRole("button", { name: "Use this tab instead" }).click();
    await banner(second).getByRole("button", { name: "Take over anyway" }).click();
    await untilWriter(second);
    await untilInterrupted(second);
    await resumeLeft(second);
    await expect(status(second)).toHaveText("Running");
    await second.button("Pause").click(); // the engine of the tab that sleeps computes on
    await expect(status(second)).toHaveText("Paused");
    const at = await second.shownIteration();
    await wake();
    await expect(banner(third)).toContainText(REASON);
    await expect(status(third)).toHaveText("Paused");
    expect((await storedLosses(second.page)).at(-1)).toBe(at);
  });
});

test("a tab that imports keeps the studio, and says so", async ({ page, context }) => {
  const first = new Studio(page);
  await first.open();
  await first.chooseFiles([{ name: "pets.zip", mimeType: "application/zip", buffer: await classZip(20) }]);
  await expect(page.getByRole("dialog")).toBeVisible();
  const second = await openTab(context);
  await banner(second).getByRole("button", { name: "Use this tab instead" }).click();
  await expect(banner(second)).toContainText("The other tab is importing a dataset.");
  await first.button("Import").click();
  await expect(second.button("Delete pets")).toBeVisible();
  await banner(second).getByRole("button", { name: "Use this tab instead" }).click();
  await untilWriter(second);
});
