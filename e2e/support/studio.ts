/** The studio as a person uses it: by the names that are on the page. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { expect } from "@playwright/test";
import { BlobReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js";
import type { NamedFile } from "../fixtures/realData";

export class Studio {
  readonly foreignRequests: string[] = [];
  readonly errors: string[] = [];

  constructor(readonly page: Page) {
    page.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      if (protocol.startsWith("http") && hostname !== "localhost") this.foreignRequests.push(request.url());
    });
    page.on("pageerror", (error) => this.errors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(message.text());
    });
  }

  button = (name: string): Locator => this.page.getByRole("button", { name, exact: true });
  region = (name: string): Locator => this.page.getByRole("region", { name, exact: true });
  spinbutton = (name: string): Locator => this.page.getByRole("spinbutton", { name, exact: true });

  /** Opens the page and waits until a backend has started. */
  async open(): Promise<void> {
    await this.page.goto("/");
    await expect(this.page.getByRole("status", { name: "Backend" })).toContainText(
      /WebGPU|WebAssembly|JavaScript/,
      { timeout: 60_000 },
    );
  }

  /** Chooses files in the picker, and confirms the import dialog. */
  async importFiles(files: NamedFile[]): Promise<void> {
    await this.chooseFiles(files);
    await this.button("Import").click();
    await expect(this.region("Import report")).toBeVisible({ timeout: 60_000 });
  }

  async chooseFiles(files: NamedFile[]): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser");
    await this.button("Choose files").click();
    await (await chooser).setFiles(files);
  }

  async chooseFolder(path: string): Promise<void> {
    const chooser = this.page.waitForEvent("filechooser");
    await this.button("Choose a folder").click();
    await (await chooser).setFiles(path);
    await this.button("Import").click();
    await expect(this.region("Import report")).toBeVisible({ timeout: 60_000 });
  }

  async importSample(): Promise<void> {
    await this.button("Sample dataset").click();
    await expect(this.button("Start")).toBeEnabled({ timeout: 60_000 });
  }

  /** Opens the page with the sample, and runs two iterations on a tiny network: the set is kept. */
  async keepTinySet(changed: Record<string, number> = {}): Promise<void> {
    await this.open();
    await this.importSample();
    await this.set({
      Iterations: 2,
      "Network width": 4,
      "Network depth": 1,
      "Real images per class": 4,
      "Evaluation interval": 0,
      "Evaluation networks": 1,
      "Evaluation epochs": 2,
      ...changed,
    });
    await this.spinbutton("Images per class (IPC)").fill("1");
    await this.button("Start").click();
    await expect(this.button("Evaluate…")).toBeEnabled({ timeout: 60_000 });
  }

  /** Unfolds every group of settings. */
  async unfold(): Promise<void> {
    await this.page.evaluate(() => {
      for (const fold of document.querySelectorAll("details")) fold.open = true;
    });
  }

  /** Types numbers into spinbuttons by name. */
  async set(values: Record<string, number>): Promise<void> {
    await this.unfold();
    for (const [name, value] of Object.entries(values)) {
      await this.spinbutton(name).fill(String(value));
      await this.spinbutton(name).blur();
    }
  }

  /** The iteration that the pictures on the screen belong to. */
  async shownIteration(): Promise<number> {
    const canvas = this.page.locator("canvas[data-iteration]");
    return Number(await canvas.getAttribute("data-iteration"));
  }

  /** The iteration of the newest stored state. */
  async storedIteration(): Promise<number> {
    const text = await this.page.getByText(/^Stored at iteration/).innerText();
    return Number(/[\d,]+$/.exec(text)![0].replace(",", ""));
  }

  /** Pauses, and gives the iteration that is stored then: that of the pictures, once they are drawn. */
  async pauseAndStore(): Promise<number> {
    await this.button("Pause").click();
    await expect(this.button("Resume")).toBeEnabled({ timeout: 60_000 });
    await expect.poll(async () => (await this.shownIteration()) - (await this.storedIteration())).toBe(0);
    return this.storedIteration();
  }

  /** The pictures themselves, to compare two moments. */
  picture(): Promise<string> {
    return this.page.locator("canvas[data-iteration]").evaluate((c) => (c as HTMLCanvasElement).toDataURL());
  }

  async untilIteration(iteration: number): Promise<void> {
    await expect.poll(() => this.shownIteration(), { timeout: 120_000 }).toBeGreaterThanOrEqual(iteration);
  }

  /** Presses Export and gives the files of the zip. */
  async export(): Promise<{ name: string; zip: Buffer; files: Map<string, Buffer> }> {
    const download = this.page.waitForEvent("download");
    await this.button("Export").click();
    const file = await download;
    const zip = readFileSync(await file.path());
    return { name: file.suggestedFilename(), zip, files: await unzip(zip) };
  }
}

/** The files of a zip, by name; each is checked against its CRC-32. */
export async function unzip(zip: Buffer): Promise<Map<string, Buffer>> {
  const reader = new ZipReader(new BlobReader(new Blob([new Uint8Array(zip)])), { checkSignature: true });
  const files = new Map<string, Buffer>();
  for (const entry of await reader.getEntries())
    if (!entry.directory) files.set(entry.filename, Buffer.from(await entry.getData(new Uint8ArrayWriter())));
  await reader.close();
  return files;
}
