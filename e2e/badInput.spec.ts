/** Whatever is wrong with what was dropped is said by name, and the store stays as it was. */
import { expect, test } from "@playwright/test";
import { flippedZip, mixedZip, oneClassZip, truncatedZip, unlabelledZip } from "./fixtures/madeFiles";
import { mnistQuadruple, realDataMissing } from "./fixtures/realData";
import type { NamedFile } from "./fixtures/realData";
import { launchOptions } from "./support/browser.mjs";
import { Studio } from "./support/studio";

// what it is about needs no GPU, and one in software is slow to start
test.use({ launchOptions: launchOptions({ webgpu: false }) });

const text = (name: string, body: string): NamedFile => ({ name, mimeType: "", buffer: Buffer.from(body) });

/** Files, and what the page must say of them. */
const FAILURES: [what: string, files: () => Promise<NamedFile[]>, says: RegExp[]][] = [
  ["a truncated zip", async () => [await truncatedZip()], [/truncated\.zip/]],
  ["one flipped byte in a zip", async () => [await flippedZip()], [/cat\/2\.png/, /CRC|checksum/i]],
  ["one class only", async () => [await oneClassZip()], [/one class/i]],
  ["images without folders", async () => [await unlabelledZip()], [/label|class/i]],
  [
    "a text document",
    () => Promise.resolve([text("notes.docx", "hello")]),
    [/notes\.docx|no reader|format/i],
  ],
  ["an empty zip", () => Promise.resolve([text("empty.zip", "")]), [/empty\.zip/]],
];

test("what cannot become a dataset is refused with a reason", async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  const alert = page.getByRole("alert");
  const datasets = page.getByRole("button", { name: /classes · .* images/ });
  for (const [what, files, says] of FAILURES)
    await test.step(what, async () => {
      await studio.chooseFiles(await files());
      const importButton = studio.button("Import");
      await expect(alert.or(importButton)).toBeVisible();
      if (await importButton.isVisible()) await importButton.click(); // some faults show only while pixels are read
      for (const pattern of says) await expect(alert).toContainText(pattern);
      await expect(datasets).toHaveCount(0);
      await alert.getByRole("button", { name: "Dismiss" }).click();
      await expect(alert).toBeHidden();
    });
  await page.reload();
  await expect(studio.button("Choose files")).toBeVisible();
  await expect(datasets).toHaveCount(0);
});

test("files that must be skipped are listed with their reasons", async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.importFiles([await mixedZip()]);
  const report = studio.region("Import report");
  for (const name of ["notes.txt", "text.png", "empty.png", "half.png", "huge.png", "secret.png", "evil.png"])
    await expect(report).toContainText(name);
  await expect(report).not.toContainText("__MACOSX");
});

test("IDX files whose counts differ are refused with both counts", async ({ page }) => {
  test.skip(realDataMissing !== "", realDataMissing); // ../shared/data lies beside the repository, not in it
  const studio = new Studio(page);
  await studio.open();
  const [images] = mnistQuadruple(2, 1);
  const [, labels] = mnistQuadruple(3, 1);
  await studio.chooseFiles([images!, labels!]);
  await expect(page.getByRole("alert")).toContainText(/20 .*30|30 .*20/);
});

test("a wrong setting is refused beside its control", async ({ page }) => {
  const studio = new Studio(page);
  await studio.open();
  await studio.importSample();
  await studio.spinbutton("Images per class (IPC)").fill("99");
  await expect(page.getByText("Images per class (IPC) must be between 1 and 50.").first()).toBeVisible();
  await expect(studio.button("Start")).toBeDisabled();
  await studio.spinbutton("Images per class (IPC)").fill("2");
  await expect(studio.button("Start")).toBeEnabled();
});
