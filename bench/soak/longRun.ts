/** A long run of a tiny network: the memory of page, worker and backend after a tenth of it and at its end. */
import type { Browser } from "@playwright/test";
import { classZip } from "../../e2e/fixtures/madeFiles";
import { Studio } from "../../e2e/support/studio";
import type { Tell } from "../soak.bench";
import { watchHeap } from "../support/watchHeap";

const GROWTH_MB = 15;

export async function longRun(
  browser: Browser,
  address: string,
  iterations: number,
  tell: Tell,
): Promise<void> {
  const context = await browser.newContext({ baseURL: address, viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const heap = await watchHeap(page, 1000);
  const studio = new Studio(page);
  await studio.open();
  const zip = { name: "tiny.zip", mimeType: "application/zip", buffer: await classZip(8) }; // 2 classes, 16x16
  await studio.importFiles([zip]);
  await studio.set({
    Iterations: iterations,
    "Real images per class": 1,
    "Network width": 1,
    "Network depth": 1,
    "Evaluation interval": 0,
  });
  await studio.spinbutton("Images per class (IPC)").fill("1");
  await studio.button("Start").click();
  const started = performance.now();
  const minutes = Number(process.env["SOAK_MINUTES"] ?? Infinity);
  /** @param share of the minutes that this may take */
  const until = async (iteration: number, share: number) => {
    for (;;) {
      const shown = await studio.shownIteration().catch(() => 0);
      const isOver = performance.now() - started > minutes * 60_000 * share;
      if (shown >= iteration || isOver) return shown;
      await page.waitForTimeout(1000);
    }
  };
  const first = await until(Math.round(iterations / 10), 0.3);
  const early = await heap.settled();
  const last = await until(iterations, 1);
  const late = await heap.settled();
  await heap.stop();
  const growth = late.heapMb + late.buffersMb - early.heapMb - early.buffersMb;
  const rate = last / ((performance.now() - started) / 1000);
  tell(
    growth < GROWTH_MB && first > 0 && last > first,
    `a run of ${last.toLocaleString("en")} iterations (${rate.toFixed(0)} it/s): heap of page and workers ` +
      `${early.heapMb.toFixed(1)} MB after ${first.toLocaleString("en")}, ${late.heapMb.toFixed(1)} MB at the end; buffers ` +
      `(WebAssembly and its tensors among them) ${early.buffersMb.toFixed(1)} MB and ${late.buffersMb.toFixed(1)} MB; growth ` +
      `${growth.toFixed(1)} MB (limit ${GROWTH_MB})`,
  );
  await context.close();
}
