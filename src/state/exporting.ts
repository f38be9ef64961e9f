/** Takes the synthetic set home: snapshot, file, download. */
import { create } from "zustand";
import { errorInfo, isAbort, type ErrorInfo } from "@/shared/errors";
import { exportName } from "@/shared/fileNames";
import { announce } from "./announcements";
import { commands } from "./commands";
import { useExportFormats } from "./exportFormats";
import { useRun } from "./run";
import { placeForFile } from "./savePlace";
import { readSelected, selectedSnapshot, useSnapshots } from "./snapshots";

/** From here on a zip is written to its place as it is made, where the browser can do that: each format takes about as much as the floats. */
const LARGE_BYTES = 256 * 2 ** 20;

interface ExportingState {
  phase: "idle" | "working";
  done: number;
  total: number;
  /** The file that was written last, and its size in bytes. */
  written: { name: string; bytes: number; inDownloads: boolean } | null;
  error: ErrorInfo | null;
  /** Writes the selected kept set, or the one of the run when none is selected. */
  exportSet: () => Promise<void>;
  /** Ends the export that goes on; nothing of it is left. */
  cancel: () => Promise<void>;
  /** Ends an export whose engine has died: its answer will never come. */
  fail: (error: ErrorInfo) => void;
}

export const useExporting = create<ExportingState>((set, get) => ({
  phase: "idle",
  done: 0,
  total: 0,
  written: null,
  error: null,

  async exportSet() {
    if (get().phase === "working") return;
    const { chosen } = useExportFormats.getState();
    const isLarge = floatBytes() * chosen.length >= LARGE_BYTES;
    const place = isLarge ? await placeForFile(suggestedName()) : null;
    if (place === "cancelled") return;
    set({ phase: "working", done: 0, total: 0, error: null, written: null });
    try {
      const snapshot = await readSelected();
      const { name, bytes, blob } = await commands().data.exportSnapshot(
        snapshot,
        chosen,
        place,
        (done, total) => void (get().phase === "working" && set({ done, total })),
      );
      if (blob) download(blob, name);
      set({ phase: "idle", written: { name, bytes, inDownloads: blob !== null } });
      announce(`${name} is written.`);
    } catch (error) {
      set({ phase: "idle", error: isAbort(error) ? null : errorInfo(error) });
    }
  },

  async cancel() {
    await commands().data.cancelExport();
    announce("Export cancelled. Nothing was written.");
  },

  fail: (error) => set((state) => (state.phase === "working" ? { phase: "idle", error } : {})),
}));

/** Of the set that is exported. */
function floatBytes(): number {
  const kept = selectedSnapshot(useSnapshots.getState());
  const { images } = useRun.getState();
  return kept?.bytes ?? (images ? 4 * 3 * images.count * images.width * images.height : 0);
}

function suggestedName(): string {
  const kept = selectedSnapshot(useSnapshots.getState());
  const { config, dataset } = useRun.getState();
  if (kept) return exportName(kept.datasetName, kept.method, kept.ipc);
  return exportName(dataset?.name ?? "", config?.method.id ?? "", Number(config?.run["ipc"] ?? 1));
}

/** Hands a file to the browser's downloads; what some system does not take in a name becomes "_". */
export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const safe = name.replace(/[\\/:*?"<>|\p{Cc}\p{Cf}]+/gu, "_");
  const link = Object.assign(document.createElement("a"), { href: url, download: safe });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // large files are read after the click
}
