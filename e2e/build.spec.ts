/** What is shipped: small enough to open at once, and sealed by its policy. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";

const DIST = join(import.meta.dirname, "../dist");
const BUDGET = 250 * 1000; // bytes, gzip

test("the initial page is under 250 KB gzip", () => {
  const html = readFileSync(join(DIST, "index.html"), "utf8");
  const files = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(
    (match) => match[1]!,
  );
  expect(files.length).toBeGreaterThan(1);
  const sizes = files.map((file) => gzipSync(readFileSync(join(DIST, file))).length);
  const total = sizes.reduce((a, b) => a + b, gzipSync(html).length);
  console.log(`initial page: ${(total / 1000).toFixed(1)} KB gzip in ${files.length} files`);
  expect(total).toBeLessThan(BUDGET);
});

test("the page carries a strict policy and starts no request outside its origin", async ({
  page,
  baseURL,
}) => {
  const foreign: string[] = [];
  page.on("request", (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith("http") && origin !== baseURL) foreign.push(request.url());
  });
  await page.goto("/");
  await expect(page.getByRole("status", { name: "Backend" })).toContainText(/WebGPU|WebAssembly|wasm|CPU/i);
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("'unsafe-eval'");
  expect(policy).not.toMatch(/script-src[^;]*'unsafe-inline'/);
  expect(foreign).toEqual([]);
});
