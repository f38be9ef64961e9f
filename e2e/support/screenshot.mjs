/** Makes docs/screenshot.png, the picture in the README: the built page after a short run on the sample dataset. */
import { fileURLToPath } from "node:url";
import { chromium } from "@playwright/test";
import { build, preview } from "vite";
import { launchOptions } from "./browser.mjs";

const PORT = 4190;
const path = fileURLToPath(new URL("../../docs/screenshot.png", import.meta.url));

await build({ logLevel: "warn" });
const server = await preview({ preview: { port: PORT, strictPort: true, open: false } });
const browser = await chromium.launch(launchOptions({ webgpu: false }));
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`http://localhost:${PORT}/`);
  await page.getByRole("button", { name: "Sample dataset", exact: true }).click();
  const start = page.getByRole("button", { name: "Start", exact: true }).and(page.locator(":enabled"));
  await start.waitFor({ timeout: 120_000 });
  for (const [name, value] of Object.entries({ Iterations: 200, "Image learning rate": 3 })) {
    await page.getByRole("spinbutton", { name, exact: true }).fill(String(value));
  }
  await start.click();
  await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
  await start.waitFor({ timeout: 1_800_000 });
  await page.getByRole("button", { name: "Export", exact: true }).and(page.locator(":enabled")).waitFor();
  // buttons fade to their new colour
  await page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
  await page.screenshot({ path });
  console.log(`written: ${path}`);
} finally {
  await browser.close();
  await server.close();
}
