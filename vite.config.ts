import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { playwright } from "@vitest/browser-playwright";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { CHROMIUM_FLAGS, findBrowser } from "./e2e/support/browser.mjs";
import { contentSecurityPolicy, webFramePolicy } from "./src/shared/contentSecurityPolicy.ts";

/** Writes its policy into each built page, so that it holds wherever the folder is hosted. */
const policyInPage: Plugin = {
  name: "content-security-policy",
  apply: "build",
  transformIndexHtml: (_, { path }) => [
    {
      tag: "meta",
      attrs: {
        "http-equiv": "Content-Security-Policy",
        content: path === "/src/worker/web.html" ? webFramePolicy : contentSecurityPolicy,
      },
      injectTo: "head-prepend",
    },
  ],
};

const desktop =
  process.platform !== "linux" || Boolean(process.env["DISPLAY"] ?? process.env["WAYLAND_DISPLAY"]);

export default defineConfig({
  base: "./",
  plugins: [react(), policyInPage],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  // bundled before the first page opens: found later, they would make Vite reload the page under its worker or test
  optimizeDeps: {
    include: [
      "@tensorflow/tfjs",
      "@tensorflow/tfjs-backend-wasm",
      "@tensorflow/tfjs-backend-webgpu",
      "@zip.js/zip.js",
      "comlink",
      "idb",
      "fast-png",
      "client-zip",
      "modern-tar",
      "papaparse",
      "hyparquet",
      "hyparquet-compressors",
      "hyparquet-writer",
      "@noble/hashes/sha2.js",
      "@noble/hashes/utils.js",
    ],
  },
  worker: { format: "es" },
  build: {
    target: "es2023",
    chunkSizeWarningLimit: 1500,
    rollupOptions: { input: ["index.html", "src/worker/web.html"] },
  },
  preview: { port: 4173, open: desktop && !process.env["CI"] },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          environment: "node",
          include: ["src/**/*.test.{ts,tsx}", "bench/**/*.test.ts"],
          exclude: ["src/**/*.gpu.test.ts", "src/state/**"],
          isolate: false, // modules are loaded once for all files: tfjs takes a second
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "state", // stores are the same objects for whoever imports them: each file has its own
          environment: "node",
          include: ["src/state/**/*.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "gpu",
          include: ["src/**/*.gpu.test.ts"],
          testTimeout: 120_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: findBrowser() ?? "chromium", args: CHROMIUM_FLAGS },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
