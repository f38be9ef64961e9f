/**
 * What only time and numbers show: `npm run test:soak [-- images lists run]`, outside of CI. A million images in one archive,
 * lists of 100 datasets and 200 runs, a run of 200,000 iterations; with words, these parts alone. `SOAK=short` takes a tenth
 * of it, `SOAK_MINUTES=<n>` ends the run after so many. Code 1 when a limit is passed.
 */
import { chromium } from "@playwright/test";
import { build, createServer, preview } from "vite";
import { CHROMIUM_FLAGS, ensureBrowser } from "../e2e/support/browser.mjs";
import { fullLists } from "./soak/fullLists";
import { longRun } from "./soak/longRun";
import { manyImages } from "./soak/manyImages";

const DEV_PORT = 4392;
const PAGE_PORT = 4393;
type Part = "images" | "lists" | "run";

/** @param parts which of them, all when none is named @returns the exit code */
export async function run(parts: string[]): Promise<number> {
  const wanted = (part: Part) => parts.length === 0 || parts.includes(part);
  const isShort = process.env["SOAK"] === "short";
  let isRight = true;
  const told = (right: boolean, text: string) => {
    isRight &&= right;
    console.log(`${right ? "ok  " : "FAIL"} ${text}`);
  };
  const launch = (flags: string[]) => chromium.launch({ executablePath: ensureBrowser(), args: flags });

  if (wanted("images")) {
    const server = await createServer({
      server: { port: DEV_PORT, strictPort: true, hmr: false, watch: null },
      logLevel: "error",
    });
    await server.listen();
    const browser = await launch(CHROMIUM_FLAGS);
    try {
      await manyImages(browser, `http://localhost:${DEV_PORT}`, isShort ? 100_000 : 1_000_000, told);
    } finally {
      await browser.close();
      await server.close();
    }
  }
  if (wanted("lists") || wanted("run")) {
    process.env["NODE_ENV"] = "production"; // a development server was here before: React would be built as its slow self
    await build({ logLevel: "error" });
    const server = await preview({ preview: { port: PAGE_PORT, strictPort: true, open: false } });
    const address = `http://localhost:${PAGE_PORT}`;
    // on a software GPU WebAssembly is the quicker one for a network this small
    const browser = await launch(CHROMIUM_FLAGS.filter((flag) => !flag.includes("webgpu")));
    try {
      if (wanted("lists")) await fullLists(browser, address, told);
      if (wanted("run")) await longRun(browser, address, isShort ? 20_000 : 200_000, told);
    } finally {
      await browser.close();
      await server.close();
    }
  }
  return isRight ? 0 : 1;
}

/** How a part says what it found. */
export type Tell = (right: boolean, text: string) => void;
