/** What both hosts of the fixtures load: starts a backend, then checks cases on it. */
import type { BackendInfo } from "@/shared/run";
import { checkFixture } from "@/engine/fixtures";
import type { OutputCheck } from "@/engine/fixtures/readFixture";
import { startBackend, throwIfBackendFailed } from "@/tensor/backend";

let backend: BackendInfo["id"] = "cpu";

/** @returns what computes: "SwiftShader", "WebAssembly, SIMD", … */
export async function start(only: BackendInfo["id"]): Promise<string> {
  backend = only;
  return (await startBackend({ only })).adapter;
}

/** @param json the text of the case's file */
export async function check(name: string, json: string): Promise<OutputCheck[]> {
  const checks = await checkFixture(name, json, backend);
  throwIfBackendFailed();
  return checks;
}
