/** What the page of the WebGPU host loads. */
import type { ImageSource } from "@/shared/dataset";
import { startBackend, throwIfBackendFailed } from "@/tensor/backend";
import { measureRow, type RowSpec } from "./accuracyRow";
import { unpackSource } from "./packedSource";

declare global {
  interface Window {
    tellProgress(progress: string): void;
  }
}

let opened: { dataset: string; source: ImageSource } | null = null;

/** @returns what computes */
export async function start(): Promise<string> {
  const { id, adapter } = await startBackend({ only: "webgpu" });
  return `${id} (${adapter})`;
}

export async function measure(spec: RowSpec, dataset: string): Promise<number[]> {
  if (opened?.dataset !== dataset) {
    const response = await fetch(`/dataset/${dataset}`);
    if (!response.ok) throw new Error(`measure(): no dataset "${dataset}"`);
    opened = { dataset, source: unpackSource(new Uint8Array(await response.arrayBuffer())) };
  }
  const accuracies = await measureRow(spec, opened.source, (progress) => window.tellProgress(progress));
  throwIfBackendFailed();
  return accuracies;
}
