/** Where a bench's entry module runs: in this process, or in a page of headless Chromium with WebGPU. */
import { chooseBackend } from "@/cli/backend";
import type { BackendInfo } from "@/shared/run";
import { namesIn, type Flags } from "./flags";
import { openWebGpuPage } from "./webgpuPage";

/** "node": wasm, cpu or, through Dawn, webgpu in this process; "page": webgpu in Chromium. */
export type HostKind = "node" | "page";

export interface BenchHost {
  /** Calls an exported function of the entry. */
  call<T>(name: string, ...args: readonly unknown[]): Promise<T>;
  close(): Promise<void>;
}

export interface Place {
  backend: BackendInfo["id"];
  kind: HostKind;
  /** Whether turns are timed by the processor time of this process, in which alone they compute. */
  isProcessor: boolean;
}

/** Where `--backend` and `--host` want to compute: wasm in Node, unless they say something else. */
export function placeOf(flag: Flags): Place {
  const [backend] = namesIn(flag("backend") ?? "wasm", ["wasm", "cpu", "webgpu"]);
  const [kind] = namesIn(flag("host") ?? (backend === "webgpu" ? "page" : "node"), ["node", "page"]);
  return { backend: backend!, kind: kind!, isProcessor: kind === "node" && backend !== "webgpu" };
}

type EntryModule = Readonly<Record<string, unknown>>;

/**
 * @param path of the entry from the root: "/bench/support/….ts"
 * @param here the same module in this process
 */
export async function openHost(
  kind: HostKind,
  backend: BackendInfo["id"],
  path: string,
  here: () => Promise<EntryModule>,
): Promise<BenchHost> {
  if (kind === "page") return openWebGpuPage(path);
  if (backend === "webgpu") await chooseBackend(backend); // puts Dawn in the place of the browser's WebGPU
  const entry = await here();
  return {
    call: async <T>(name: string, ...args: readonly unknown[]) =>
      (await (entry[name] as (...values: readonly unknown[]) => unknown)(...args)) as T,
    close: () => Promise.resolve(),
  };
}
