/** From the sample dataset to the file in the downloads, on WebGPU. */
import { expect, test } from "@playwright/test";
import { decode } from "fast-png";
import { decodeNpy } from "../src/data/codecs/npy";
import { decodePt, type PtTensor } from "../src/data/codecs/pt";
import { expectNoFaults } from "./support/axe";
import type { NamedFile } from "./fixtures/realData";
import { Studio } from "./support/studio";

test("sample, Start, Pause, Resume, Step, Stop, Export", async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await expect(page.getByRole("status", { name: "Backend" })).toContainText("WebGPU");
  await studio.importSample();
  await studio.set({
    Iterations: 500,
    "Image learning rate": 20,
    Seed: 3,
    "Real images per class": 4,
    "Network width": 4,
    "Evaluation interval": 0,
  });
  await studio.spinbutton("Images per class (IPC)").fill("1");
  await expect(page.getByRole("slider", { name: "Images per class (IPC)" })).toHaveAttribute(
    "aria-valuenow",
    "1",
  );

  await studio.button("Start").click();
  await studio.untilIteration(0);
  const first = await studio.picture();
  await studio.untilIteration(6);
  await expect(studio.region("Loss")).toContainText(/first .* now/);

  await test.step("Pause holds", async () => {
    await studio.button("Pause").click();
    await expect(studio.button("Resume")).toBeEnabled({ timeout: 30_000 });
    const held = await studio.picture();
    expect(held).not.toBe(first);
    await page.waitForTimeout(2000);
    expect(await studio.picture()).toBe(held);
  });

  await test.step("Step makes one iteration", async () => {
    const before = await studio.shownIteration();
    await studio.button("Step").click();
    await expect.poll(() => studio.shownIteration(), { timeout: 30_000 }).toBeGreaterThan(before);
    await expect(studio.button("Resume")).toBeEnabled({ timeout: 30_000 });
  });

  await studio.button("Resume").click();
  await studio.untilIteration(12);
  await studio.button("Stop").click();
  await expect(studio.button("Start")).toBeEnabled({ timeout: 30_000 });

  await test.step("the loss has fallen", async () => {
    const text = await studio.region("Loss").innerText();
    const [, from, now] = /first ([\d.,e+-]+).*now ([\d.,e+-]+)/.exec(text) ?? [];
    expect(Number(now?.replace(/,/g, ""))).toBeLessThan(Number(from?.replace(/,/g, "")));
  });

  let zip: NamedFile | null = null;
  let tensors: NamedFile[] = [];
  await studio.unfold();
  await page.getByRole("checkbox", { name: "Animated history" }).check();
  await test.step("the export opens", async () => {
    const exported = await studio.export();
    const { name, files } = exported;
    zip = { name, mimeType: "application/zip", buffer: exported.zip };
    expect(name).toBe("shapes-10-dm-ipc1.zip");
    const images = decodePt(files.get("images.pt")!) as PtTensor<"float32">;
    expect(new TextDecoder().decode(files.get("history.gif")!.subarray(0, 6))).toBe("GIF89a");
    tensors = ["images", "labels"].map((stem) => ({
      name: `${stem}_best.pt`, // as the code of MTT calls them
      mimeType: "application/octet-stream",
      buffer: Buffer.from(files.get(`${stem}.pt`)!),
    }));
    const labels = decodePt(files.get("labels.pt")!) as PtTensor<"int64">;
    expect(images.shape).toEqual([10, 3, 32, 32]);
    expect([...labels.data].map(Number)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(decodeNpy(files.get("images.npy")!).data).toEqual(images.data);
    expect(images.data.every((value) => Number.isFinite(Number(value)))).toBe(true);
    const manifest = JSON.parse(new TextDecoder().decode(files.get("manifest.json")));
    expect(manifest.config.run.seed).toBe(3);
    const pngs = [...files.keys()].filter((path) => path.endsWith(".png") && path.startsWith("images/"));
    expect(pngs).toHaveLength(10);
    const png = decode(files.get(pngs[0]!)!);
    expect([png.width, png.height, png.channels]).toEqual([32, 32, 3]);
  });

  await test.step("the export is the same set again when it is dropped back", async () => {
    const runs = studio.region("Result").locator(".runs li");
    await expect(runs).toHaveCount(1);
    await studio.chooseFiles([zip!]);
    await expect(studio.region("Result")).toContainText("was opened from its file.");
    await expect(runs).toHaveCount(1); // a set is known by the hash of all that it is
  });

  await test.step("bare tensors open as a set of the dataset, and the next run goes on from them", async () => {
    await studio.chooseFiles(tensors);
    const dialog = page.getByRole("dialog", { name: "Open distilled set" });
    await expect(dialog).toContainText("layout of MTT and DATM");
    await expectNoFaults(page, "the dialog of a set");
    await dialog.getByRole("button", { name: "Open", exact: true }).click();
    await expect(studio.region("Result")).toContainText("images_best.pt was opened from its file.");
    await studio.button("Continue from this").click();
    await expect(page.getByRole("combobox", { name: "Initialisation" })).toHaveText("A kept set");
    await expect(page.getByRole("combobox", { name: "Kept set" })).toContainText("images_best.pt");
    await studio.button("Start").click();
    await studio.untilIteration(1);
    await studio.button("Stop").click();
    await expect(studio.region("Result").locator(".runs li")).toHaveCount(3);
  });

  expect(studio.foreignRequests).toEqual([]);
  expect(studio.errors).toEqual([]);
});
