/** Where rows of accuracies are measured: in this process on a CPU backend, or in headless Chromium on WebGPU. */
import { chromium } from "@playwright/test";
import { createServer } from "vite";
import { CHROMIUM_FLAGS, ensureBrowser } from "../../e2e/support/browser.mjs";
import type { ImageSource } from "@/shared/dataset";
import { startBackend } from "@/tensor/backend";
import { measureRow, type RowSpec } from "./accuracyRow";
import { packSource } from "./packedSource";

export interface AccuracyHost {
  /** "wasm (WebAssembly, SIMD)" */
  backend: string;
  /** Accuracies (0..1) of the networks of a row. */
  measure(spec: RowSpec, dataset: string): Promise<number[]>;
  close(): Promise<void>;
}

/** Opens a dataset by name. */
export type OpenDataset = (dataset: string) => Promise<ImageSource>;

export async function openHere(open: OpenDataset, tell: (progress: string) => void): Promise<AccuracyHost> {
  const { id, adapter } = await startBackend();
  return {
    backend: `${id} (${adapter})`,
    measure: async (spec, dataset) => measureRow(spec, await open(dataset), tell),
    close: () => Promise.resolve(),
  };
}

const ENTRY = "/bench/support/accuracyEntry.ts";

/** A page that a Vite server serves on a free port; it fetches the images once. */
export async function openWebGpu(open: OpenDataset, tell: (progress: string) => void): Promise<AccuracyHost> {
  const server = await createServer({
    server: { port: 0, hmr: false, ws: false, watch: null },
    appType: "custom",
    logLevel: "error",
    plugins: [
      {
        name: "datasets",
        configureServer: ({ middlewares }) => {
          middlewares.use("/blank", (_, response) => {
            response.setHeader("content-type", "text/html");
            response.end("<!doctype html><title>accuracy</title>");
          });
          middlewares.use("/dataset", (request, response, next) => {
            open((request.url ?? "").replace(/^\//, ""))
              .then(packSource)
              .then((bytes) => response.end(bytes))
              .catch(next);
          });
        },
      },
    ],
  });
  await server.listen();
  const address = server.resolvedUrls?.local[0];
  if (!address) throw new Error("The Vite server has no address.");
  const browser = await chromium.launch({ executablePath: ensureBrowser(), args: CHROMIUM_FLAGS });
  const page = await browser.newPage();
  await page.exposeFunction("tellProgress", tell);
  await page.goto(`${address}blank`);
  // as text, because Vite rewrites imports in what it runs in Node
  const inPage = <T>(call: string): Promise<T> =>
    page.evaluate(`import("${ENTRY}").then((entry) => entry.${call})`);
  return {
    backend: await inPage<string>("start()"),
    measure: (spec, dataset) => inPage(`measure(${JSON.stringify(spec)}, ${JSON.stringify(dataset)})`),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}
