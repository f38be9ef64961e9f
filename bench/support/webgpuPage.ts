/** A page in headless Chromium with WebGPU in software, in which a module of this repository runs. */
import { chromium } from "@playwright/test";
import { CHROMIUM_FLAGS, ensureBrowser } from "../../e2e/support/browser.mjs";
import { serveBlankPage } from "./blankPage.mjs";

export interface WebGpuPage {
  /** Calls an exported function of the module; arguments and result are JSON. */
  call<T>(name: string, ...args: readonly unknown[]): Promise<T>;
  close(): Promise<void>;
}

/** @param entry the module's path from the root: "/bench/support/….ts" */
export async function openWebGpuPage(entry: string): Promise<WebGpuPage> {
  const blank = await serveBlankPage();
  const browser = await chromium.launch({ executablePath: ensureBrowser(), args: CHROMIUM_FLAGS });
  const page = await browser.newPage();
  await page.goto(blank.url);
  return {
    // as text, because Vite rewrites imports in what it runs in Node
    call: (name, ...args) =>
      page.evaluate(
        `import(${JSON.stringify(entry)}).then((entry) => entry[${JSON.stringify(name)}](...${JSON.stringify(args)}))`,
      ),
    async close() {
      await browser.close();
      await blank.close();
    },
  };
}
