/**
 * Which backend computes. WebGPU comes through Dawn (the `webgpu` package), on any Vulkan, Metal or Direct3D driver.
 * Where it was asked for and no driver has an adapter, the software Vulkan that comes with Chromium is tried.
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type * as Dawn from "webgpu";
import type { BackendInfo } from "@/shared/run";
import { startBackend } from "@/tensor/backend";
import { isSoftware, openAdapter } from "@/tensor/webgpuDevice";
import { CliError, EXIT, failWith } from "./exitCodes";

export type BackendId = BackendInfo["id"];
export const BACKENDS: readonly BackendId[] = ["webgpu", "wasm", "cpu"];

/**
 * Starts the backend that is named; without a name WebGPU on a graphics adapter, else WebAssembly.
 * @throws CliError when it does not start
 */
export async function chooseBackend(wanted: BackendId | undefined): Promise<BackendInfo> {
  if (wanted && wanted !== "webgpu")
    return startBackend({ only: wanted }).catch((error: unknown) => failWith(EXIT.backend, error));
  const missing = await openWebGpu(wanted === "webgpu");
  if (missing === "")
    return startBackend({ only: "webgpu", tuning: { clock: () => performance.now() } }).catch(
      (error: unknown) => failWith(EXIT.backend, error),
    );
  if (wanted === "webgpu")
    throw new CliError(
      EXIT.backend,
      `--backend webgpu: ${missing}`,
      "Install a graphics driver with Vulkan 1.1 (Linux), or name a software one in VK_ICD_FILENAMES; else take --backend wasm.",
    );
  const found = await startBackend({ only: "wasm" }).catch(() => startBackend({ only: "cpu" }));
  return { ...found, reason: missing };
}

/** "WebAssembly (SIMD)" */
export const backendName = ({ id, adapter }: BackendInfo): string =>
  `${{ webgpu: "WebGPU", wasm: "WebAssembly", cpu: "plain JavaScript" }[id]} (${adapter})`;

/**
 * Puts Dawn in the place of the browser's WebGPU.
 * @param takesSoftware also take an adapter that runs on the CPU
 * @returns why there is none, "" when there is
 */
async function openWebGpu(takesSoftware: boolean): Promise<string> {
  let dawn: typeof Dawn;
  try {
    dawn = await import("webgpu");
  } catch (error) {
    return `the package "webgpu" has no build for this system (${error instanceof Error ? error.message : String(error)}).`;
  }
  Object.assign(globalThis, dawn.globals);
  let reason = await adapterProblem(dawn, takesSoftware);
  const driver = takesSoftware && reason && !process.env["VK_ICD_FILENAMES"] ? softwareVulkan() : undefined;
  if (driver) {
    process.env["VK_ICD_FILENAMES"] = driver;
    reason = await adapterProblem(dawn, takesSoftware);
  }
  return reason;
}

async function adapterProblem(dawn: typeof Dawn, takesSoftware: boolean): Promise<string> {
  const navigator = (globalThis.navigator ?? {}) as unknown as { gpu?: GPU };
  Object.defineProperty(navigator, "gpu", { value: dawn.create([]), configurable: true });
  if (!globalThis.navigator)
    Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  const adapter = await openAdapter();
  if (typeof adapter === "string") return adapter;
  if (!takesSoftware && isSoftware(adapter))
    return "The only WebGPU adapter is a software one, which is slower than WebAssembly.";
  return "";
}

/** The driver file of SwiftShader beside a Chromium or Chrome of this machine. */
function softwareVulkan(): string | undefined {
  const chromium = process.env["CHROMIUM_PATH"];
  const folders = [
    ...(chromium ? [dirname(chromium)] : []),
    "/usr/lib/chromium",
    "/usr/lib/chromium-browser",
    "/opt/google/chrome",
    join(homedir(), ".local/share/vulkan/icd.d"),
  ];
  return folders.map((folder) => join(folder, "vk_swiftshader_icd.json")).find((file) => existsSync(file));
}
