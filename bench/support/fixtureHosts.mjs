/** The two places where fixtures run: Node for the CPU backends, a page in headless Chromium for WebGPU. */
import { chromium } from "@playwright/test";
import { createServer } from "vite";
import { CHROMIUM_FLAGS, ensureBrowser } from "../../e2e/support/browser.mjs";
import { serveBlankPage } from "./blankPage.mjs";

/** @typedef {import("../fixtures.mjs").CheckedOutput} CheckedOutput */
/**
 * @typedef {object} Host
 * @property {string} adapter what computes
 * @property {(name: string, json: string, budgetMs: number) => Promise<CheckedOutput[] | "out of time">} check
 * @property {() => Promise<void>} close
 */

const ENTRY = "/bench/support/fixtureEntry.ts";

/**
 * Runs the cases in this process. A case cannot be interrupted, so the budget does not count.
 * @param {string} root @param {string} backend @returns {Promise<Host>}
 */
export async function openInNode(root, backend) {
  const server = await createServer({
    root,
    server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    appType: "custom",
    logLevel: "error",
  });
  const entry = await server.ssrLoadModule(ENTRY);
  return {
    adapter: await entry["start"](backend),
    check: (name, json) => entry["check"](name, json),
    close: () => server.close(),
  };
}

/**
 * Runs the cases in a page that a Vite server serves on a free port; a case over its budget costs the browser.
 * @param {string} root @returns {Promise<Host>}
 */
export async function openInBrowser(root) {
  const blank = await serveBlankPage(root);
  let { browser, page, adapter } = await openPage();

  async function openPage() {
    const process = await chromium.launchServer({ executablePath: ensureBrowser(), args: CHROMIUM_FLAGS });
    const connected = await chromium.connect(process.wsEndpoint());
    const opened = await connected.newPage();
    await opened.goto(blank.url);
    const found = await opened.evaluate(
      async (entry) => (await import(/* @vite-ignore */ entry)).start("webgpu"),
      ENTRY,
    );
    return { browser: process, page: opened, adapter: /** @type {string} */ (found) };
  }

  return {
    adapter,
    async check(name, json, budgetMs) {
      /** @type {Promise<CheckedOutput[]>} */
      const run = page.evaluate(
        async ({ entry, args }) => (await import(/* @vite-ignore */ entry)).check(...args),
        { entry: ENTRY, args: [name, json] },
      );
      if (!Number.isFinite(budgetMs)) return run;
      /** @type {ReturnType<typeof setTimeout> | undefined} */
      let timer;
      const late = new Promise((done) => (timer = setTimeout(() => done("out of time"), budgetMs)));
      const result = await Promise.race([run, late]);
      clearTimeout(timer);
      if (result === "out of time") {
        run.catch(() => undefined); // it ends with its browser
        await browser.kill(); // closing would wait for the shaders that are still running
        ({ browser, page, adapter } = await openPage());
      }
      return /** @type {CheckedOutput[] | "out of time"} */ (result);
    },
    async close() {
      await browser.kill();
      await blank.close();
    },
  };
}
