import { defineConfig } from "@playwright/test";
import { launchOptions } from "./e2e/support/browser.mjs";

/** Another port lets two checkouts run side by side. */
const port = Number(process.env["STUDIO_PORT"] ?? 4173);
/** Set where `dist` holds this very tree. */
const isBuilt = Boolean(process.env["STUDIO_BUILT"]);

export default defineConfig({
  testDir: "e2e",
  testMatch: "*.spec.ts",
  workers: 1,
  fullyParallel: true, // the tests of a file know nothing of each other: no worker waits for a long file
  timeout: 180_000,
  reporter: [["list"]],
  expect: { timeout: 20_000 },
  use: {
    baseURL: `http://localhost:${port}`,
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
    launchOptions: launchOptions({ webgpu: true }),
  },
  webServer: {
    command: `${isBuilt ? "" : "npx vite build && "}npx vite preview --strictPort --port ${port}`,
    port,
    reuseExistingServer: false,
    timeout: 180_000,
    env: { CI: "true" },
  },
});
