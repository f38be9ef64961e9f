import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { newFolder, tinyData, TINY } from "./testData";

it("runs on WebGPU through Dawn, where a Vulkan driver is found", { timeout: 240_000 }, async (context) => {
  const out = newFolder();
  const words = ["--data", tinyData(), ...TINY, "--iterations", "2", "--out", out];
  const onWebGpu = words.map((word) => (word === "wasm" ? "webgpu" : word));
  const child = spawn(process.execPath, ["src/cli/distill.mjs", ...onWebGpu], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let err = "";
  child.stderr.on("data", (text: Buffer) => (err += String(text)));
  const [code] = (await once(child, "close")) as [number];
  if (code === 4) {
    const why = `no WebGPU in Node here (${err.split("\n").find((line) => /webgpu:/.test(line))})`;
    console.log(`skipped: ${why}`);
    context.skip(why); // a driver is the machine's, not the project's
  }
  expect(code, err).toBe(0);
  expect(err).toContain("Backend: WebGPU (");
  expect(existsSync(join(out, "manifest.json"))).toBe(true);
});
